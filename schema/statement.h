/* The statement that `phial attest` makes of a period of the book, as bytes (SPEC section 12.1).
 *
 * Eight lines, each with a verdict, its words and the entries it names; what became of each product; and which book,
 * at which size and root, it is about. One statement has one encoding, and only that one is accepted. What the lines
 * say is made in ledger/attest.h; signatures travel around this payload in schema/cose.h. */
#ifndef SCHEMA_STATEMENT_H
#define SCHEMA_STATEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "schema/cbor.h"
#include "schema/leaf.h"

enum {
    STATEMENT_VERSION = 1,
    STATEMENT_LINES = 8,
    STATEMENT_TEXT_LIMIT = 2048, /* bytes of a line */
    STATEMENT_HEAD_LIMIT = 2048,
    STATEMENT_PROGRAM_LIMIT = 64,
    STATEMENT_ENTRIES_LIMIT = 64, /* that one line names */
    STATEMENT_HASH_SIZE = 32,
    STATEMENT_KEY_LIMIT = 64, /* bytes of a public key */
    STATEMENT_HANDLE_LIMIT = 32,
    STATEMENT_DEPTH = 6,
};

enum statement_verdict { VERDICT_NONE, VERDICT_SHOWN, VERDICT_NOT_SHOWN, VERDICT_CONTRADICTED }; /* the worse is the larger */

struct statement_line {
    uint8_t verdict;
    char text[STATEMENT_TEXT_LIMIT + 1];
    size_t entry_count;
    uint32_t entries[STATEMENT_ENTRIES_LIMIT]; /* ascending */
};

/* Of one product, in ng: how much there was, what was added to each total, how much there is. */
struct statement_total {
    uint32_t product;
    int64_t before_in_doses, before_on_hand;
    int64_t change[TOTAL_IN_DOSES]; /* opening to adjusted-down; may be negative */
    int64_t in_doses, on_hand;
};

/* An officer who signs too. The key is as the book has it. */
struct statement_officer {
    uint32_t person; /* 0: nobody signs but the seal */
    char handle[STATEMENT_HANDLE_LIMIT + 1];
    int32_t algorithm;
    size_t key_size;
    uint8_t key[STATEMENT_KEY_LIMIT];
};

struct statement {
    uint8_t ledger[STATEMENT_HASH_SIZE];
    uint32_t after, last; /* the period: the entries above `after` up to `last`, at least one */
    uint32_t size;        /* entries in the book when it was made */
    uint8_t root[STATEMENT_HASH_SIZE];
    int64_t made_ms;
    char program[STATEMENT_PROGRAM_LIMIT + 1];
    bool is_training, has_ended;
    struct statement_line lines[STATEMENT_LINES]; /* line 1 first */
    size_t total_count;
    struct statement_total totals[PRODUCT_LIMIT]; /* ascending by product */
    char head[STATEMENT_HEAD_LIMIT + 1];
    struct statement_officer officer;
};

enum statement_status {
    STATEMENT_OK = 0,
    STATEMENT_MALFORMED, /* not the one encoding of a statement */
    STATEMENT_VERSION_UNKNOWN,
    STATEMENT_CHARACTER, /* nothing wrong, but a text holds a character this program does not know: cannot be judged */
    STATEMENT_ALGORITHM, /* or the officer's key is of an algorithm it does not know */
};

/* "SHOWN", "NOT SHOWN", "CONTRADICTED"; "" of line 8. */
const char *statement_verdict_name(unsigned verdict);

/* The payload: the bytes that are signed. The writer fails where it is larger than one may be. */
void statement_encode(const struct statement *statement, struct writer *writer);

enum statement_status statement_decode(struct bytes payload, struct statement *statement);

/* Whether the row closes: what there was, with what came, is what went and what there is. */
bool statement_total_closes(const struct statement_total *total);

#endif
