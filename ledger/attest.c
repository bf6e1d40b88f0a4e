#include "ledger/attest.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/error.h"
#include "ledger/phrase.h"

/* ---- every word */

const struct attest_row attest_rows[ATTEST_PARTS] = {
    { PART_NO_MARK, LINE_UNCHANGED, VERDICT_NOT_SHOWN, SAID_ALWAYS,
      "no mark made outside this site is in the book; entries #1 to {size} agree with their own hashes and signatures, "
      "and are complete by the word of this site's seal alone" },

    { PART_EQUATION, LINE_ACCOUNTED, VERDICT_SHOWN, SAID_IF_ANY, "recorded: {items}" },
    { PART_NO_STOCK, LINE_ACCOUNTED, VERDICT_SHOWN, SAID_IF_ANY, "no stock is recorded" },
    { PART_COUNTED, LINE_ACCOUNTED, VERDICT_NONE, SAID_IF_ANY, "counted by two, and reckoned to the end by what is recorded since: {items}" },
    { PART_COUNT_DIFFERS, LINE_ACCOUNTED, VERDICT_NOT_SHOWN, SAID_IF_ANY,
      "counted by two, reckoned to the end, and not what the book has: {items}" },
    { PART_LINE_DIFFERS, LINE_ACCOUNTED, VERDICT_NOT_SHOWN, SAID_IF_ANY,
      "{n line} of these counts, and not what the book has by now as of then: {items}" },
    { PART_UNCOUNTED, LINE_ACCOUNTED, VERDICT_NOT_SHOWN, SAID_IF_ANY,
      "no whole count by two within {a day} before the end of what stood in {items}" },
    { PART_CASE_OPEN, LINE_ACCOUNTED, VERDICT_NOT_SHOWN, SAID_IF_ANY, "{n case} not resolved at {size}: {items}" },
    { PART_FORCED, LINE_ACCOUNTED, VERDICT_NOT_SHOWN, SAID_IF_ANY,
      "{n correction} left amounts that no act explains: {items}" },
    { PART_AGAINST_STOCK, LINE_ACCOUNTED, VERDICT_CONTRADICTED, SAID_IF_ANY,
      "{n act} recorded as going against a rule about stock ({items}): {entries}" },
    { PART_LOST, LINE_ACCOUNTED, VERDICT_CONTRADICTED, SAID_IF_ANY,
      "recorded as lost or stolen and not as recovered: {items}[; reported by {entries}]" },
    { PART_UNEXPLAINED, LINE_ACCOUNTED, VERDICT_CONTRADICTED, SAID_IF_ANY, "{n case} resolved as unexplained, lost or stolen: {items}" },
    { PART_RESOLVED, LINE_ACCOUNTED, VERDICT_NONE, SAID_IF_ANY, "{n case} resolved: {items}" },
    { PART_OFF_BOOK, LINE_ACCOUNTED, VERDICT_NONE, SAID_ALWAYS,
      "Receipts were not compared with statements of suppliers by this program. What was never recorded is not seen" },

    { PART_SETTLED, LINE_SETTLED, VERDICT_SHOWN, SAID_ALWAYS, "of {n dose} recorded as drawn {a} stand settled at {size}" },
    { PART_HELD, LINE_SETTLED, VERDICT_NONE, SAID_IF_ANY, "{n dose} recorded as sealed in a numbered bag, not settled: {items}" },
    { PART_OPEN, LINE_SETTLED, VERDICT_NOT_SHOWN, SAID_IF_ANY, "{n dose} neither settled nor sealed at {size}: {items}" },
    { PART_TAKEN_BACK, LINE_SETTLED, VERDICT_NONE, SAID_IF_ANY, "{n dose} taken back by a correction: {items}" },
    { PART_SETTLED_LATE, LINE_SETTLED, VERDICT_NONE, SAID_IF_ANY,
      "{n dose} settled later than the {a} h of the policy, by the times recorded: {items}" },
    { PART_NOT_USED_UP, LINE_SETTLED, VERDICT_NONE, SAID_IF_ANY,
      "{n dose} of these with an amount recorded as lost, handed out or adjusted: {items}" },
    { PART_AGAINST_ORDERS, LINE_SETTLED, VERDICT_CONTRADICTED, SAID_IF_ANY,
      "{n act} recorded as going against a rule about orders, doses or observation ({items}): {entries}" },
    { PART_INTO_PATIENT, LINE_SETTLED, VERDICT_NONE, SAID_ALWAYS,
      "That what is recorded as given or wasted was, is its signers' word" },

    { PART_NOT_SELF, LINE_NOT_SELF, VERDICT_SHOWN, SAID_IF_SHOWN,
      "no dose is recorded as drawn, given, supervised or witnessed by a person on its patient's list of those who may not act" },
    { PART_LISTS, LINE_NOT_SELF, VERDICT_NONE, SAID_ALWAYS, "{n patient} with recorded sessions, of whom {a} have such a list" },
    { PART_LISTED, LINE_NOT_SELF, VERDICT_CONTRADICTED, SAID_IF_ANY,
      "{n act} recorded with somebody in it who may not act for that patient: {items}" },
    { PART_GAVE_ITSELF, LINE_NOT_SELF, VERDICT_CONTRADICTED, SAID_IF_ANY,
      "{n act} recorded in which one person gave the dose and got it: {items}" },
    { PART_TO_STAFF, LINE_NOT_SELF, VERDICT_CONTRADICTED, SAID_IF_ANY,
      "{n act} recorded in which a member of staff got the dose: {items}" },
    { PART_TO_ANOTHER, LINE_NOT_SELF, VERDICT_CONTRADICTED, SAID_IF_ANY,
      "{n act} recorded in which somebody else than the session's patient got the dose: {entries}" },
    { PART_LISTED_SINCE, LINE_NOT_SELF, VERDICT_NOT_SHOWN, SAID_IF_ANY,
      "{n act} by somebody who is on that patient's list now and was not then: {items}" },
    { PART_OUTSIDER, LINE_NOT_SELF, VERDICT_NOT_SHOWN, SAID_IF_ANY,
      "{n act} with a dose by somebody from outside, who is on no list: {entries}" },
    { PART_NO_PATIENT, LINE_NOT_SELF, VERDICT_NOT_SHOWN, SAID_IF_ANY, "{n act} with a dose that has no patient: {entries}" },
    { PART_EXCLUSION_ENDED, LINE_NOT_SELF, VERDICT_NONE, SAID_IF_ANY, "{n time} somebody was taken off a list: {entries}" },
    { PART_SPRAYED, LINE_NOT_SELF, VERDICT_NONE, SAID_IF_ANY,
      "{n act} in which the patient sprayed esketamine, under observation as recorded" },
    { PART_UNLISTED, LINE_NOT_SELF, VERDICT_NONE, SAID_ALWAYS,
      "Whether a patient is a member of staff who is on no list is not seen" },

    { PART_ON_SITE, LINE_ON_SITE, VERDICT_SHOWN, SAID_IF_SHOWN,
      "each of {n dose} recorded as drawn belongs to a session at a place of this site, and none is recorded as handed out or lost" },
    { PART_NO_SESSION, LINE_ON_SITE, VERDICT_CONTRADICTED, SAID_IF_ANY,
      "{n dose} recorded without a session at a place of this site: {items}" },
    { PART_AGAINST_SESSION, LINE_ON_SITE, VERDICT_CONTRADICTED, SAID_IF_ANY,
      "{n act} recorded as going against a rule about sessions ({items}): {entries}" },
    { PART_HANDED_OUT, LINE_ON_SITE, VERDICT_NOT_SHOWN, SAID_IF_ANY,
      "{n dose} recorded as gone with the patient in the charge of {items}" },
    { PART_DOSE_LOST, LINE_ON_SITE, VERDICT_NOT_SHOWN, SAID_IF_ANY, "{n dose} recorded as lost or stolen: {items}" },
    { PART_OFF_SITE, LINE_ON_SITE, VERDICT_NONE, SAID_ALWAYS, "Whether drug left the site unrecorded is not seen" },

    { PART_PAIRS, LINE_TWO_PEOPLE, VERDICT_SHOWN, SAID_IF_ANY,
      "{items}: {a} of {n} signed with the keys of two different persons enrolled here" },
    { PART_NO_PAIRS, LINE_TWO_PEOPLE, VERDICT_SHOWN, SAID_IF_ANY, "no act that takes two persons is recorded" },
    { PART_SECOND_LATER, LINE_TWO_PEOPLE, VERDICT_NONE, SAID_IF_ANY, "{n} of them by the second later: {entries}" },
    { PART_SECOND_WAITS, LINE_TWO_PEOPLE, VERDICT_NOT_SHOWN, SAID_IF_ANY, "{n act} waiting for the second at {size}: {entries}" },
    { PART_ALONE, LINE_TWO_PEOPLE, VERDICT_NOT_SHOWN, SAID_IF_ANY, "{n act} signed by one alone: {entries}" },
    { PART_AGAINST_ROLES, LINE_TWO_PEOPLE, VERDICT_CONTRADICTED, SAID_IF_ANY,
      "{n act} recorded as done without the rights, role, licence or witness it takes ({items}): {entries}" },
    { PART_MEDIAN, LINE_TWO_PEOPLE, VERDICT_NONE, SAID_IF_ANY, "median {a} s between the two signatures" },
    { PART_HASTE, LINE_TWO_PEOPLE, VERDICT_NONE, SAID_IF_ANY, "{n} of them under 5 s apart: {entries}" },
    { PART_FROM_FILE, LINE_TWO_PEOPLE, VERDICT_NONE, SAID_IF_ANY, "{n signature} by keys unlocked from a file" },
    { PART_TRANSCRIBED, LINE_TWO_PEOPLE, VERDICT_NONE, SAID_IF_ANY, "{n act} typed from paper: {entries}" },
    { PART_FOR_ANOTHER, LINE_TWO_PEOPLE, VERDICT_NONE, SAID_IF_ANY,
      "{n act} signed by somebody else than who is recorded to have done it: {entries}" },
    { PART_TWO_KEYS, LINE_TWO_PEOPLE, VERDICT_NONE, SAID_ALWAYS, "That two keys were two people is not shown" },

    { PART_LATE, LINE_IN_TIME, VERDICT_SHOWN, SAID_ALWAYS,
      "{n} of {a act} recorded later than the policy allows, by the times recorded[: {entries}]" },
    { PART_WIDEST, LINE_IN_TIME, VERDICT_NONE, SAID_IF_ANY, "the latest by {a min}" },
    { PART_OTHER_TIME, LINE_IN_TIME, VERDICT_NONE, SAID_IF_ANY,
      "{n act} given another time by a correction, and counted by the one first signed: {entries}" },
    { PART_RECORDED_AFTER, LINE_IN_TIME, VERDICT_NOT_SHOWN, SAID_IF_ANY,
      "{n act} of these days, by the times recorded, entered after their closing and not told here: {entries}" },
    { PART_STALE, LINE_IN_TIME, VERDICT_NONE, SAID_IF_ANY, "{n act} signed without having seen the newest entries: {entries}" },
    { PART_CLOCK_BACK, LINE_IN_TIME, VERDICT_NOT_SHOWN, SAID_IF_ANY, "the site's clock was set back {n time}: {entries}" },
    { PART_CLOCK_AHEAD, LINE_IN_TIME, VERDICT_NONE, SAID_IF_ANY, "the site's clock was set ahead or vouched for {n time}: {entries}" },
    { PART_FILED_LATE, LINE_IN_TIME, VERDICT_CONTRADICTED, SAID_IF_ANY, "{n notice} recorded as filed after its day: {items}" },
    { PART_NOT_FILED, LINE_IN_TIME, VERDICT_NOT_SHOWN, SAID_IF_ANY, "{n notice} past its day and not recorded as filed: {items}" },
    { PART_COUNTERSIGN_OVERDUE, LINE_IN_TIME, VERDICT_NOT_SHOWN, SAID_IF_ANY, "{n act} past the time for a countersign: {entries}" },
    { PART_WORD_OF_SIGNERS, LINE_IN_TIME, VERDICT_NONE, SAID_ALWAYS, "When an act took place is its signers' word" },

    { PART_OVERRIDES, LINE_EXCEPTIONS, VERDICT_NONE, SAID_ALWAYS, "{n rule} set aside[: {entries}]" },
    { PART_CORRECTIONS, LINE_EXCEPTIONS, VERDICT_NONE, SAID_ALWAYS, "{n correction}[: {entries}]" },
    { PART_IRREGULAR, LINE_EXCEPTIONS, VERDICT_NONE, SAID_ALWAYS, "{n} irregular[: {entries}]" },
    { PART_COUNTERSIGNS, LINE_EXCEPTIONS, VERDICT_NONE, SAID_ALWAYS, "{n} waiting for a countersign[: {entries}]" },
    { PART_WAITS_OUTSIDE, LINE_EXCEPTIONS, VERDICT_NONE, SAID_IF_ANY, "{n case} waiting for somebody from outside: {items}" },
    { PART_CORRECTED_LATER, LINE_EXCEPTIONS, VERDICT_NONE, SAID_IF_ANY, "{n act} corrected after the period: {entries}" },
    { PART_DECLINED, LINE_EXCEPTIONS, VERDICT_NONE, SAID_IF_ANY, "{n time} somebody declined to sign: {entries}" },
    { PART_UNLOCK_FAILED, LINE_EXCEPTIONS, VERDICT_NONE, SAID_IF_ANY, "{n time} a key was not unlocked: {entries}" },
};

