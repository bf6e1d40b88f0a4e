/* Entries as rows: for `log`, and for the history that `show` gives of a thing. */
#ifndef CLI_ENTRIES_H
#define CLI_ENTRIES_H

#include "cli/book.h"
#include "cli/row.h"

/* An entry that was read, good as long as the look at the book. */
struct entry_row {
    uint32_t number;
    struct entry entry;
    struct event event;
    int64_t late_min; /* minutes; 0 within the limit of the policy it was judged by */
    uint32_t void_by; /* the correction that took it back, 0 for none */
};

/* False when there is no such entry or it cannot be read. */
bool entry_read(struct book *book, uint32_t number, struct entry_row *row);

/* Why an entry that is there could not be read: PH0706, which names it. */
enum ledger_status entry_unread(struct book *book, uint32_t number, struct error *error);

/* Its sentence, as from the book alone: what is private is called sealed. Cut when it is longer. */
enum { ENTRY_SENTENCE_SIZE = 8192 };
const char *entry_sentence(struct book *book, const struct entry_row *row, char out[static ENTRY_SENTENCE_SIZE]);

/* The columns of entries, and one as a row of them. */
extern const struct column log_columns[];
void entry_put(struct book *book, const struct entry_row *entry, struct row *row);

/* Put who signed under the column `signers`, the codes of rules it went against under `irregular`, and what has to
 * strike the eye about it under `marks`: LATE and by how much, IRREGULAR, TRANSCRIBED, CORRECTED or VOID. */
void entry_put_signers(struct book *book, const struct event *event, struct row *row);
void entry_put_irregular(const struct event *event, struct row *row);
void entry_put_marks(struct book *book, uint32_t number, const struct entry *entry, const struct event *event, struct row *row);

/* Whether the entry touches a subject. */
bool entry_touches(const struct entry_row *row, enum subject subject, uint32_t id);

#endif
