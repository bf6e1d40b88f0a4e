/* Errors on the screen: each is printed once, here. */
#ifndef CLI_COMPLAIN_H
#define CLI_COMPLAIN_H

#include "cli/options.h"
#include "ledger/error.h"

/* Code, what was asked, what the book says, what to type next; for a command that records, that nothing was
 * recorded. With --json one object. All on standard error. */
void complain(const struct call *call, const struct error *error);

/* "Nothing was recorded.", or that an attempt was noted. */
void say_nothing_recorded(const struct call *call);

/* A class in a word, for `explain` and JSON. */
const char *class_name(enum refusal_class class_);

#endif