const char *attest_line_name(unsigned line)
{
    static const char *const names[] = { "", "unchanged", "accounted", "settled", "not self", "on site", "two people", "in time",
                                         "exceptions" };

    return line <= LINE_EXCEPTIONS ? names[line] : "";
}

/* ---- filling the tallies */

/* Keep the lowest that find room, in order and each once. */
static void keep_entry(struct attest_tally *tally, uint32_t entry)
{
    size_t at = tally->named;

    while (at > 0 && tally->entries[at - 1] > entry)
        at--;
    if (at == STATEMENT_ENTRIES_LIMIT || (at > 0 && tally->entries[at - 1] == entry))
        return;
    if (tally->named < STATEMENT_ENTRIES_LIMIT)
        tally->named++;
    memmove(&tally->entries[at + 1], &tally->entries[at], (tally->named - at - 1) * sizeof tally->entries[0]);
    tally->entries[at] = entry;
}

void attest_note(struct attest_facts *facts, enum attest_part part, uint32_t entry)
{
    facts->tallies[part].count++;
    if (entry != 0)
        keep_entry(&facts->tallies[part], entry);
}

void attest_name(struct attest_facts *facts, enum attest_part part, uint32_t entry, const char *format, ...)
{
    struct attest_tally *tally = &facts->tallies[part];
    size_t used = strlen(tally->items), left = sizeof tally->items - used;
    va_list arguments;
    int size;

    attest_note(facts, part, entry);
    va_start(arguments, format);
    size = vsnprintf(tally->items + used + (used > 0), left - (used > 0), format, arguments);
    va_end(arguments);
    if (size >= 0 && (size_t)size + (used > 0) < left && tally->items_unnamed == 0) {
        if (used > 0)
            tally->items[used] = '\n';
        return;
    }
    tally->items[used] = '\0';
    tally->items_unnamed++;
}

