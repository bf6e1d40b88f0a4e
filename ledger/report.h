/* What verifying found: data, for a person or a program to read. */
#ifndef LEDGER_REPORT_H
#define LEDGER_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "crypto/digest.h"
#include "crypto/key.h"
#include "ledger/broken.h"
#include "ledger/error.h"
#include "ledger/state.h"

enum judgement { JUDGED_PASS = 1, JUDGED_UNPROVEN, JUDGED_FAIL }; /* the worse of two is the larger */

enum { REPORT_FINDINGS_LIMIT = 200, FINDING_TEXT_SIZE = 256, REPORT_NOTE_LIMIT = 4096 };

struct finding {
    enum judgement judgement; /* what it makes of the whole; JUDGED_PASS for what is only marked */
    uint16_t code;            /* PH09xx, or the rule that is broken */
    uint32_t entry;           /* 0: not about one entry */
    struct broken broken;     /* the particulars of a rule */
    char text[FINDING_TEXT_SIZE];
};

struct report {
    enum judgement judgement;
    bool is_export;
    bool is_finished;          /* false: the checking itself was cut short */
    struct digest ledger;
    struct seal seal;          /* in force at the end, as far as the book was followed; it is known by its entry */
    uint32_t key_entry;        /* the entry that brought the seal whose key the reader has; 0: none of this book, or no key */
    bool is_training;
    bool key_is_given;         /* the reader brought a key of the site, or remembered its head */
    uint32_t entries;          /* read */
    uint32_t sound;            /* entries 1 to this are unchanged and in order, whatever follows */
    bool others_stand;         /* all entries but those named are proven by the signed root */
    bool rules_replayed;       /* to the end; else only bytes and links were checked after `sound` */
    uint32_t size;             /* of the newest checkpoint that verifies */
    struct digest root;
    size_t note_size;          /* that checkpoint, for the head that is remembered */
    uint8_t note[REPORT_NOTE_LIMIT];
    uint32_t signatures;       /* checked */
    int64_t newest_ms;         /* recorded-at of the newest entry, by the site's clock */
    int64_t late, stale, overrides, open_cases, dues, open_doses, clocks;
    uint32_t newest_closing;
    int32_t unclosed_day;      /* days since 1970 of entries after the newest closing, 0 none */
    uint64_t finding_total;
    size_t finding_count;      /* kept: the first of them, but a worse one drives out a lesser */
    struct finding findings[REPORT_FINDINGS_LIMIT];
};

/* Add a finding; the judgement of the whole is the worst of all. */
void report_find(struct report *report, enum judgement judgement, enum refusal_code code, uint32_t entry,
                 const char *format, ...) __attribute__((format(printf, 5, 6)));
void report_rule(struct report *report, uint32_t entry, const struct broken *broken);

/* Put the findings in the order in which a verdict tells them: the worst first; of these the lowest entry with a
 * finding of its own bytes, then the lowest that others speak against, then what is about the whole
 * (SPEC 13.2). */
void report_sort(struct report *report);

/* Whether the bytes of a report that came from a process that may have gone mad can be one. */
bool report_is_possible(const struct report *report);

#endif
