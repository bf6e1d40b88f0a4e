#include "cli/entries.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/terminal.h"
#include "ledger/sentence.h"
#include "schema/text.h"

enum { MINUTE_MS = 60 * 1000 };

/* The limit, in minutes, that the policy of an entry sets for being late; entries in a row mostly share theirs. */
static int64_t late_limit_min(struct book *book, const struct event *event)
{
    static uint32_t known;
    static int64_t late_min, late_waste_min;
    struct entry entry;
    struct event policy;

    if (event->policy == 0)
        return INT32_MAX;
    if (event->policy != known) {
        if (!book_event(book, event->policy, &entry, &policy) || policy.kind->number != KIND_POLICY)
            return INT32_MAX;
        known = event->policy;
        late_min = facts_number(&policy.facts, POLICY_LATE, INT32_MAX);
        late_waste_min = facts_number(&policy.facts, POLICY_LATE_WASTE, INT32_MAX);
    }
    return event->kind->number == KIND_WASTE ? late_waste_min : late_min;
}

bool entry_read(struct book *book, uint32_t number, struct entry_row *row)
{
    row->number = number;
    if (!book_event(book, number, &row->entry, &row->event))
        return false;
    row->is_late = row->event.kind->signers[0].meaning != MEANING_SEALED &&
                   row->entry.header.recorded_ms - row->event.occurred.ms > late_limit_min(book, &row->event) * MINUTE_MS;
    return true;
}

const char *entry_sentence(struct book *book, const struct entry_row *row, char out[static ENTRY_SENTENCE_SIZE])
{
    struct namer namer = book->namer;

    namer.offset_min = row->event.occurred.offset_min;
    sentence_of_event(&row->event, &namer, NULL, 0, out, ENTRY_SENTENCE_SIZE);
    return out;
}

static const char *marks_of(const struct entry_row *row)
{
    if (row->is_late && row->event.irregular_count > 0)
        return "  LATE  IRREGULAR";
    if (row->is_late)
        return "  LATE";
    return row->event.irregular_count > 0 ? "  IRREGULAR" : "";
}

void entry_say(struct book *book, const struct entry_row *row)
{
    char sentence[ENTRY_SENTENCE_SIZE], when[CIVIL_TEXT_SIZE], left[64], fitted[FIT_SIZE];
    const char *marks = marks_of(row);
    size_t taken, columns = terminal_columns();

    snprintf(left, sizeof left, "#%-7" PRIu32 " %s  ", row->number, civil_format_local(row->event.occurred, when));
    when[16] = '\0'; /* to the minute: the rest is for `show` */
    snprintf(left, sizeof left, "#%-7" PRIu32 " %s  ", row->number, when);
    taken = strlen(left) + strlen(marks);
    entry_sentence(book, row, sentence);
    columns = columns > taken + 20 ? columns - taken - 1 : 60;
    if (terminal_is_verbose() || (marks[0] == '\0' && text_columns(bytes_of_text(sentence)) <= columns))
        say("%s%s%s\n", left, sentence, marks);
    else
        say("%s%s%s%s%s\n", left, fit_columns(sentence, columns, fitted), style_out(STYLE_BAD), marks,
            style_out(STYLE_PLAIN));
}

void entry_answer(struct book *book, const struct entry_row *row, struct answer *answer)
{
    char sentence[ENTRY_SENTENCE_SIZE], code[8], name[NAME_TEXT_SIZE];
    struct answer *signers, *irregular, *one;

    answer_number(answer, "entry", row->number);
    answer_text(answer, "kind", row->event.kind->name);
    answer_number(answer, "occurred_ms", row->event.occurred.ms);
    answer_number(answer, "offset_min", row->event.occurred.offset_min);
    answer_number(answer, "recorded_ms", row->entry.header.recorded_ms);
    answer_text(answer, "sentence", entry_sentence(book, row, sentence));
    signers = answer_list(answer, "signers");
    for (size_t i = 0; i < row->event.signer_count; i++) {
        one = answer_object(signers, NULL);
        answer_number(one, "person", row->event.signers[i].person);
        answer_text(one, "handle", name_of_person(book->reading.view, row->event.signers[i].person, name));
        answer_text(one, "meaning", choice_name(choices_meaning, row->event.signers[i].meaning));
    }
    answer_yes(answer, "late", row->is_late);
    irregular = answer_list(answer, "irregular");
    for (size_t i = 0; i < row->event.irregular_count; i++) {
        snprintf(code, sizeof code, "PH%04u", row->event.irregular[i] % 10000u);
        answer_text(irregular, NULL, code);
    }
}

bool entry_touches(const struct entry_row *row, enum subject subject, uint32_t id)
{
    struct touch_cursor cursor;
    struct touch touch;

    touches_begin(&cursor, &row->entry.header);
    while (touches_next(&cursor, &touch))
        if (touch.subject == subject && id >= touch.id && id - touch.id < touch.count)
            return true;
    return false;
}
