#include "ledger/store.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <lmdb.h>

#include "ledger/gate.h"
#include "ledger/store_guard.h"
#include "ledger/store_internal.h"
#include "ledger/store_pages.h"

static_assert(sizeof(size_t) == 8, "the map is larger than the memory of a 32-bit machine");

/* The map is address space only: no ledger fills the first size, and where the account may not have so
 * much of it, less will do, down to the last. */
static const size_t map_size_most = (size_t)64 << 30;
static const size_t map_size_least = (size_t)64 << 20;

static const char *const table_names[STORE_TABLES] = {
    [STORE_ENTRIES] = "entries", [STORE_TREE] = "tree",       [STORE_LEAVES] = "leaves",
    [STORE_NAMES] = "names",     [STORE_TOUCHES] = "touches", [STORE_CHECKPOINTS] = "checkpoints",
    [STORE_META] = "meta",
};

enum { WHERE_SIZE = 96, BEGIN_TRIES = 100 };

struct engine {
    MDB_env *env;
    int file; /* LMDB's own descriptor of data.mdb */
    unsigned page_size;
    MDB_dbi tables[STORE_TABLES]; /* 0: not open */

    pthread_mutex_t lock;     /* over what follows */
    unsigned txn_count;       /* the map may move only while it is 0 */
    bool is_writing;
    bool is_full;             /* the last writer needed a larger map */
    enum refusal_code broken; /* why nothing can be begun before the store is opened anew */
};

struct store_txn {
    struct store *store;
    MDB_txn *handle;
    bool writes;
    bool has_escaped;  /* LMDB was left in the middle of a call */
    bool is_uncertain; /* its commit failed, perhaps too late */
    unsigned cursor_count;
    struct file_map map;
    struct pages *pages; /* what it began with, as we read it ourselves; NULL where LMDB need not be guarded */
    size_t largest_put;
};

struct store_cursor {
    struct store_txn *txn;
    MDB_cursor *handle;
    enum store_table table;
    bool has_begun;
    size_t at_size; /* the key it begins from, then the one it has come to */
    uint8_t at[STORE_KEY_LIMIT];
};

/* LMDB does not write through a value given to it, only forgets to say so. */
static MDB_val val_of(struct bytes bytes)
{
    return (MDB_val){ .mv_size = bytes.size, .mv_data = (void *)(uintptr_t)bytes.data };
}

/* ---- what goes wrong */

static enum refusal_code refusal_of(int code)
{
    switch (code) {
    case MDB_MAP_FULL:
        return REFUSAL_DISK_FULL;
    case MDB_TXN_FULL:
        return REFUSAL_OUT_OF_MEMORY;
    case MDB_READERS_FULL:
    case MDB_MAP_RESIZED:
        return REFUSAL_LOCKED;
    case MDB_PANIC:
        return REFUSAL_UNCERTAIN;
    default: /* LMDB's other codes, which are negative, tell of pages that cannot be */
        return code > 0 ? store_refusal_of(code) : REFUSAL_DAMAGED_FILE;
    }
}

static enum ledger_status refuse(const struct store *store, int code, const char *doing, struct error *error)
{
    return error_set(error, refusal_of(code), "%s %s: %s", doing, store->directory, mdb_strerror(code));
}

/* LMDB asserts what a damaged page breaks, then ends the process. But damage is no fault of ours; it is
 * something to report. So the call is left from inside the assertion, and what LMDB had in its hands is
 * lost: a transaction that was writing can then neither be ended nor left, and keeps the others out
 * until this process ends, which its caller should see to. */
static _Thread_local jmp_buf *escape;

static void on_assertion(MDB_env *env, const char *message)
{
    (void)env;
    (void)message;
    if (escape == NULL)
        abort();
    longjmp(*escape, 1);
}

/* Return what a call of LMDB's returns; an assertion that fails in it is MDB_CORRUPTED. */
#define RETURN_ESCAPING(txn, call)         \
    do {                                   \
        volatile int code = MDB_CORRUPTED; \
        jmp_buf here;                      \
        if ((txn)->has_escaped)            \
            return code;                   \
        escape = &here;                    \
        if (setjmp(here) == 0)             \
            code = (call);                 \
        else                               \
            (txn)->has_escaped = true;     \
        escape = NULL;                     \
        return code;                       \
    } while (0)

