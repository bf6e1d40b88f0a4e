/* RECORDED: what stands in the book now, and what is still open. */
#include "cli/record.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/answer.h"
#include "cli/describe.h"
#include "cli/terminal.h"

enum { LINE_LIMIT = 1024 };

/* ---- what was born */

/* Births that people speak of: a person is born as credential and acts, which is one birth, and a case has a line
 * of its own. */
static bool is_told(unsigned subject)
{
    return subject != SUBJECT_PERSON_ACTS && subject != SUBJECT_POLICY && subject != SUBJECT_CASE;
}

static const char *birth_name(unsigned subject)
{
    return subject == SUBJECT_CREDENTIAL ? "person" : subject_name((enum subject)subject);
}

/* Whether ids tell more than names: then a run of them needs only its ends. */
static bool goes_by_id(unsigned subject)
{
    return subject != SUBJECT_CREDENTIAL && subject != SUBJECT_PRODUCT && subject != SUBJECT_PLACE &&
           subject != SUBJECT_PARTY;
}

/* "dose D-103", "vials V-1 to V-10", "persons jpatel, mnair" */
static void add_birth(struct book *book, const struct touch *touch, char *out, size_t size)
{
    bool by_ends = goes_by_id(touch->subject) && touch->count > 1;
    char name[NAME_TEXT_SIZE];
    size_t used = strlen(out);

    if (touch->n != 1 || !is_told(touch->subject))
        return;
    used += (size_t)snprintf(out + used, size - used, "%s%s%s", used > 0 ? ", " : "", birth_name(touch->subject),
                             touch->count > 1 ? "s" : "");
    for (uint32_t i = 0; i < touch->count && used < size; i += by_ends ? touch->count - 1 : 1)
        used += (size_t)snprintf(out + used, size - used, "%s %s", i == 0 ? "" : by_ends ? " to" : ",",
                                 name_of_subject(book->reading.view, (enum subject)touch->subject, touch->id + i, name));
}

static void births_text(struct book *book, const struct entry *entry, char *out, size_t size)
{
    struct touch_cursor cursor;
    struct touch touch;

    out[0] = '\0';
    touches_begin(&cursor, &entry->header);
    while (touches_next(&cursor, &touch))
        add_birth(book, &touch, out, size);
}

/* ---- the line of one entry */

/* The vials and doses that an act named, and the dose it gave birth to or was about; of a correction all. */
static void things_of(const struct act *act, const struct entry *entry, struct things *things)
{
    struct touch_cursor cursor;
    struct touch touch;

    *things = (struct things){ .count = 0 };
    things_of_facts(&act->event.facts, things);
    if (act->event.kind->number == KIND_CORRECT)
        things_of_entry(entry, things);
    touches_begin(&cursor, &entry->header);
    while (touches_next(&cursor, &touch))
        if (touch.subject == SUBJECT_DOSE)
            things_add(things, SUBJECT_DOSE, touch.id);
}

/* Whether an act behind this one in the list is about the same thing: what stands now is said once, with the last. */
static bool is_told_later(struct recording *recording, size_t index, struct thing thing)
{
    for (size_t i = index + 1; i < recording->list->count; i++) {
        const struct act *act = &recording->list->acts[i];
        struct things things;
        struct entry entry;
        struct event event;

        if (!book_event(&recording->book, act->entry, &entry, &event))
            continue;
        things_of(act, &entry, &things);
        for (size_t j = 0; j < things.count; j++)
            if (things.rows[j].subject == thing.subject && things.rows[j].id == thing.id)
                return true;
    }
    return false;
}

static void print_marks(const struct act *act)
{
    bool late = false;

    for (size_t i = 0; i < act->verdict.broken_count; i++)
        late = late || act->verdict.broken[i].code == REFUSAL_LATE;
    if (late)
        say("  %sLATE%s", style_out(STYLE_BAD), style_out(STYLE_PLAIN));
    if (act->event.irregular_count > 0)
        say("  %sIRREGULAR%s", style_out(STYLE_BAD), style_out(STYLE_PLAIN));
}

