/* What the files of corrections share (rules_correct*.c), and what the judge asks while an entry is posted anew; nobody
 * else includes it.
 *
 * A correction goes in six steps (SPEC section 9.5): what earlier ones had to book is given back; the entries are taken
 * back, the newest first; what nothing keeps open is sealed again; those that are not void happen again, the oldest first,
 * each by the rule of its own kind; what then does not fit is settled; and sessions are looked at again. */
#ifndef LEDGER_CORRECT_H
#define LEDGER_CORRECT_H

#include "ledger/effect.h"
#include "ledger/error.h"
#include "ledger/judge.h"

enum { CORRECTED_LIMIT = 256 };

/* An entry that is corrected. What is allocated is freed by correct_release. */
struct corrected {
    uint32_t number;
    enum correction how;
    bool has_at;
    struct at at;         /* when it happened, where this correction or one before says so */
    uint8_t *facts;       /* its facts, encoded, where this or one before gave others; else NULL */
    size_t facts_size;
    struct effect before; /* its effect when it is taken back */
    struct effect kept;   /* set places that have changed since, with what they are set to as `after` */
};

struct correcting {
    struct corrected entries[CORRECTED_LIMIT]; /* ascending */
    size_t count;
};

/* ---- the entry that is posted anew just now */

struct posting {
    uint32_t number;
    bool is_named;               /* only what it names is asked for: nothing has been taken back yet */
    bool asks_forbidden;         /* it has new facts, and what is forbidden about them is asked */
    const struct event *event;   /* it, with its own irregular codes */
    const struct effect *effect; /* its births */
    uint32_t line, taken;        /* of these so many are born anew already, in this line */
};

/* Whether a code matters to it. */
bool posting_asks(const struct posting *posting, const struct refusal *refusal);

/* Whether a recover sets this place of a vial: not where it recovered the vial before and found the place so then. */
bool posting_sets(const struct posting *posting, uint32_t vial, unsigned place);

/* What it gave birth to before, the next of it; NULL where there is none. Vials are asked for line by line. */
struct leaf *posting_birth(struct judge *judge, enum subject subject);
void posting_begin_line(struct posting *posting, uint32_t line);

/* ---- rules_correct_facts.c: what an entry says */

/* Read a row of the correction: what is said there goes together, and the facts in force from now on are made. */
void correct_read(struct judge *judge, const struct facts *row, struct corrected *corrected);
void correct_release(struct corrected *corrected);

/* The event of an entry, with these facts and time if any; what it points into is the store's and `corrected`'s. False
 * where it cannot be had. */
bool correct_event(struct judge *judge, const struct corrected *corrected, struct event *event);

/* The same by the facts and time that the book has for an entry now. `effect` is the entry's then, which the event points
 * into: the caller's to release, whatever is handed back. */
bool correct_event_in_force(struct judge *judge, uint32_t number, struct effect *effect, struct event *event);

/* ---- rules_correct_back.c */

/* Touch all that an entry touched, did, and gave birth to. */
void correct_touch(struct judge *judge, const struct corrected *corrected);

void correct_take_back(struct judge *judge, struct corrected *corrected);

/* A set place gets this value: sites count open cases. */
void correct_set(struct judge *judge, unsigned table, uint32_t id, unsigned place, int64_t value);

/* ---- rules_correct_anew.c */

/* Touch all that it will name. */
void correct_name(struct judge *judge, struct corrected *corrected);

void correct_post_anew(struct judge *judge, struct corrected *corrected);

/* ---- rules_correct_settle.c */

void correct_give_back(struct judge *judge);
void correct_seal_again(struct judge *judge);
void correct_settle(struct judge *judge);

/* ---- rules_correct_about.c */

struct entry_numbers {
    uint32_t *numbers; /* the caller's to free */
    size_t count, capacity;
};

/* All entries that may be about it, ascending, some of them twice: those that touch it, those that this correction or one
 * before it corrects, and those of this list. */
void correct_entries_about(struct judge *judge, const struct leaf *leaf, struct entry_numbers *entries);

/* ---- rules_correct_sessions.c */

void correct_look_again(struct judge *judge);

/* The newest entry of one of two kinds that touched it and is not void, else the newest of all. */
uint32_t correct_newest_of(struct judge *judge, enum subject subject, uint32_t id, unsigned kind, unsigned other);

#endif
