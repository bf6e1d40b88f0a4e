/* Heads remembered outside the ledger: how far this account has seen each book go.
 *
 * A ledger that was put back to an older copy is sound in itself; only what was remembered elsewhere shows
 * that entries are missing. One file for each ledger lies in $XDG_STATE_HOME/phial/heads, else in
 * ~/.local/state/phial/heads, named by the ledger's id. It only ever moves forward, and is replaced whole
 * by rename, so that it is the old one or the new one after a power cut. What the note says is the
 * caller's; its size (how many entries) stands in front of it. A head that cannot be written is no error
 * of the act: the caller says "no head remembered here" (PH0716). */
#ifndef LEDGER_HEADS_H
#define LEDGER_HEADS_H

#include <stddef.h>
#include <stdint.h>

#include "schema/bytes.h"

enum { HEAD_NOTE_LIMIT = 64 * 1024, HEAD_LEDGER_HEX_SIZE = 64 };

enum heads_status {
    HEADS_OK,
    HEADS_NONE,     /* no head of this ledger is remembered here */
    HEADS_DAMAGED,  /* there is a file, and it is not one of ours */
    HEADS_NO_PLACE, /* no state directory is known, or it cannot be made, read or written: see errno */
};

struct head_file {
    uint64_t size; /* entries */
    size_t note_size;
    uint8_t note[HEAD_NOTE_LIMIT];
};

/* Read what is remembered of a ledger, named by the 64 lower-case hex digits of its id. */
enum heads_status heads_read(const char *ledger_hex, struct head_file *head);

/* Remember that the ledger has `size` entries, and the note that says so. Where as much or more is
 * remembered already, nothing changes and that is HEADS_OK too. A damaged file is left as it is. On
 * HEADS_OK the head is durable; HEADS_NONE is never returned. */
enum heads_status heads_advance(const char *ledger_hex, uint64_t size, struct bytes note);

#endif