static void print_line(struct recording *recording, size_t index, const struct placed *placed)
{
    const struct act *act = &recording->list->acts[index];
    char births[256], balance[DESCRIBE_SIZE];
    struct things things;
    struct entry entry;
    struct event event;

    say("%s%s%s #%" PRIu32 "  ", style_out(STYLE_GOOD), placed->was_there ? "ALREADY RECORDED" : "RECORDED",
        style_out(STYLE_PLAIN), act->entry);
    if (!book_event(&recording->book, act->entry, &entry, &event)) {
        say("%s.", act->event.kind->name);
        return;
    }
    births_text(&recording->book, &entry, births, sizeof births);
    say("%s", births[0] != '\0' ? births : act->event.kind->name);
    print_marks(act);
    say(".");
    things_of(act, &entry, &things);
    for (size_t i = 0; i < things.count; i++)
        if (!is_told_later(recording, index, things.rows[i]))
            say("  %s", describe_balance(&recording->book, things.rows[i].subject, things.rows[i].id, balance));
}

/* ---- what is due, and what is open */

static void print_due(struct recording *recording, const struct act *act)
{
    char when[CIVIL_TEXT_SIZE], text[DESCRIBE_SIZE];

    for (const struct choice *due = choices_due; due->number != 0; due++)
        if ((act->verdict.due & due->number) != 0)
            say("  due by %s  %s: phial countersign %" PRIu32 "\n",
                book_time(&recording->book, act->verdict.due_by_ms, when), due->name, act->entry);
    for (uint32_t i = 0; i < act->verdict.case_count; i++)
        say("  case  X-%" PRIu32 "  %s\n", act->verdict.case_id + i,
            describe(&recording->book, SUBJECT_CASE, act->verdict.case_id + i, text));
}

static size_t add_open(char *out, size_t size, size_t used, int64_t count, const char *one, const char *many)
{
    int wrote;

    if (count == 0 || used >= size)
        return used;
    wrote = snprintf(out + used, size - used, "%s%" PRId64 " %s", used > 0 ? ", " : "", count, count == 1 ? one : many);
    return used + (size_t)wrote;
}

/* What is open is always in sight. */
void remark_open(struct view *view)
{
    char line[LINE_LIMIT];
    size_t used = 0;

    used = add_open(line, sizeof line, used, view_site(view, SITE_OPEN_DOSES), "open dose", "open doses");
    used = add_open(line, sizeof line, used, view_site(view, SITE_DUES), "entry to countersign", "entries to countersign");
    used = add_open(line, sizeof line, used, view_site(view, SITE_FILINGS), "entry to file a notice about",
                    "entries to file notices about");
    used = add_open(line, sizeof line, used, view_site(view, SITE_OPEN_CASES), "open case", "open cases");
    if (used > 0)
        remark(" Still open: %s.  phial pending\n", line);
}

/* ---- the same without questions */

static bool is_plain(const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.,:/=%+@";

    return text[0] != '\0' && text[strspn(text, plain)] == '\0';
}

/* A word as a shell takes it: in apostrophes, where it needs any. */
static void put_word(const char *text, char *out, size_t size)
{
    bool plain = is_plain(text);
    size_t used = 0;

    if (!plain && size > 1)
        out[used++] = '\'';
    for (; *text != '\0' && used + 6 < size; text++)
        if (*text == '\'')
            used += (size_t)snprintf(out + used, size - used, "'\\''");
        else
            out[used++] = *text;
    if (!plain)
        out[used++] = '\'';
    out[used] = '\0';
}

static void remark_given(const struct given *given)
{
    char word[LINE_LIMIT];

    if (given->name != NULL)
        remark(" --%s", given->name);
    if (given->value == NULL)
        return;
    put_word(given->value, word, sizeof word);
    remark(" ");
    remark_typed(word);
}

/* After questions were answered, the command that asks none. */
static void remark_equivalent(struct recording *recording)
{
    const struct call *call = recording->call;

    if (!call->was_asked)
        return;
    remark(" The same without questions: phial");
    for (unsigned part = 0; part <= call->part_count; part++) {
        if (part > 0)
            remark("%s %s", part > 1 ? " +" : "", call->parts[part - 1]->name);
        for (size_t i = 0; i < call->given_count; i++)
            if (call->given[i].part == part)
                remark_given(&call->given[i]);
    }
    remark("\n");
}

/* ---- */

static void answer_births(struct book *book, struct answer *answer, const struct entry *entry)
{
    struct answer *born = answer_list(answer, "born");
    struct touch_cursor cursor;
    struct touch touch;
    char name[NAME_TEXT_SIZE];

    touches_begin(&cursor, &entry->header);
    while (touches_next(&cursor, &touch))
        for (uint32_t i = 0; touch.n == 1 && is_told(touch.subject) && i < touch.count; i++)
            answer_text(born, NULL, name_of_subject(book->reading.view, (enum subject)touch.subject, touch.id + i, name));
}