enum attest_part attest_part_against(uint16_t code)
{
    const struct refusal *refusal = refusal_find(code);

    switch (refusal != NULL ? refusal->claim : 0) {
    case LINE_ACCOUNTED:
        return PART_AGAINST_STOCK;
    case LINE_SETTLED:
        return PART_AGAINST_ORDERS;
    case LINE_NOT_SELF:
        return code == REFUSAL_SELF ? PART_GAVE_ITSELF : code == REFUSAL_RECIPIENT ? PART_TO_ANOTHER : PART_LISTED;
    case LINE_ON_SITE:
        return PART_AGAINST_SESSION;
    case LINE_TWO_PEOPLE:
        return PART_AGAINST_ROLES;
    default:
        return ATTEST_PARTS;
    }
}

/* ---- one sentence */

struct saying {
    const struct attest_facts *facts;
    const struct attest_tally *tally;
    size_t most; /* names and entries of a part */
};

static void say_more(struct phrase *phrase, size_t said, uint64_t more)
{
    if (more == 0)
        return;
    phrase_text(phrase, said > 0 ? " and " : "");
    phrase_number(phrase, (int64_t)more);
    phrase_text(phrase, said > 0 ? " more" : " in all");
}

static void say_entries(struct phrase *phrase, const struct saying *saying)
{
    const struct attest_tally *tally = saying->tally;
    size_t said = tally->named < saying->most ? tally->named : saying->most;

    for (size_t i = 0; i < said; i++) {
        phrase_text(phrase, i > 0 ? " " : "");
        phrase_entry(phrase, tally->entries[i]);
    }
    say_more(phrase, said, tally->named > said ? (uint64_t)tally->count - said : 0);
}