static int try_get(struct store_txn *txn, enum store_table table, MDB_val *key, MDB_val *value)
{
    RETURN_ESCAPING(txn, mdb_get(txn->handle, txn->store->engine->tables[table], key, value));
}

static int try_put(struct store_txn *txn, enum store_table table, MDB_val *key, MDB_val *value)
{
    RETURN_ESCAPING(txn, mdb_put(txn->handle, txn->store->engine->tables[table], key, value, 0));
}

static int try_cursor_open(struct store_txn *txn, enum store_table table, MDB_cursor **cursor)
{
    RETURN_ESCAPING(txn, mdb_cursor_open(txn->handle, txn->store->engine->tables[table], cursor));
}

static int try_cursor_get(struct store_txn *txn, MDB_cursor *cursor, MDB_val *key, MDB_val *value, MDB_cursor_op step)
{
    RETURN_ESCAPING(txn, mdb_cursor_get(cursor, key, value, step));
}

static int try_open_table(struct store_txn *txn, enum store_table table, unsigned flags)
{
    RETURN_ESCAPING(txn, mdb_dbi_open(txn->handle, table_names[table], flags, &txn->store->engine->tables[table]));
}

static int try_commit(struct store_txn *txn)
{
    RETURN_ESCAPING(txn, mdb_txn_commit(txn->handle));
}

/* ---- pages: no way is gone by LMDB that was not judged before */

/* Without a place in the table of readers, the second commit from here on reuses what this one reads. */
static bool snapshot_stands(const struct store_txn *txn)
{
    MDB_envinfo info;

    if (!txn->store->is_lockless)
        return true;
    mdb_env_info(txn->store->engine->env, &info);
    return info.me_last_txnid <= mdb_txn_id(txn->handle) + 1;
}

static enum ledger_status refuse_fallen(const struct store_txn *txn, struct error *error)
{
    return error_set(error, REFUSAL_LOCKED, "%s is written to while it is read without a lock file",
                     txn->store->directory);
}

/* "page 17, in entries from #301 on", or "the tree of touches" where no page is to blame. */
static void tell_where(const struct page_fault *fault, char text[static WHERE_SIZE])
{
    const uint8_t *key = fault->from;

    if (fault->page == 0)
        snprintf(text, WHERE_SIZE, "the tree of %s", fault->tree);
    else if (fault->tree == table_names[STORE_ENTRIES] && fault->from_size == 4)
        snprintf(text, WHERE_SIZE, "page %" PRIu64 ", in %s from #%" PRIu32 " on", fault->page, fault->tree,
                 (uint32_t)key[0] << 24 | (uint32_t)key[1] << 16 | (uint32_t)key[2] << 8 | key[3]);
    else
        snprintf(text, WHERE_SIZE, "page %" PRIu64 ", in %s", fault->page, fault->tree);
}

static enum ledger_status refuse_fault(const struct store_txn *txn, struct error *error)
{
    const struct page_fault *fault = pages_fault(txn->pages);
    char where[WHERE_SIZE];

    if (!snapshot_stands(txn))
        return refuse_fallen(txn, error);
    if (fault->error_number != 0)
        return refuse(txn->store, fault->error_number, "read", error);
    tell_where(fault, where);
    return error_set(error, REFUSAL_DAMAGED_FILE, "%s/data.mdb, %s: %s", txn->store->directory, where, fault->what);
}

static enum ledger_status judge_way(struct store_txn *txn, enum store_table table, enum page_way way, struct bytes key,
                                    struct error *error)
{
    if (txn->pages == NULL || pages_way(txn->pages, table, way, key))
        return LEDGER_OK;
    return refuse_fault(txn, error);
}

/* A scratch store is this process's own and new, and nobody can have touched it. */
static int begin_pages(struct store_txn *txn)
{
    const struct engine *engine = txn->store->engine;
    uint64_t commit = mdb_txn_id(txn->handle) - (txn->writes ? 1 : 0);

    if (txn->store->mode == STORE_SCRATCH)
        return 0;
    txn->pages = pages_new(engine->file, engine->page_size, commit, table_names, STORE_TABLES);
    return txn->pages != NULL ? 0 : errno;
}

/* ---- the map */

/* With the lock held and no transaction open: room for twice of what there is. */
static int enlarge_map(struct engine *engine)
{
    size_t size = file_size_now(engine->file);
    MDB_envinfo info;
    int code;

    assert(engine->txn_count == 0);
    mdb_env_info(engine->env, &info);
    if (size < info.me_mapsize)
        size = info.me_mapsize;
    code = mdb_env_set_mapsize(engine->env, 2 * size);
    engine->is_full = false;
    /* The old map is gone by then: there is nothing to fall back upon. */
    if (code != 0)
        engine->broken = refusal_of(code);
    return code;
}