static void answer_cases(struct recording *recording, struct answer *answer, const struct act *act)
{
    struct answer *cases = answer_list(answer, "cases");
    char name[NAME_TEXT_SIZE];

    for (uint32_t i = 0; i < act->verdict.case_count; i++)
        answer_text(cases, NULL, name_of_subject(recording->book.reading.view, SUBJECT_CASE, act->verdict.case_id + i, name));
}

static void answer_things(struct recording *recording, struct answer *answer, const struct act *act,
                          const struct entry *entry)
{
    struct answer *balances = answer_list(answer, "balances");
    struct view *view = recording->book.reading.view;
    struct things things;
    char name[NAME_TEXT_SIZE];

    things_of(act, entry, &things);
    for (size_t i = 0; i < things.count; i++) {
        struct answer *row = answer_object(balances, NULL);
        struct thing thing = things.rows[i];

        answer_text(row, "id", name_of_subject(view, thing.subject, thing.id, name));
        if (thing.subject == SUBJECT_VIAL)
            answer_number(row, "left_ul", view_number(view, SUBJECT_VIAL, thing.id, VIAL_LEFT));
        else
            answer_number(row, "open_ng", view_number(view, SUBJECT_DOSE, thing.id, DOSE_OPEN));
    }
}

static void answer_act(struct recording *recording, struct answer *list, const struct act *act)
{
    struct answer *row = answer_object(list, NULL), *due;
    struct entry entry;
    struct event event;

    answer_number(row, "entry", act->entry);
    answer_text(row, "kind", act->event.kind->name);
    answer_hex(row, "act", bytes_of(act->event.act, ACT_SIZE));
    due = answer_list(row, "due");
    for (const struct choice *choice = choices_due; choice->number != 0; choice++)
        if ((act->verdict.due & choice->number) != 0)
            answer_text(due, NULL, choice->name);
    if (act->verdict.due != 0)
        answer_time(row, "due_by", act->verdict.due_by_ms);
    if (!book_event(&recording->book, act->entry, &entry, &event))
        return;
    answer_births(&recording->book, row, &entry);
    answer_cases(recording, row, act);
    answer_things(recording, row, act, &entry);
}

static enum ledger_status print_in_json(struct recording *recording, const struct placed *placed, struct error *error)
{
    struct answer *answer = answer_new(), *list = answer_list(answer, "recorded");

    for (size_t i = 0; i < recording->list->count; i++)
        answer_act(recording, list, &recording->list->acts[i]);
    answer_yes(answer, "was_there", placed->was_there);
    answer_hex(answer, "head", bytes_of(placed->head.bytes, DIGEST_SIZE));
    answer_yes(answer, "head_remembered", placed->head_remembered);
    if (placed->closed_before != 0)
        answer_number(answer, "closed_before", placed->closed_before);
    return answer_print(answer, terminal_out(), error);
}

static void print_in_words(struct recording *recording, const struct placed *placed)
{
    char mark[BOOK_HEAD_SIZE], remark_of_head[HEAD_REMARK_SIZE];

    for (size_t i = 0; i < recording->list->count; i++) {
        print_line(recording, i, placed);
        if (i + 1 < recording->list->count)
            say("\n");
    }
    say("  head %s%s\n", head_mark(&placed->head, mark), head_remark(placed, remark_of_head));
    for (size_t i = 0; i < recording->list->count; i++)
        print_due(recording, &recording->list->acts[i]);
}

/* The book cannot be looked at just now: what stands is said all the same. */
static void print_numbers(const struct placed *placed)
{
    for (uint32_t i = 0; i < placed->count; i++)
        say("RECORDED #%" PRIu32 ".\n", placed->first + i);
}

enum ledger_status recorded_print(struct recording *recording, const struct placed *placed, struct error *error)
{
    bool in_json = call_flag(recording->call, "json");
    enum ledger_status status = book_look(&recording->book, error);

    terminal_news_begin();
    if (status != LEDGER_OK)
        print_numbers(placed);
    else if (in_json)
        status = print_in_json(recording, placed, error);
    else
        print_in_words(recording, placed);
    terminal_news_end();
    if (status != LEDGER_OK || in_json)
        return status;
    if (placed->closed_before != 0)
        remark(" The day before was closed first, by #%" PRIu32 ".\n", placed->closed_before);
    remark_open(recording->book.reading.view);
    remark_equivalent(recording);
    return LEDGER_OK;
}
