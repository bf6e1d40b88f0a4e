/* Opening a store: its files are made or guarded, claimed and looked at for traps before LMDB sees them,
 * and its mark is checked before anybody believes it. The directory holds data.mdb (the book), lock.mdb
 * (LMDB's table of readers) and gate (gate.h). */
#include "ledger/store.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/store_guard.h"
#include "ledger/store_internal.h"

/* In STORE_META: what the file is, and of which format (4 bytes, big endian). */
static const char mark_value[] = "phial";
static const char format_key[] = "format";
static const uint8_t format_value[4] = { 0, 0, 0, STORE_FORMAT };

/* ---- refusals and names */

enum refusal_code store_refusal_of(int error_number)
{
    switch (error_number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return REFUSAL_DISK_FULL;
    case ENOMEM:
        return REFUSAL_OUT_OF_MEMORY;
    case EACCES:
    case EPERM:
        return REFUSAL_NOT_PERMITTED;
    case EROFS:
        return REFUSAL_READ_ONLY;
    case ENOENT:
    case ENOTDIR:
        return REFUSAL_NO_LEDGER;
    case ELOOP:
        return REFUSAL_NOT_A_LEDGER;
    default:
        return REFUSAL_IO;
    }
}

static enum ledger_status refuse(int error_number, const char *doing, const char *path, struct error *error)
{
    return error_set(error, store_refusal_of(error_number), "%s %s: %s", doing, path, strerror(error_number));
}

/* "directory/name"; false when that is longer than a path may be. */
static bool path_of(const char *directory, const char *name, char path[static PATH_MAX])
{
    int size = snprintf(path, PATH_MAX, "%s/%s", directory, name);

    return size > 0 && size < PATH_MAX;
}

/* ---- claims */

static pthread_mutex_t claims_lock = PTHREAD_MUTEX_INITIALIZER;
static struct claim *claims;

static const struct claim *find_claim(const struct claim *wanted)
{
    const struct claim *claim = claims;

    while (claim != NULL && (claim->process != wanted->process || claim->device != wanted->device
                             || claim->inode != wanted->inode))
        claim = claim->next;
    return claim;
}

static enum ledger_status claim_file(struct store *store, const char *path, struct error *error)
{
    struct claim *claim = &store->claim;
    const struct claim *other;
    struct stat facts;

    if (stat(path, &facts) != 0)
        return refuse(errno, "open", path, error);
    store->file_size = (size_t)facts.st_size;
    pthread_mutex_lock(&claims_lock);
    *claim = (struct claim){
        .process = getpid(), .device = facts.st_dev, .inode = facts.st_ino, .next = claims
    };
    other = find_claim(claim);
    assert(other == NULL || other->is_stuck);
    if (other == NULL)
        claims = claim;
    pthread_mutex_unlock(&claims_lock);
    if (other != NULL)
        return error_set(error, REFUSAL_DAMAGED_FILE, "open %s: it is damaged and was left open", path);
    return LEDGER_OK;
}

/* Safe on a claim that was never made. */
static void release_claim(const struct claim *claim)
{
    pthread_mutex_lock(&claims_lock);
    for (struct claim **link = &claims; *link != NULL; link = &(*link)->next) {
        if (*link == claim) {
            *link = claim->next;
            break;
        }
    }
    pthread_mutex_unlock(&claims_lock);
}

/* ---- files */

static bool is_new(enum store_mode mode)
{
    return mode == STORE_CREATE || mode == STORE_SCRATCH;
}

/* Make the empty file that LMDB takes for a new one; whoever makes it has the directory. */
static enum ledger_status make_file(const char *path, struct error *error)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (file < 0 && errno == EEXIST)
        return error_set(error, REFUSAL_EXISTS, "make %s: it is there already", path);
    if (file < 0)
        return refuse(errno, "make", path, error);
    close(file);
    return LEDGER_OK;
}

static void remove_files(const char *directory)
{
    static const char *const names[] = { "data.mdb", "lock.mdb", "gate" };
    char path[PATH_MAX];

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (path_of(directory, names[i], path))
            unlink(path);
    }
}

/* Make the names of new files durable. */
static enum ledger_status sync_directory(const char *directory, struct error *error)
{
    int file = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int code = file >= 0 && fsync(file) == 0 ? 0 : errno;

    if (file >= 0)
        close(file);
    return code == 0 ? LEDGER_OK : refuse(code, "write", directory, error);
}

/* LMDB writes into lock.mdb and follows links: one that leads elsewhere would be a trap. A reader leaves
 * no file behind: where there is no lock file, or none he may write, he reads without. */
static enum ledger_status judge_lock_file(struct store *store, const char *path, struct error *error)
{
    struct stat facts;
    bool is_there = lstat(path, &facts) == 0;

    if (!is_there && errno != ENOENT)
        return refuse(errno, "open", path, error);
    if (is_there && (!S_ISREG(facts.st_mode) || facts.st_nlink != 1))
        return error_set(error, REFUSAL_NOT_A_LEDGER, "%s is not an ordinary file of its own", path);
    store->is_lockless = store->mode == STORE_READ && (!is_there || eaccess(path, W_OK) != 0);
    return LEDGER_OK;
}

static enum ledger_status prepare_files(struct store *store, const char *data_path, struct error *error)
{
    enum ledger_status status = is_new(store->mode) ? LEDGER_OK : store_guard(data_path, error);
    char path[PATH_MAX];

    if (status == LEDGER_OK)
        status = claim_file(store, data_path, error);
    if (status == LEDGER_OK && path_of(store->directory, "lock.mdb", path))
        status = judge_lock_file(store, path, error);
    if (status != LEDGER_OK || store->mode == STORE_READ || !path_of(store->directory, "gate", path))
        return status;
    return gate_open(&store->gate, path) ? LEDGER_OK : refuse(errno, "open", path, error);
}

