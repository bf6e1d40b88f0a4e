/* What a command is: a row of the one table in main.c, from which dispatch, help and did-you-mean are made. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>

#include "cli/options.h"
#include "ledger/error.h"
#include "schema/kinds.h"

struct column;
struct recording;

struct command {
    const char *name;  /* "draw", "session open" */
    const char *alias; /* another name for it, or NULL */

    /* Does it, prints its result, and hands back the status that the exit status is made from. LEDGER_NO
     * with no code in `error` is an answer that has been printed. */
    enum ledger_status (*run)(struct call *call, struct error *error);

    const char *synopsis; /* what may follow the name */
    const char *examples; /* what it is for, by examples: lines of help after the options; NULL for most */
    const char *help;     /* one line */
    bool records;         /* it writes in the book, and says so when it did not */
    unsigned word_limit;  /* how many words it takes; those of commands that record an act are counted by their fields */

    /* Of commands that record (record.h): the kinds whose fields are its options, ended by 0; which fields of the
     * first it offers, apart by spaces, NULL for all; which of them its words fill, in order, NULL for
     * those the table of kinds says; what has to be done to its words before they are read (`shape`). */
    enum kind_number kinds[3];
    const char *fields;
    const char *words;
    const char *asks; /* fields that may be absent and are asked for all the same; an empty answer leaves them */
    enum ledger_status (*shape)(struct recording *recording, struct error *error);
    bool corrects; /* it takes the options of the commands whose acts can be corrected, besides its own */

    const struct column *columns; /* of the table it answers with; NULL for none, and for a list of things: */
    enum subject lists;           /* what its rows are, with the columns of things.h */

    const struct option *options; /* its own, besides those of the fields and the global ones; may be NULL */
};

/* The table; it ends with name NULL. */
extern const struct command commands[];

/* The first kind that this command records and that can be corrected, 0 for none. */
enum kind_number command_corrected(const struct command *command);

/* The columns of the table a command answers with, NULL when it answers otherwise. */
const struct column *command_columns(const struct command *command);

/* Whether `name` stands in `list`, names apart by spaces. */
bool name_is_in(const char *list, const char *name);

#endif
