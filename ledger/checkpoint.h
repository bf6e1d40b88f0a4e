/* Checkpoints: what the seal states of the book after every commit, as C2SP signed notes. */
#ifndef LEDGER_CHECKPOINT_H
#define LEDGER_CHECKPOINT_H

#include "crypto/key.h"
#include "crypto/note.h"
#include "ledger/error.h"
#include "ledger/store.h"

enum { CHECKPOINT_NOTE_LIMIT = 4096, CHECKPOINT_ORIGIN_SIZE = 6 + 64 + 1 };

/* `phial/<64 hex digits>`, the name of a ledger and of its seal's key. */
void checkpoint_origin(const struct digest *ledger, char origin[static CHECKPOINT_ORIGIN_SIZE]);

/* Sign the root of the first `size` entries, and keep the note as the newest; at a closing for ever. */
enum ledger_status checkpoint_make(struct store_txn *txn, const struct digest *ledger, const struct private_key *seal,
                                   uint32_t size, bool at_closing, uint8_t note[static CHECKPOINT_NOTE_LIMIT],
                                   size_t *note_size, struct error *error);

/* The newest note kept. */
enum ledger_status checkpoint_newest(struct store_txn *txn, uint8_t note[static CHECKPOINT_NOTE_LIMIT], size_t *note_size,
                                     struct error *error);

enum checkpoint_status {
    CHECKPOINT_OK,
    CHECKPOINT_BY_ANOTHER, /* a note of this ledger that this seal has no part in */
    CHECKPOINT_NOT_SIGNED, /* no note, or the seal's signature does not fit */
    CHECKPOINT_OF_ANOTHER, /* not of this ledger, or not a checkpoint */
};

/* What a note says, signed or not: for finding out which seal should have signed so many entries. */
enum checkpoint_status checkpoint_peek(struct bytes note, const struct digest *ledger, uint64_t *size, struct digest *root);

/* Read a note: of this ledger, signed by this seal. `size` and `root` are filled with what it says for CHECKPOINT_OK, and
 * for CHECKPOINT_BY_ANOTHER, where nobody vouches for it. */
enum checkpoint_status checkpoint_read(struct bytes note, const struct digest *ledger, const struct public_key *seal,
                                       uint64_t *size, struct digest *root);

/* "the checkpoint is not …", a sentence without its end. */
const char *checkpoint_problem(enum checkpoint_status status);

#endif
