/* Shared by store_open.c, which opens a store's files, and store.c, which speaks to LMDB. */
#ifndef LEDGER_STORE_INTERNAL_H
#define LEDGER_STORE_INTERNAL_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "ledger/gate.h"
#include "ledger/store.h"

/* One process opens one file once: LMDB's locks on it are the process's, and closing it once drops
 * them all. */
struct claim {
    pid_t process; /* a child's list holds its parent's claims, which do not bind it */
    dev_t device;
    ino_t inode;
    bool is_stuck; /* the file can no longer be closed */
    struct claim *next;
};

struct store {
    char directory[PATH_MAX];
    enum store_mode mode;
    bool is_lockless; /* read without a place in LMDB's table of readers */
    struct claim claim;
    size_t file_size; /* when it was opened */
    struct gate gate;
    struct engine *engine; /* LMDB's side, known to store.c alone; NULL until opened */
};

/* A record of STORE_META that every store has; its value says what the file is. */
#define STORE_MARK_KEY "magic"

/* What an errno of opening, reading or writing means. */
enum refusal_code store_refusal_of(int error_number);

/* Let LMDB open the guarded file; it is closed by engine_close, which is safe when that failed. */
enum ledger_status engine_open(struct store *store, struct error *error);
void engine_close(struct store *store);

/* Open a table for as long as the store lives, provided `txn` is committed. Where there is none it is
 * made, or `*found` is false. */
enum ledger_status engine_open_table(struct store_txn *txn, enum store_table table, bool make, bool *found,
                                     struct error *error);

#endif
