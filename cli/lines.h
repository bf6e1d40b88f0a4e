/* The eight lines of a statement, for people and for programs. */
#ifndef CLI_LINES_H
#define CLI_LINES_H

#include "cli/answer.h"
#include "schema/statement.h"

/* The head, and each line with its verdict, on standard output, broken to the width of the terminal. */
void lines_say(const struct statement *statement);

/* All that the statement holds, as members. */
void lines_answer(const struct statement *statement, struct answer *answer);

#endif