/* Find the map by the store's mark, which lies in a page of it until this transaction changes that page. */
static bool find_map(struct store_txn *txn)
{
    const struct engine *engine = txn->store->engine;
    MDB_val key = val_of(bytes_of_text(STORE_MARK_KEY)), value;
    MDB_envinfo info;

    mdb_env_info(engine->env, &info);
    txn->map = (struct file_map){ .file = engine->file, .page_size = engine->page_size, .size = info.me_mapsize };
    return (txn->pages == NULL || pages_way(txn->pages, STORE_META, WAY_TO_KEY, bytes_of_text(STORE_MARK_KEY)))
        && try_get(txn, STORE_META, &key, &value) == 0 && file_map_find(&txn->map, value.mv_data);
}

/* Whether what LMDB points to is there to be read: a damaged page can claim any size for what it holds. */
static bool is_readable(struct store_txn *txn, const MDB_val *val)
{
    if (txn->map.start == NULL && !find_map(txn))
        return false;
    if (file_map_holds(&txn->map, val->mv_data))
        return file_map_reaches(&txn->map, val->mv_data, val->mv_size);
    /* A page that this transaction has changed lies elsewhere, whole or as large as what was put. */
    return txn->writes && val->mv_size <= txn->largest_put + txn->map.page_size;
}

/* Judge what LMDB answered. Key (may be NULL) and value are handed out only when they can be read. */
static enum ledger_status answer(struct store_txn *txn, int code, const MDB_val *key, const MDB_val *value,
                                 bool *found, struct error *error)
{
    *found = false;
    if (!snapshot_stands(txn))
        return refuse_fallen(txn, error);
    if (code == MDB_NOTFOUND)
        return LEDGER_OK;
    if (code == 0 && ((key != NULL && !is_readable(txn, key)) || !is_readable(txn, value)))
        code = MDB_CORRUPTED;
    if (code != 0)
        return refuse(txn->store, code, "read", error);
    *found = true;
    return LEDGER_OK;
}

/* ---- beginning */

/* With the lock held. What stands in the way of a beginning is removed once. */
static int begin_handle(struct engine *engine, struct store_txn *txn)
{
    unsigned flags = txn->writes ? 0 : MDB_RDONLY;
    int dead_count, code = 0;

    /* The snapshot of a reader that was killed would make the file grow for ever. */
    if (txn->writes)
        mdb_reader_check(engine->env, &dead_count);
    if (txn->writes && engine->is_full && engine->txn_count == 0)
        code = enlarge_map(engine);
    if (code == 0)
        code = mdb_txn_begin(engine->env, NULL, flags, &txn->handle);
    if (code == MDB_READERS_FULL)
        code = mdb_reader_check(engine->env, &dead_count);
    else if (code == MDB_MAP_RESIZED && engine->txn_count == 0)
        code = enlarge_map(engine);
    else
        return code;
    return code != 0 ? code : mdb_txn_begin(engine->env, NULL, flags, &txn->handle);
}

/* A commit that the file does not speak of any more has been overtaken by two others since: take a newer one. */
static int begin_guarded(struct engine *engine, struct store_txn *txn)
{
    int code = EAGAIN;

    for (int i = 0; i < BEGIN_TRIES && code == EAGAIN; i++) {
        code = begin_handle(engine, txn);
        if (code != 0)
            return code;
        code = begin_pages(txn);
        if (code != 0)
            mdb_txn_abort(txn->handle);
    }
    return code == EAGAIN ? MDB_CORRUPTED : code;
}

static enum ledger_status begin(struct store *store, bool writes, struct store_txn **txn, struct error *error)
{
    struct engine *engine = store->engine;
    struct store_txn *new = calloc(1, sizeof *new);
    enum refusal_code broken;
    int code = ENOMEM;

    *txn = NULL;
    if (new == NULL)
        return refuse(store, code, "open", error);
    *new = (struct store_txn){ .store = store, .writes = writes };
    pthread_mutex_lock(&engine->lock);
    broken = engine->broken;
    if (broken == REFUSAL_NONE)
        code = begin_guarded(engine, new);
    engine->txn_count += code == 0;
    pthread_mutex_unlock(&engine->lock);
    if (code != 0) {
        free(new);
        return broken != REFUSAL_NONE ? error_set(error, broken, "%s must be opened anew", store->directory)
                                      : refuse(store, code, writes ? "write" : "read", error);
    }
    *txn = new;
    return LEDGER_OK;
}

