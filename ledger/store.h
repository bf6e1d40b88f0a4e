/* The one place that knows LMDB: ordered tables of bytes in one file, read and written in transactions.
 *
 * Default durability, one writer at a time, queued by a gate so that nobody starves or waits for ever.
 * The file is not trusted: its size and meta pages are checked before it is mapped, each page before LMDB
 * is let near it (store_pages.h), and every value handed out lies within the file. What entries, leaves and names mean is for state.c.
 *
 * A store belongs to the process that opened it: a child made by fork opens its own. Any call may find
 * the file damaged (PH0706). A transaction that was writing then keeps other processes out, and the file
 * cannot be opened again, until this process ends: report it and end. */
#ifndef LEDGER_STORE_H
#define LEDGER_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "ledger/error.h"
#include "schema/bytes.h"

enum store_table {
    STORE_ENTRIES,     /* number (4 bytes, big endian) → the entry */
    STORE_TREE,        /* tree, level, index → digest of a perfect subtree */
    STORE_LEAVES,      /* table, id → a leaf */
    STORE_NAMES,       /* class, bytes → who or what bears the name */
    STORE_TOUCHES,     /* subject, id, n → entry number */
    STORE_CHECKPOINTS, /* tree size → signed note */
    STORE_META,        /* what the file is, of which format, of which ledger */
    STORE_TABLES
};

enum store_mode {
    STORE_CREATE,  /* a new file in an existing directory that has none */
    STORE_WRITE,   /* an existing one, to record in */
    STORE_READ,    /* an existing one, written to by others perhaps; nothing is made or changed */
    STORE_SCRATCH, /* as STORE_CREATE for a replay: not durable; commit now and then, memory holds the rest */
};

enum { STORE_KEY_LIMIT = 500, STORE_FORMAT = 1 };

struct store;
struct store_txn;

/* Open the store in `directory`. The caller closes it, on failure too: `*store` is then NULL.
 *
 *   PH0701  there is no data.mdb, or no such directory
 *   PH0702  its data.mdb is something else, or its other files are not ordinary ones
 *   PH0703  the file system is read-only       PH0709  this account may not read or write it
 *   PH0704  of a newer format                  PH0706  damaged
 *   PH0711  there is one already               PH0708, PH0710, PH0715  disk full, failing, no memory
 * One process opens one file once: a second open of the same file is a fault and asserts. Whoever writes
 * gets SIGXFSZ ignored. A reader who may not write lock.mdb, or finds none, reads without: he is told
 * BUSY when somebody writes meanwhile, and what he was told last counts once one more read says so. */
enum ledger_status store_open(const char *directory, enum store_mode mode, struct store **store, struct error *error);
void store_close(struct store *store);

/* Whether the file belongs to another account: it is then read in a child (child.h). */
enum ledger_status store_is_foreign(const char *directory, bool *foreign, struct error *error);

/* Begin. A writer waits at the gate for at most `wait_ms`, then is told BUSY; readers never wait.
 * A process has one transaction at a time for writing; threads read in transactions of their own.
 * `*txn` is NULL on failure. After an uncertain commit both are refused until the store is reopened. */
enum ledger_status store_begin_read(struct store *store, struct store_txn **txn, struct error *error);
enum ledger_status store_begin_write(struct store *store, int64_t wait_ms, struct store_txn **txn, struct error *error);

/* End: durable, or LEDGER_UNCERTAIN when the disk failed on the way and only a reopened store can tell.
 * Any other status (disk full, no memory) means that nothing was written. The transaction is gone in
 * every case. After a put that failed there is only abort. Abort is safe on NULL. */
enum ledger_status store_commit(struct store_txn *txn, struct error *error);
void store_abort(struct store_txn *txn);

/* Look a key up: 1 to STORE_KEY_LIMIT bytes. LEDGER_OK with `*found`; the value is LMDB's memory, good
 * until the transaction ends or, in a writer, until the next put. It may be unaligned. */
enum ledger_status store_get(struct store_txn *txn, enum store_table table, struct bytes key, bool *found,
                             struct bytes *value, struct error *error);

/* Put a value, replacing the one there; both are copied. A full map (PH0708) is grown by the next
 * store_begin_write. */
enum ledger_status store_put(struct store_txn *txn, enum store_table table, struct bytes key, struct bytes value,
                             struct error *error);

/* The entry with the largest key, if any. */
enum ledger_status store_last(struct store_txn *txn, enum store_table table, bool *found, struct bytes *key,
                              struct bytes *value, struct error *error);

/* Walk a table in key order from `from` (or the first at or after it; empty: from the beginning).
 * `from` is copied. Close before the end of txn; safe on NULL. */
struct store_cursor;
enum ledger_status store_cursor_open(struct store_txn *txn, enum store_table table, struct bytes from,
                                     struct store_cursor **cursor, struct error *error);
/* `*found` false at the end. Key and value as store_get's. */
enum ledger_status store_cursor_next(struct store_cursor *cursor, bool *found, struct bytes *key,
                                     struct bytes *value, struct error *error);
void store_cursor_close(struct store_cursor *cursor);

/* Judge every page of the file as it was when this transaction began, of which nothing may have been put
 * yet: PH0706 with the first that is wrong. The store must not be a scratch one. */
enum ledger_status store_walk(struct store_txn *txn, struct error *error);

#endif
