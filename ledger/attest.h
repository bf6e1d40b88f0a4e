/* What the book shows of a period, in eight lines (`phial attest`): the verdicts and every word of them.
 *
 * A line is made of parts. A part is something that the entries say, or do not say, and a row of one table: the line it
 * belongs to, what it makes of the line where it is so, and its sentence. A line is as bad as the worst of its parts that
 * are so. Nothing here looks at a book: attest_read (ledger/attest_read.h) fills the tallies, so that a test can.
 *
 *   SHOWN         what is recorded says so all through
 *   NOT SHOWN     something that would have to be recorded for it is not, or is not settled yet
 *   CONTRADICTED  an entry says otherwise
 *
 * All speak of recorded entries and never of what happened: DESIGN.md section 8 says what each line does not claim. */
#ifndef LEDGER_ATTEST_H
#define LEDGER_ATTEST_H

#include "schema/statement.h"

enum attest_line {
    LINE_UNCHANGED = 1, LINE_ACCOUNTED, LINE_SETTLED, LINE_NOT_SELF, LINE_ON_SITE, LINE_TWO_PEOPLE, LINE_IN_TIME,
    LINE_EXCEPTIONS
};

enum attest_part {
    PART_NO_MARK,

    PART_EQUATION, PART_NO_STOCK, PART_COUNTED, PART_COUNT_DIFFERS, PART_LINE_DIFFERS, PART_UNCOUNTED, PART_CASE_OPEN,
    PART_FORCED, PART_AGAINST_STOCK, PART_LOST, PART_UNEXPLAINED, PART_RESOLVED, PART_OFF_BOOK,

    PART_SETTLED, PART_HELD, PART_OPEN, PART_TAKEN_BACK, PART_SETTLED_LATE, PART_NOT_USED_UP, PART_AGAINST_ORDERS, PART_INTO_PATIENT,

    PART_NOT_SELF, PART_LISTS, PART_LISTED, PART_GAVE_ITSELF, PART_TO_STAFF, PART_TO_ANOTHER, PART_LISTED_SINCE,
    PART_OUTSIDER, PART_NO_PATIENT, PART_EXCLUSION_ENDED, PART_SPRAYED, PART_UNLISTED,

    PART_ON_SITE, PART_NO_SESSION, PART_AGAINST_SESSION, PART_HANDED_OUT, PART_DOSE_LOST, PART_OFF_SITE,

    PART_PAIRS, PART_NO_PAIRS, PART_SECOND_LATER, PART_SECOND_WAITS, PART_ALONE, PART_AGAINST_ROLES, PART_MEDIAN, PART_HASTE,
    PART_FROM_FILE, PART_TRANSCRIBED, PART_FOR_ANOTHER, PART_TWO_KEYS,

    PART_LATE, PART_WIDEST, PART_OTHER_TIME, PART_RECORDED_AFTER, PART_STALE, PART_CLOCK_BACK, PART_CLOCK_AHEAD, PART_FILED_LATE,
    PART_NOT_FILED, PART_COUNTERSIGN_OVERDUE, PART_WORD_OF_SIGNERS,

    PART_OVERRIDES, PART_CORRECTIONS, PART_IRREGULAR, PART_COUNTERSIGNS, PART_WAITS_OUTSIDE, PART_CORRECTED_LATER,
    PART_DECLINED, PART_UNLOCK_FAILED,

    ATTEST_PARTS
};

/* When a part is said: where there is any of it; where nothing in its line is worse than shown; or in any case. */
enum attest_when { SAID_IF_ANY, SAID_IF_SHOWN, SAID_ALWAYS };

/* In a sentence {n} is how many, with a noun {n dose}; {a} a further number, {a min} a time; {entries} the entries, {items}
 * the names; {size} the newest entry of the book. What begins small is joined with a semicolon, with a capital it is a
 * sentence of its own. */
struct attest_row {
    enum attest_part part;
    enum attest_line line;
    enum statement_verdict verdict; /* what any of it makes of the line; VERDICT_NONE for a remark */
    enum attest_when when;
    const char *sentence;
};
extern const struct attest_row attest_rows[ATTEST_PARTS];

/* "unchanged", "accounted", … */
const char *attest_line_name(unsigned line);

enum { ATTEST_ITEMS_SIZE = 4096 };

struct attest_tally {
    int64_t count;
    int64_t a;
    size_t named; /* entries kept: the first of them, ascending once they are told */
    uint32_t entries[STATEMENT_ENTRIES_LIMIT];
    size_t items_unnamed;          /* names that found no room */
    char items[ATTEST_ITEMS_SIZE]; /* names, apart by line feeds */
};

struct attest_facts {
    uint32_t size; /* entries in the book */
    bool has_ended, is_training;
    struct attest_tally tallies[ATTEST_PARTS];
};

/* One more of a part, because of this entry, 0 for none; and with a name. */
void attest_note(struct attest_facts *facts, enum attest_part part, uint32_t entry);
void attest_name(struct attest_facts *facts, enum attest_part part, uint32_t entry, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The part in which an irregular entry with this code speaks against a line; ATTEST_PARTS where it speaks against none. */
enum attest_part attest_part_against(uint16_t code);

/* Give the verdicts and their words. Of a period that has not ended no line is better than not shown. Texts hold as many
 * names as find room, at most ATTEST_NAMES of a part, and say how many more there are. */
enum { ATTEST_NAMES = 16 };
void attest_judge(const struct attest_facts *facts, struct statement_line lines[static STATEMENT_LINES]);

#endif