enum ledger_status store_begin_read(struct store *store, struct store_txn **txn, struct error *error)
{
    assert(store->claim.process == getpid());
    return begin(store, false, txn, error);
}

/* One thread of this process writes at a time; a second one is our fault. */
static void set_writing(struct engine *engine, bool is_writing)
{
    pthread_mutex_lock(&engine->lock);
    assert(engine->is_writing != is_writing);
    engine->is_writing = is_writing;
    pthread_mutex_unlock(&engine->lock);
}

static void stop_writing(struct store *store)
{
    gate_leave(&store->gate);
    set_writing(store->engine, false);
}

static enum ledger_status enter(struct store *store, int64_t wait_ms, struct error *error)
{
    if (gate_enter(&store->gate, wait_ms))
        return LEDGER_OK;
    if (errno != EAGAIN)
        return refuse(store, errno, "lock", error);
    return error_set(error, REFUSAL_LOCKED, "another process is writing in %s, still after %" PRId64 " ms",
                     store->directory, wait_ms);
}

/* What is written goes into pages listed as free, and by the ways of the branches. */
static enum ledger_status judge_before_write(struct store_txn *txn, struct error *error)
{
    if (txn->pages != NULL && !pages_before_write(txn->pages))
        return refuse_fault(txn, error);
    if (txn->store->engine->tables[STORE_META] != 0 && !find_map(txn))
        return refuse(txn->store, MDB_CORRUPTED, "read", error);
    return LEDGER_OK;
}

enum ledger_status store_begin_write(struct store *store, int64_t wait_ms, struct store_txn **txn,
                                     struct error *error)
{
    enum ledger_status status;

    *txn = NULL;
    assert(store->claim.process == getpid() && store->mode != STORE_READ && wait_ms >= 0);
    set_writing(store->engine, true);
    /* The gate is held to the end of the transaction: LMDB's own lock knows no limit to waiting, so
     * nobody may ever wait there, and a writer that has been stopped is noticed here. */
    status = enter(store, wait_ms, error);
    if (status == LEDGER_OK)
        status = begin(store, true, txn, error);
    if (status != LEDGER_OK) {
        stop_writing(store);
        return status;
    }
    status = judge_before_write(*txn, error);
    if (status != LEDGER_OK) {
        store_abort(*txn);
        *txn = NULL;
    }
    return status;
}

/* ---- ending */

/* LMDB is done with the transaction, or never will be. */
static void end(struct store_txn *txn)
{
    struct store *store = txn->store;
    struct engine *engine = store->engine;

    assert(txn->cursor_count == 0);
    pthread_mutex_lock(&engine->lock);
    if (txn->has_escaped || txn->is_uncertain)
        engine->broken = txn->has_escaped ? REFUSAL_DAMAGED_FILE : REFUSAL_UNCERTAIN;
    if (txn->has_escaped && txn->writes)
        store->claim.is_stuck = true;
    else
        engine->txn_count--;
    pthread_mutex_unlock(&engine->lock);
    if (txn->writes && !txn->has_escaped)
        stop_writing(store);
    pages_free(txn->pages);
    free(txn);
}

void store_abort(struct store_txn *txn)
{
    if (txn == NULL)
        return;
    if (!txn->writes || !txn->has_escaped)
        mdb_txn_abort(txn->handle);
    end(txn);
}

/* Whether no meta page was touched: after it failed to write one, LMDB lets nothing more begin. */
static bool still_begins(const struct engine *engine)
{
    MDB_txn *txn;

    if (mdb_txn_begin(engine->env, NULL, MDB_RDONLY, &txn) != 0)
        return false;
    mdb_txn_abort(txn);
    return true;
}

/* Why a commit has failed. So long as no meta page was touched, nothing was committed; but after a disk
 * has failed nobody should rely on what it says. */
static enum refusal_code judge_commit(const struct store_txn *txn, int code)
{
    const struct engine *engine = txn->store->engine;
    enum refusal_code cause = refusal_of(code);

