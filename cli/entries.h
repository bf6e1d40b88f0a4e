/* Entries as lines: for `log`, and for the history that `show` gives of a thing. */
#ifndef CLI_ENTRIES_H
#define CLI_ENTRIES_H

#include "cli/answer.h"
#include "cli/book.h"

/* An entry that was read, good as long as the look at the book. */
struct entry_row {
    uint32_t number;
    struct entry entry;
    struct event event;
    bool is_late; /* by the policy it was judged by */
};

/* False when there is no such entry or it cannot be read. */
bool entry_read(struct book *book, uint32_t number, struct entry_row *row);

/* Its sentence, as from the book alone: what is private is called sealed. Cut when it is longer. */
enum { ENTRY_SENTENCE_SIZE = 8192 };
const char *entry_sentence(struct book *book, const struct entry_row *row, char out[static ENTRY_SENTENCE_SIZE]);

/* One line of text, fitted to the terminal unless --verbose, with LATE and IRREGULAR. */
void entry_say(struct book *book, const struct entry_row *row);

/* The same as members of an object. */
void entry_answer(struct book *book, const struct entry_row *row, struct answer *answer);

/* Whether the entry touches a subject. */
bool entry_touches(const struct entry_row *row, enum subject subject, uint32_t id);

#endif
