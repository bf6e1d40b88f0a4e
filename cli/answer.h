/* What a command found out, as JSON. The one place that knows jansson.
 *
 * Numbers are integers in base units, never floats. Members stand in the order they are put. Want of
 * memory is remembered and said once, when the whole is printed. */
#ifndef CLI_ANSWER_H
#define CLI_ANSWER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "ledger/error.h"
#include "schema/bytes.h"

struct answer; /* an object or a list; those within another live as long as it */

/* A new object, to be ended by answer_print. */
struct answer *answer_new(void);

/* An object or list within another. `name` is NULL in a list. */
struct answer *answer_object(struct answer *answer, const char *name);
struct answer *answer_list(struct answer *answer, const char *name);

void answer_text(struct answer *answer, const char *name, const char *text);
void answer_bytes_text(struct answer *answer, const char *name, struct bytes text);
void answer_hex(struct answer *answer, const char *name, struct bytes bytes);
void answer_number(struct answer *answer, const char *name, int64_t number);
void answer_yes(struct answer *answer, const char *name, bool yes);
void answer_null(struct answer *answer, const char *name);

/* A time in RFC 3339, and beside it, in `name_ms`, in milliseconds. */
void answer_time(struct answer *answer, const char *name, int64_t ms);

/* Print on one line and free. PH0715 when something could not be put for want of memory. */
enum ledger_status answer_print(struct answer *answer, FILE *stream, struct error *error);

/* The same without braces and without the end of the line: a part of a larger object. */
enum ledger_status answer_print_members(struct answer *answer, FILE *stream, struct error *error);

/* Free without printing; NULL is fine. */
void answer_drop(struct answer *answer);

#endif