    if (txn->has_escaped || !txn->writes) /* LMDB asserts while it gathers pages, before it writes any */
        return cause;
    if (!still_begins(engine))
        return REFUSAL_UNCERTAIN;
    if (code == EIO && file_cannot_grow(engine->file))
        return REFUSAL_DISK_FULL;
    return cause == REFUSAL_DISK_FULL || cause == REFUSAL_OUT_OF_MEMORY ? cause : REFUSAL_UNCERTAIN;
}

enum ledger_status store_commit(struct store_txn *txn, struct error *error)
{
    struct store *store = txn->store;
    enum ledger_status status = LEDGER_OK;
    int code;

    assert(txn->cursor_count == 0);
    code = try_commit(txn);
    assert(code != MDB_BAD_TXN); /* a put failed, and its caller did not care */
    if (code != 0) {
        enum refusal_code why = judge_commit(txn, code);

        txn->is_uncertain = why == REFUSAL_UNCERTAIN;
        status = error_set(error, why, "write %s: %s", store->directory, mdb_strerror(code));
    }
    end(txn);
    return status;
}

/* ---- reading and writing */

enum ledger_status store_get(struct store_txn *txn, enum store_table table, struct bytes key, bool *found,
                             struct bytes *value, struct error *error)
{
    MDB_val wanted = val_of(key), got = { 0, NULL };
    enum ledger_status status;

    assert(key.size > 0 && key.size <= STORE_KEY_LIMIT);
    *found = false;
    status = judge_way(txn, table, WAY_TO_KEY, key, error);
    if (status != LEDGER_OK)
        return status;
    status = answer(txn, try_get(txn, table, &wanted, &got), NULL, &got, found, error);
    if (*found)
        *value = bytes_of(got.mv_data, got.mv_size);
    return status;
}

enum ledger_status store_put(struct store_txn *txn, enum store_table table, struct bytes key, struct bytes value,
                             struct error *error)
{
    MDB_val wanted = val_of(key), given = val_of(value);
    enum ledger_status status;
    int code;

    assert(txn->writes && key.size > 0 && key.size <= STORE_KEY_LIMIT);
    status = judge_way(txn, table, WAY_TO_KEY, key, error);
    if (status != LEDGER_OK)
        return status;
    code = try_put(txn, table, &wanted, &given);
    if (code == MDB_MAP_FULL)
        txn->store->engine->is_full = true;
    if (code != 0)
        return refuse(txn->store, code, "write", error);
    if (value.size > txn->largest_put)
        txn->largest_put = value.size;
    return LEDGER_OK;
}

enum ledger_status store_cursor_open(struct store_txn *txn, enum store_table table, struct bytes from,
                                     struct store_cursor **cursor, struct error *error)
{
    enum ledger_status status = judge_way(txn, table, WAY_TO_TABLE, from, error);
    struct store_cursor *new;
    int code = ENOMEM;

    assert(from.size <= STORE_KEY_LIMIT);
    *cursor = NULL;
    if (status != LEDGER_OK)
        return status;
    new = calloc(1, sizeof *new);
    if (new != NULL)
        code = try_cursor_open(txn, table, &new->handle);
    if (code != 0) {
        free(new);
        return refuse(txn->store, code, "read", error);
    }
    new->txn = txn;
    new->table = table;
    new->at_size = from.size;
    if (from.size > 0)
        memcpy(new->at, from.data, from.size);
    txn->cursor_count++;
    *cursor = new;
    return LEDGER_OK;
}

static enum ledger_status step(struct store_cursor *cursor, MDB_cursor_op how, bool *found, struct bytes *key,
                               struct bytes *value, struct error *error)
{
    MDB_val at = val_of(bytes_of(cursor->at, cursor->at_size)), got = { 0, NULL };
    enum ledger_status status = judge_way(cursor->txn, cursor->table, how == MDB_LAST ? WAY_TO_LAST : WAY_PAST_KEY,
                                          bytes_of(cursor->at, cursor->at_size), error);

    *found = false;
    if (status != LEDGER_OK)
        return status;
    status = answer(cursor->txn, try_cursor_get(cursor->txn, cursor->handle, &at, &got, how), &at, &got, found, error);
    cursor->has_begun = true;
    if (*found && at.mv_size > sizeof cursor->at) {
        *found = false;
        return refuse(cursor->txn->store, MDB_CORRUPTED, "read", error);
    }
    if (*found) {
        *key = bytes_of(at.mv_data, at.mv_size);
        *value = bytes_of(got.mv_data, got.mv_size);
        cursor->at_size = at.mv_size;
        memcpy(cursor->at, at.mv_data, at.mv_size);
    }
    return status;
}

