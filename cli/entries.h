/* Entries as rows: for `log`, and for the history that `show` gives of a thing. */
#ifndef CLI_ENTRIES_H
#define CLI_ENTRIES_H

#include "cli/book.h"
#include "cli/row.h"
#include "cli/table.h"
#include "ledger/effect.h"

/* What corrections have made of an entry. What stands again was posted anew on what others were corrected to, and of what
 * was added to nothing was wrong; what was changed or taken back is struck through wherever it stands. */
enum entry_fate { FATE_STANDS, FATE_AGAIN, FATE_ADDED_TO, FATE_CHANGED, FATE_VOID };
enum entry_fate entry_fate(const struct event *event, const struct effect *effect);
enum row_style entry_style(const struct event *event, const struct effect *effect);

/* "VOID", "CORRECTED", "ADDED TO", "AGAIN": what stands before the number of the correction; "" of what stands. */
const char *fate_name(enum entry_fate fate);

/* An entry that was read, good as long as the look at the book. */
struct entry_row {
    uint32_t number;
    struct entry entry;
    struct event event;
    int64_t late_min; /* minutes; 0 within the limit of the policy it was judged by */
    enum entry_fate fate;
    uint32_t corrected_by; /* the newest correction of it, 0 for none */
};

/* False when there is no such entry or it cannot be read. */
bool entry_read(struct book *book, uint32_t number, struct entry_row *row);

/* Why an entry that is there could not be read: PH0706, which names it. */
enum ledger_status entry_unread(struct book *book, uint32_t number, struct error *error);

/* Its sentence, as from the book alone: what is private is called sealed. Cut when it is longer. */
enum { ENTRY_SENTENCE_SIZE = 8192 };
const char *entry_sentence(struct book *book, const struct entry_row *row, char out[static ENTRY_SENTENCE_SIZE]);

/* The same as it stands now, by the facts and the time that corrections gave it; `out` is empty where it was not changed
 * or added to. */
const char *entry_sentence_now(struct book *book, const struct entry_row *row, char out[static ENTRY_SENTENCE_SIZE]);

/* The columns of entries, and one as a row of them. */
extern const struct column log_columns[];
void entry_put(struct book *book, const struct entry_row *entry, struct row *row);

/* Put who signed under the column `signers`, the codes of rules it went against under `irregular`, and what has to
 * strike the eye about it under `marks`: LATE and by how much, IRREGULAR, TRANSCRIBED, and its fate. */
void entry_put_signers(struct book *book, const struct event *event, struct row *row);
void entry_put_irregular(const struct event *event, struct row *row);
void entry_put_marks(struct book *book, uint32_t number, const struct entry *entry, const struct event *event, struct row *row);

/* Whether the entry touches a subject. */
bool entry_touches(const struct entry_row *row, enum subject subject, uint32_t id);

#endif
