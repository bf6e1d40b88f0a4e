/* phial correct: between the words and the rows that are signed.
 *
 *     phial correct 48 --change V-2 35mg 49 50 --void 51 --add --systolic 120
 *
 * The words fall into groups: entries, what is done with them, and the words and options of their own command, which say
 * what is right. These are read by the same gather that read the original (record.h), so no kind is known here. */
#ifndef CLI_AMEND_H
#define CLI_AMEND_H

#include "cli/record.h"

enum { AMENDED_LIMIT = 256, AMEND_GROUPS = 32 };

/* What was said of some entries. */
struct amend_group {
    enum correction how; /* 0: not said yet */
    unsigned part;       /* its words and options stand in this part of the call while they are read */
    size_t words;        /* how many of them are words */
    bool says;           /* there is something beside the entries and what is done with them */
};

/* One entry of the correction. */
struct amended {
    uint32_t entry;
    enum correction how;
    const struct amend_group *group; /* NULL where it was not named but rests on another that was */
    struct bytes facts;                /* the right ones, in the recording's room; empty where they stay */
    bool has_at;
    struct at at;                      /* when it happened */
    bool is_anothers;                  /* a session becomes that of another patient or order, with all that is in it */
};

/* The command that records acts of this kind, as its entries are corrected in its words. */
const struct command *command_of_kind(enum kind_number kind);

/* Options of a group that are none of the original's command. */
#define AMEND_HAPPENED "happened"
#define AMEND_WITHOUT "without"

/* Read the words and options of its group for an entry that is changed or added to. What the entry says, by its newest
 * correction, stays where nothing else is said. An entry that is not there or is not corrected is left to the rules.
 * PH10xx, and what the words themselves are refused for. */
enum ledger_status amend_read(struct recording *recording, struct amended *amended, struct error *error);

#endif