enum ledger_status store_cursor_next(struct store_cursor *cursor, bool *found, struct bytes *key,
                                     struct bytes *value, struct error *error)
{
    MDB_cursor_op how = cursor->has_begun ? MDB_NEXT : cursor->at_size > 0 ? MDB_SET_RANGE : MDB_FIRST;

    return step(cursor, how, found, key, value, error);
}

void store_cursor_close(struct store_cursor *cursor)
{
    if (cursor == NULL)
        return;
    cursor->txn->cursor_count--;
    if (!cursor->txn->has_escaped)
        mdb_cursor_close(cursor->handle);
    free(cursor);
}

enum ledger_status store_last(struct store_txn *txn, enum store_table table, bool *found, struct bytes *key,
                              struct bytes *value, struct error *error)
{
    struct store_cursor *cursor;
    enum ledger_status status = store_cursor_open(txn, table, bytes_of(NULL, 0), &cursor, error);

    *found = false;
    if (status == LEDGER_OK)
        status = step(cursor, MDB_LAST, found, key, value, error);
    store_cursor_close(cursor);
    return status;
}

enum ledger_status store_walk(struct store_txn *txn, struct error *error)
{
    assert(txn->pages != NULL);
    return pages_walk(txn->pages) ? LEDGER_OK : refuse_fault(txn, error);
}

/* ---- LMDB's side of opening */

/* Without NOTLS a thread could have one read at a time, tied to it. */
static unsigned flags_of(const struct store *store)
{
    return MDB_NOTLS | (store->mode == STORE_READ ? MDB_RDONLY : 0u)
         | (store->mode == STORE_SCRATCH ? MDB_NOSYNC : 0u) | (store->is_lockless ? MDB_NOLOCK : 0u);
}

static int open_env(const struct store *store, struct engine *engine, size_t map_size)
{
    MDB_stat stat;
    int code = mdb_env_create(&engine->env);

    if (code != 0)
        return code;
    mdb_env_set_mapsize(engine->env, map_size);
    mdb_env_set_maxdbs(engine->env, STORE_TABLES);
    mdb_env_set_assert(engine->env, on_assertion);
    code = mdb_env_open(engine->env, store->directory, flags_of(store), 0600);
    if (code != 0) {
        mdb_env_close(engine->env);
        engine->env = NULL;
        return code;
    }
    mdb_env_get_fd(engine->env, &engine->file);
    mdb_env_stat(engine->env, &stat);
    engine->page_size = stat.ms_psize;
    return 0;
}

enum ledger_status engine_open(struct store *store, struct error *error)
{
    size_t map_size = map_size_most;
    int code = ENOMEM;

    if (map_size < 2 * store->file_size)
        map_size = 2 * store->file_size;
    store->engine = calloc(1, sizeof *store->engine);
    if (store->engine == NULL)
        return refuse(store, ENOMEM, "open", error);
    pthread_mutex_init(&store->engine->lock, NULL);
    for (; code == ENOMEM && map_size >= map_size_least; map_size /= 4)
        code = open_env(store, store->engine, map_size);
    return code == 0 ? LEDGER_OK : refuse(store, code, "open", error);
}

void engine_close(struct store *store)
{
    struct engine *engine = store->engine;

    if (engine == NULL)
        return;
    assert(engine->txn_count == 0 && store->claim.process == getpid());
    if (engine->env != NULL)
        mdb_env_close(engine->env);
    pthread_mutex_destroy(&engine->lock);
    free(engine);
}

enum ledger_status engine_open_table(struct store_txn *txn, enum store_table table, bool make, bool *found,
                                     struct error *error)
{
    unsigned stored_flags = 0;
    enum ledger_status status = judge_way(txn, table, WAY_TO_TABLE, bytes_of("", 0), error);
    int code;

    *found = false;
    if (status != LEDGER_OK)
        return status;
    code = try_open_table(txn, table, make ? MDB_CREATE : 0);

    if (code == 0)
        code = mdb_dbi_flags(txn->handle, txn->store->engine->tables[table], &stored_flags);
    /* Of a table with another order of keys than ours, LMDB would believe things that are not so. */
    *found = code == 0 && stored_flags == 0;
    if (code == 0 || code == MDB_NOTFOUND || code == MDB_INCOMPATIBLE)
        return LEDGER_OK;
    return refuse(txn->store, code, "open", error);
}
