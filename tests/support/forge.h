/* A doctored program: it commits what the rules refuse. An honest one must name the entry and the rule.
 *
 * It has the seal's key and everybody's, keeps the chain, the tree and the checkpoints, and does all by the book but
 * for the one thing it is asked to leave out or to lie about. */
#ifndef TESTS_FORGE_H
#define TESTS_FORGE_H

#include "tests/support/house.h"

struct forgery {
    /* What is touched, where the rules give nothing. */
    size_t touch_count;
    struct touch touches[8];
    int64_t recorded_ms;           /* 0: now */
    const uint8_t *previous;       /* NULL: the hash of the entry before */
    uint32_t seen_number;          /* 0: the newest */
    const struct private_key *key; /* that signs for all, NULL: each with his own */
    bool is_list;                  /* claims to be the first of two */
    const uint8_t *list_of;        /* the act of a first of two, whose second it claims to be; NULL: no */
    uint8_t kind_number;           /* 0: its own; else claims to be of this kind, in as many bytes, and no rule looks at it */
    bool is_unjudged;              /* no rule looks at it: it holds what this program does not know */
    const char *text, *by;         /* the payload says `by` in place of `text`, as long; NULL: nothing is replaced */
    size_t unsigned_count;         /* how many of those who are to sign, the last, do not */
    bool as_the_other;             /* claims of a person's key that it was unlocked as the seal's, and the other way round */
    bool names_next;               /* claims to touch the next in place of the first thing touched */
};

/* Place the only act of the list, unjudged; the list is freed and a minute passes. Returns the entry. */
uint32_t forge(struct house *house, struct act_list *list, const struct forgery *forgery);

/* A closing that states one more dose open than there is, or other totals; or a true one whose checkpoint is not
 * kept. */
enum forged_closing { CLOSING_OF_MORE_DOSES = 1, CLOSING_OF_OTHER_TOTALS, CLOSING_NOT_KEPT };
uint32_t forge_closing(struct house *house, enum forged_closing lie);

#endif
