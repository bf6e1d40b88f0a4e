/* The command line: which command, and what was given with it.
 *
 * Acts that belong together stand in one list, apart by a lone `+`: each is a part with a command, words and options of
 * its own. One part is in hand at a time, and what is asked of the call is answered for that part: what stands in it, what
 * holds for all parts wherever it stands (--as, --ledger, -n …), and what stands before the first command.
 *
 * Options are rows of tables: those of the command, those of the fields of the kinds it records, and the
 * global ones. What was given is kept in the order it was typed, words and options alike, because some
 * commands take several lines of both. Nothing is guessed: a name that is not known is refused, with
 * what was most likely meant. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/error.h"
#include "schema/kinds.h"

struct command;

struct option {
    const char *name;
    char letter;       /* -w; 0 for none */
    const char *takes; /* what help calls its value; NULL for a flag */
    bool repeats;      /* may be given several times */
    const char *help;
};

/* One thing on the command line. */
struct given {
    const char *name;  /* of the option; NULL for a word */
    const char *value; /* NULL for a flag */
    bool is_used;      /* a word that has found its place */
    unsigned part;     /* where it stands, from 1; 0 before the first command */
    bool of_list;      /* holds for all parts */
};

enum { CALL_LIMIT = 1024, CALL_ROOM = 32768, CALL_PARTS = 32 };

struct call {
    const struct command *command; /* of the part in hand */
    unsigned part, part_count;     /* the one in hand, from 1 */
    const struct command *parts[CALL_PARTS];
    size_t given_count;
    struct given given[CALL_LIMIT];
    bool was_asked;        /* something given is the answer to a question */
    size_t room_used;
    char room[CALL_ROOM];  /* of answers */
    uint32_t noted;        /* entry of a failed unlock noted on the way, 0 for none */
    bool was_recorded;     /* an act stands in the book, whatever came after */
};

/* What every command takes; what every act takes; and what acts take that holds for all of their list. */
extern const struct option global_options[], act_options[], whole_list_options[];

/* Read the command line into `call`, which points into it; the first part is in hand then. PH1001, PH1002, PH1003,
 * PH1008, PH1011. */
enum ledger_status call_parse(struct call *call, int count, char *const *texts, struct error *error);

/* Begin a call of one act by the words of its command, `session open`, for what is read from a file instead of typed.
 * PH1001. Its options and words are then given one by one: the texts are borrowed. */
enum ledger_status call_begin(struct call *call, const char *words, struct error *error);
enum ledger_status call_give(struct call *call, const char *name, const char *value, struct error *error);

/* An option of the command in hand, by its name, with the field it stands for, NULL for none. PH1002. */
enum ledger_status call_option(const struct call *call, const char *name, struct option *option, const struct field **field,
                               struct error *error);

/* Take up another part, from 1. */
void call_turn(struct call *call, unsigned part);

/* Whether this was given to the part in hand, or for all. */
bool call_is_here(const struct call *call, const struct given *given);

/* The value of an option, the last one if it repeats; NULL when it was not given. */
const char *call_value(const struct call *call, const char *name);
bool call_flag(const struct call *call, const char *name);

/* The same, of what stands in the part in hand itself. */
const char *call_own(const struct call *call, const char *name);

/* The next value of a repeated option, or the next word for name NULL, after `*place`, which begins at 0;
 * NULL after the last. */
const char *call_next(const struct call *call, const char *name, size_t *place);
size_t call_count(const struct call *call, const char *name);

/* Add the answer to a question as if it had been given to the part in hand. Copied; PH1011 when there is no more room. */
enum ledger_status call_add(struct call *call, const char *name, const char *value, struct error *error);

/* A copy of a text in the call's room, NULL when it is used up. */
const char *call_keep(struct call *call, const char *text);

/* ---- the options of a command, for the parser and for help */

struct option_cursor {
    const struct command *command;
    const struct command *other; /* the option handed out last is one of its, which `command` corrects; else NULL */
    unsigned part;
    size_t index;
    bool is_common;  /* the option handed out last is one of many commands' */
    bool is_of_list; /* it holds for all acts of a list, in whichever part it stands */
};
void options_begin(struct option_cursor *cursor, const struct command *command);

/* The next option: the command's own, then its fields', then those of all acts and of all commands. `field` is
 * NULL for those that are none's. */
bool options_next(struct option_cursor *cursor, struct option *option, const struct field **field);

/* The name of the option for a field of this kind; NULL when it is given some other way. */
const char *option_of_field(const struct kind *kind, const struct field *field);

/* ---- did you mean */

/* Keep the name nearest to what was typed. */
struct meant {
    const char *typed;
    const char *name; /* NULL when nothing is near */
    unsigned distance;
};
void meant_try(struct meant *meant, const char *name);

#endif