static void say_items(struct phrase *phrase, const struct saying *saying)
{
    const char *at = saying->tally->items;
    uint64_t more = saying->tally->items_unnamed;
    size_t said = 0;

    while (*at != '\0') {
        size_t size = strcspn(at, "\n");

        if (said == saying->most) {
            more++;
        } else {
            phrase_text(phrase, said++ > 0 ? ", " : "");
            phrase_bytes(phrase, bytes_of(at, size));
        }
        at += size + (at[size] != '\0');
    }
    say_more(phrase, said, more);
}

static bool has_place(void *context, struct bytes place)
{
    const struct saying *saying = context;

    return !bytes_equal_text(place, "entries") || saying->tally->named > 0;
}

static void say_place(void *context, struct phrase *phrase, struct bytes place, struct bytes noun)
{
    const struct saying *saying = context;
    int64_t number = bytes_equal_text(place, "n") ? saying->tally->count : saying->tally->a;

    if (bytes_equal_text(place, "entries"))
        say_entries(phrase, saying);
    else if (bytes_equal_text(place, "items"))
        say_items(phrase, saying);
    else if (bytes_equal_text(place, "size"))
        phrase_entry(phrase, saying->facts->size);
    else if (bytes_equal_text(noun, "min"))
        phrase_minutes(phrase, number);
    else
        phrase_count(phrase, number, noun);
}

