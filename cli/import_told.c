/* What an import says: of each line in JSON, of each list in words. */
#include "cli/import.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/answer.h"
#include "cli/terminal.h"

/* ---- kept while the effects of the line lie over the view */

/* A person is born as credential and acts, which is one birth; a policy has no name, and a case is told by itself. */
static bool is_told_birth(unsigned subject)
{
    return subject != SUBJECT_PERSON_ACTS && subject != SUBJECT_POLICY && subject != SUBJECT_CASE;
}

static size_t rows_of(const struct touch *touch)
{
    bool has_amount = touch->subject == SUBJECT_VIAL || touch->subject == SUBJECT_DOSE;

    return (touch->n == 1 && is_told_birth(touch->subject) ? 1 : 0) + (has_amount ? touch->count : 0);
}

static size_t put_rows(struct view *view, const struct touch *touch, struct told_thing *rows)
{
    size_t count = 0;

    if (touch->n == 1 && is_told_birth(touch->subject))
        rows[count++] = (struct told_thing){ (enum subject)touch->subject, touch->id, touch->count, true, 0 };
    if (touch->subject == SUBJECT_VIAL || touch->subject == SUBJECT_DOSE)
        for (uint32_t i = 0; i < touch->count; i++)
            rows[count++] = (struct told_thing){ (enum subject)touch->subject, touch->id + i, 1, false,
                                                 view_number(view, touch->subject, touch->id + i,
                                                             touch->subject == SUBJECT_VIAL ? VIAL_LEFT : DOSE_OPEN) };
    return count;
}

enum ledger_status told_keep(struct import *import, const struct act *act, struct told *told, struct error *error)
{
    const struct verdict *verdict = &act->verdict;
    struct told_thing *rows;
    size_t count = 0, used = 0;

    for (size_t i = 0; i < verdict->touch_count; i++)
        count += rows_of(&verdict->touches[i]);
    rows = (struct told_thing *)(void *)roll_room(&import->roll, (count + 1) * sizeof *rows);
    if (rows == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is not enough memory");
    for (size_t i = 0; i < verdict->touch_count; i++)
        used += put_rows(import->recording->book.reading.view, &verdict->touches[i], rows + used);
    roll_use(&import->roll, count * sizeof *rows);
    *told = (struct told){ .count = count, .things = rows, .case_id = verdict->case_id,
                            .case_count = verdict->case_count };
    return LEDGER_OK;
}

/* ---- said once they are in the book */

static void answer_births(struct import *import, struct answer *row, const struct told *told)
{
    struct answer *born = answer_list(row, "born");
    struct view *view = import->recording->book.reading.view;
    char name[NAME_TEXT_SIZE];

    for (size_t i = 0; i < told->count; i++)
        for (uint32_t j = 0; told->things[i].is_born && j < told->things[i].count; j++)
            answer_text(born, NULL, name_of_subject(view, told->things[i].subject, told->things[i].id + j, name));
}

static void answer_amounts(struct import *import, struct answer *row, const struct told *told, enum subject subject,
                           const char *member)
{
    struct answer *amounts = answer_object(row, member);
    struct view *view = import->recording->book.reading.view;
    char name[NAME_TEXT_SIZE];

    for (size_t i = 0; i < told->count; i++)
        if (!told->things[i].is_born && told->things[i].subject == subject)
            answer_number(amounts, name_of_subject(view, subject, told->things[i].id, name), told->things[i].amount);
}

static enum ledger_status answer_line(struct import *import, const struct line *line, const struct act *act,
                                      const struct told *told, struct error *error)
{
    struct answer *row = answer_new();
    struct view *view = import->recording->book.reading.view;
    struct answer *cases;
    char name[NAME_TEXT_SIZE];

    answer_number(row, "line", line->text.number);
    answer_hex(row, "act", bytes_of(act->event.act, ACT_SIZE));
    answer_number(row, "entry", act->entry);
    answer_births(import, row, told);
    answer_amounts(import, row, told, SUBJECT_VIAL, "left");
    answer_amounts(import, row, told, SUBJECT_DOSE, "open");
    cases = answer_list(row, "cases");
    for (uint32_t i = 0; i < told->case_count; i++)
        answer_text(cases, NULL, name_of_subject(view, SUBJECT_CASE, told->case_id + i, name));
    return answer_print(row, stdout, error);
}

static void say_list(const struct import *import, size_t begin, const struct act_list *list, const struct placed *placed)
{
    char mark[BOOK_HEAD_SIZE], remark_of_head[HEAD_REMARK_SIZE];
    size_t last = list->count - 1, cases = 0;

    for (size_t i = 0; i < list->count; i++)
        cases += list->acts[i].verdict.case_count;
    say("%s%s%s #%" PRIu32, style_out(STYLE_GOOD), placed->was_there ? "ALREADY RECORDED" : "RECORDED", style_out(STYLE_PLAIN),
        list->acts[0].entry);
    if (last > 0)
        say(" to #%" PRIu32, list->acts[last].entry);
    say("  line%s %u", last > 0 ? "s" : "", (unsigned)import->lines[begin].text.number);
    if (last > 0)
        say(" to %u", (unsigned)import->lines[begin + last].text.number);
    if (cases > 0)
        say(".  %zu case%s opened", cases, cases > 1 ? "s" : "");
    say(".  head %s%s\n", head_mark(&placed->head, mark), head_remark(placed, remark_of_head));
}

enum ledger_status told_print(struct import *import, size_t begin, const struct act_list *list, const struct placed *placed,
                              struct error *error)
{
    enum ledger_status status = LEDGER_OK;

    if (import->told == NULL) {
        say_list(import, begin, list, placed);
        return LEDGER_OK;
    }
    status = book_look(&import->recording->book, error);
    for (size_t i = 0; i < list->count && status == LEDGER_OK; i++)
        status = answer_line(import, &import->lines[begin + i], &list->acts[i], &import->told[i], error);
    fflush(stdout);
    return status;
}

enum ledger_status told_known(struct import *import, size_t begin, size_t end, const uint32_t *entries, struct error *error)
{
    enum ledger_status status = LEDGER_OK;

    if (!call_flag(import->call, "json")) {
        say("ALREADY RECORDED #%" PRIu32 " to #%" PRIu32 "  lines %u to %u.\n", entries[0], entries[end - begin - 1],
            (unsigned)import->lines[begin].text.number, (unsigned)import->lines[end - 1].text.number);
        return LEDGER_OK;
    }
    for (size_t i = begin; i < end && status == LEDGER_OK; i++) {
        struct answer *row = answer_new();

        answer_number(row, "line", import->lines[i].text.number);
        answer_hex(row, "act", bytes_of(import->lines[i].act, ACT_SIZE));
        answer_number(row, "entry", entries[i - begin]);
        answer_yes(row, "was_there", true);
        status = answer_print(row, stdout, error);
    }
    return status;
}

enum ledger_status told_refusal(const struct import *import, const struct line *line, const struct error *refusal,
                                struct error *error)
{
    struct answer *row;
    char code[8];

    snprintf(code, sizeof code, "PH%04u", refusal->code % 10000u);
    if (!call_flag(import->call, "json")) {
        if (import->is_each)
            say("REFUSED  %s %s\n", code, refusal->text);
        return LEDGER_OK;
    }
    row = answer_new();
    answer_number(row, "line", line->text.number);
    answer_text(row, "refused", code);
    answer_text(row, "text", refusal->text);
    return answer_print(row, stdout, error);
}
