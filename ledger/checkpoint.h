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

/* Read a note: signed by this seal, of this ledger. PH0914 when it is not. */
enum ledger_status checkpoint_read(const uint8_t *note, size_t note_size, const struct digest *ledger,
                                   const struct public_key *seal, uint64_t *size, struct digest *root,
                                   struct error *error);

#endif