/* ---- one line */

static enum statement_verdict verdict_of(const struct attest_facts *facts, enum attest_line line)
{
    enum statement_verdict worst = VERDICT_NONE;

    for (size_t i = 0; i < ATTEST_PARTS; i++) {
        const struct attest_row *row = &attest_rows[i];

        if (row->line == line && row->verdict > worst && (row->when != SAID_IF_ANY || facts->tallies[i].count > 0))
            worst = row->verdict;
    }
    return worst;
}

static bool is_said(const struct attest_row *row, const struct attest_tally *tally, enum statement_verdict verdict)
{
    return row->when == SAID_ALWAYS || (row->when == SAID_IF_ANY ? tally->count > 0 : verdict <= VERDICT_SHOWN);
}

static bool begins_large(const char *sentence)
{
    return sentence[0] >= 'A' && sentence[0] <= 'Z';
}

/* The words of a line, with at most so many names to a part; how many bytes it takes. */
static size_t say_line(const struct attest_facts *facts, enum attest_line line, enum statement_verdict verdict, size_t most,
                       char out[static STATEMENT_TEXT_LIMIT + 1])
{
    struct phrase phrase;

    phrase_init(&phrase, NULL, out, STATEMENT_TEXT_LIMIT + 1);
    if (!facts->has_ended && line != LINE_EXCEPTIONS)
        phrase_text(&phrase, "So far: ");
    for (size_t i = 0, said = 0; i < ATTEST_PARTS; i++) {
        const struct attest_row *row = &attest_rows[i];
        struct saying saying = { facts, &facts->tallies[i], most };
        const struct places places = { &saying, has_place, say_place };

        if (row->line != line || !is_said(row, &facts->tallies[i], verdict))
            continue;
        if (said++ > 0)
            phrase_text(&phrase, begins_large(row->sentence) ? ". " : "; ");
        phrase_template(&phrase, row->sentence, &places);
    }
    phrase_text(&phrase, facts->is_training ? ". TRAINING." : ".");
    return phrase_end(&phrase);
}

static int compare_entries(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

    return (a > b) - (a < b);
}

/* The entries that the parts of a line name, ascending and each once; what bears the verdict goes before remarks. */
static void name_entries(const struct attest_facts *facts, enum attest_line line, struct statement_line *out)
{
    for (int verdict = VERDICT_CONTRADICTED; verdict >= VERDICT_NONE; verdict--)
        for (size_t i = 0; i < ATTEST_PARTS; i++) {
            const struct attest_tally *tally = &facts->tallies[i];

            for (size_t k = 0; k < tally->named && attest_rows[i].line == line && (int)attest_rows[i].verdict == verdict &&
                               out->entry_count < STATEMENT_ENTRIES_LIMIT; k++) {
                bool is_there = false;

                for (size_t j = 0; j < out->entry_count; j++)
                    is_there = is_there || out->entries[j] == tally->entries[k];
                if (!is_there)
                    out->entries[out->entry_count++] = tally->entries[k];
            }
        }
    qsort(out->entries, out->entry_count, sizeof out->entries[0], compare_entries);
}

static void judge_line(const struct attest_facts *facts, enum attest_line line, struct statement_line *out)
{
    enum statement_verdict verdict = verdict_of(facts, line);
    size_t most = ATTEST_NAMES;

    memset(out, 0, sizeof *out);
    out->verdict = (uint8_t)(verdict == VERDICT_SHOWN && !facts->has_ended ? VERDICT_NOT_SHOWN : verdict);
    while (say_line(facts, line, verdict, most, out->text) > STATEMENT_TEXT_LIMIT && most > 0)
        most /= 2;
    assert(strlen(out->text) < STATEMENT_TEXT_LIMIT); /* without names every line is far shorter */
    name_entries(facts, line, out);
}

void attest_judge(const struct attest_facts *facts, struct statement_line lines[static STATEMENT_LINES])
{
    for (unsigned line = LINE_UNCHANGED; line <= LINE_EXCEPTIONS; line++)
        judge_line(facts, (enum attest_line)line, &lines[line - 1]);
}