/* ---- tables and mark */

/* The mark goes in with the tables, so that a store is there with both or not at all. */
static enum ledger_status make_tables(struct store *store, struct error *error)
{
    struct store_txn *txn;
    enum ledger_status status = store_begin_write(store, 0, &txn, error);
    bool found;

    for (unsigned i = 0; i < STORE_TABLES && status == LEDGER_OK; i++)
        status = engine_open_table(txn, (enum store_table)i, true, &found, error);
    if (status == LEDGER_OK)
        status = store_put(txn, STORE_META, bytes_of_text(format_key),
                           bytes_of(format_value, sizeof format_value), error);
    if (status == LEDGER_OK)
        status = store_put(txn, STORE_META, bytes_of_text(STORE_MARK_KEY), bytes_of_text(mark_value), error);
    if (status == LEDGER_OK)
        return store_commit(txn, error);
    store_abort(txn);
    return status;
}

/* Whether the file bears our mark and a format we know; a newer one may have other tables than ours. */
static enum ledger_status check_mark(struct store_txn *txn, const char *path, struct error *error)
{
    struct bytes mark, format;
    bool found;
    enum ledger_status status = engine_open_table(txn, STORE_META, false, &found, error);

    if (status == LEDGER_OK && found)
        status = store_get(txn, STORE_META, bytes_of_text(STORE_MARK_KEY), &found, &mark, error);
    if (status != LEDGER_OK)
        return status;
    if (!found || !bytes_equal_text(mark, mark_value))
        return error_set(error, REFUSAL_NOT_A_LEDGER, "%s does not bear the mark of a ledger", path);
    status = store_get(txn, STORE_META, bytes_of_text(format_key), &found, &format, error);
    if (status != LEDGER_OK)
        return status;
    if (!found || format.size != sizeof format_value || memcmp(format.data, format_value, format.size) < 0)
        return error_set(error, REFUSAL_DAMAGED_FILE, "%s does not say its format", path);
    if (memcmp(format.data, format_value, format.size) > 0)
        return error_set(error, REFUSAL_NEWER_FORMAT, "%s is of a newer format than %d", path, STORE_FORMAT);
    return LEDGER_OK;
}

static enum ledger_status open_tables(struct store *store, const char *path, struct error *error)
{
    struct store_txn *txn;
    enum ledger_status status = store_begin_read(store, &txn, error);
    bool found = true;

    if (status == LEDGER_OK)
        status = check_mark(txn, path, error);
    for (unsigned i = 0; i < STORE_TABLES && status == LEDGER_OK && found; i++)
        status = engine_open_table(txn, (enum store_table)i, false, &found, error);
    if (status == LEDGER_OK && !found)
        status = error_set(error, REFUSAL_DAMAGED_FILE, "%s lacks a table", path);
    if (status == LEDGER_OK)
        return store_commit(txn, error);
    store_abort(txn);
    return status;
}

/* ---- the store */

/* A limit on the size of files must come back as an error, not end the process in mid-write. */
static void ignore_file_limit_signal(void)
{
    struct sigaction action;

    if (sigaction(SIGXFSZ, NULL, &action) == 0 && action.sa_handler == SIG_DFL)
        signal(SIGXFSZ, SIG_IGN);
}

static enum ledger_status open_all(struct store *store, const char *data_path, struct error *error)
{
    enum ledger_status status;

    if (store->mode != STORE_READ)
        ignore_file_limit_signal();
    status = prepare_files(store, data_path, error);
    if (status == LEDGER_OK)
        status = engine_open(store, error);
    if (status == LEDGER_OK && is_new(store->mode))
        status = make_tables(store, error);
    if (status == LEDGER_OK)
        status = open_tables(store, data_path, error);
    if (status == LEDGER_OK && store->mode == STORE_CREATE)
        status = sync_directory(store->directory, error);
    return status;
}

enum ledger_status store_open(const char *directory, enum store_mode mode, struct store **store, struct error *error)
{
    struct store *new = calloc(1, sizeof *new);
    char data_path[PATH_MAX];
    enum ledger_status status = LEDGER_OK;
    bool is_made = false;

    *store = NULL;
    if (new == NULL)
        return refuse(ENOMEM, "open", directory, error);
    new->mode = mode;
    new->gate = GATE_NONE;
    /* None of our names is longer: where this path is possible, all are. */
    if (!path_of(directory, "data.mdb", data_path))
        status = refuse(ENAMETOOLONG, "open", directory, error);
    else
        memcpy(new->directory, directory, strlen(directory));
    if (status == LEDGER_OK && is_new(mode)) {
        status = make_file(data_path, error);
        is_made = status == LEDGER_OK;
    }
    if (status == LEDGER_OK)
        status = open_all(new, data_path, error);
    if (status == LEDGER_OK) {
        *store = new;
        return LEDGER_OK;
    }
    if (is_made)
        remove_files(directory);
    store_close(new);
    return status;
}

void store_close(struct store *store)
{
    if (store == NULL || store->claim.is_stuck)
        return;
    engine_close(store);
    gate_close(&store->gate);
    release_claim(&store->claim);
    free(store);
}

enum ledger_status store_is_foreign(const char *directory, bool *foreign, struct error *error)
{
    char path[PATH_MAX];
    struct stat facts;

    if (!path_of(directory, "data.mdb", path))
        return refuse(ENAMETOOLONG, "open", directory, error);
    if (stat(path, &facts) != 0)
        return refuse(errno, "open", path, error);
    *foreign = facts.st_uid != geteuid();
    return LEDGER_OK;
}
