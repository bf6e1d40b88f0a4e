#include "ledger/ledger.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/checkpoint.h"
#include "ledger/files.h"
#include "ledger/heads.h"
#include "ledger/layout.h"
#include "ledger/ledger_internal.h"
#include "ledger/place.h"
#include "ledger/seal_key.h"

enum { LEDGER_PATH_SIZE = 4096 };

void ledger_set_id(struct ledger *ledger, const struct digest *id)
{
    ledger->id = *id;
    hex_encode(bytes_of(id->bytes, DIGEST_SIZE), ledger->id_hex);
}

static enum ledger_status ledger_new(const char *directory, enum ledger_mode mode, struct ledger **ledger, struct error *error)
{
    struct ledger *made = calloc(1, sizeof *made);

    *ledger = NULL;
    if (made != NULL)
        made->directory = strdup(directory);
    if (made == NULL || made->directory == NULL) {
        free(made);
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
    }
    made->mode = mode;
    *ledger = made;
    return LEDGER_OK;
}

void ledger_close(struct ledger *ledger)
{
    if (ledger == NULL)
        return;
    secrets_close(ledger->secrets);
    private_key_release(ledger->seal);
    store_close(ledger->store);
    free(ledger->directory);
    free(ledger);
}

/* ---- making one */

static enum ledger_status make_seal(struct ledger *ledger, struct error *error)
{
    enum ledger_status status = seal_key_make(ledger->directory, &ledger->seal, error);

    if (status == LEDGER_OK)
        ledger->in_force = (struct seal){ .entry = 1, .key = private_key_public(ledger->seal) };
    return status;
}

/* Its name is durable before anything is recorded inside. */
static enum ledger_status make_directory(const char *directory, struct error *error)
{
    int reason;

    if (mkdir(directory, 0700) == 0) {
        if (file_sync_name(directory))
            return LEDGER_OK;
        reason = errno;
        rmdir(directory);
    } else {
        reason = errno;
    }
    return error_set(error, reason == EEXIST ? REFUSAL_EXISTS : REFUSAL_IO, "cannot make %s: %s", directory,
                     strerror(reason));
}

enum ledger_status ledger_create(const char *directory, struct ledger **ledger, struct error *error)
{
    enum ledger_status status;

    *ledger = NULL;
    status = make_directory(directory, error);
    if (status != LEDGER_OK)
        return status;
    status = ledger_new(directory, LEDGER_RECORD, ledger, error);
    if (status != LEDGER_OK) {
        rmdir(directory);
        return status;
    }
    status = store_open(directory, STORE_CREATE, &(*ledger)->store, error);
    if (status == LEDGER_OK)
        status = make_seal(*ledger, error);
    if (status != LEDGER_OK) {
        ledger_discard(*ledger);
        *ledger = NULL;
    }
    return status;
}

/* Whether there is anything to lose: a store that cannot be read counts as one that holds something. */
static bool may_hold_entries(struct ledger *ledger)
{
    struct reading reading = { NULL, NULL };
    struct error ignored;
    bool holds;

    if (ledger->store == NULL)
        return false;
    holds = ledger_read(ledger, &reading, &ignored) != LEDGER_OK || view_entries_before(reading.view) > 0;
    ledger_read_end(&reading);
    return holds;
}

void ledger_discard(struct ledger *ledger)
{
    static const char *const files[] = { "data.mdb", "lock.mdb", "gate", "seal.key" };
    char *directory;

    if (may_hold_entries(ledger)) {
        ledger_close(ledger);
        return;
    }
    directory = strdup(ledger->directory);
    secrets_discard(ledger->secrets);
    ledger->secrets = NULL;
    ledger_close(ledger);
    for (size_t i = 0; directory != NULL && i < sizeof files / sizeof files[0]; i++) {
        char path[LEDGER_PATH_SIZE];

        if (snprintf(path, sizeof path, "%s/%s", directory, files[i]) < (int)sizeof path)
            unlink(path);
    }
    if (directory != NULL)
        rmdir(directory);
    free(directory);
}

/* ---- opening one */

/* The head entry, the tree and the checkpoint must agree before anything is built on them. */
static enum ledger_status check_head(struct ledger *ledger, struct reading *reading, struct error *error)
{
    uint32_t entries = view_entries_before(reading->view);
    uint8_t note[CHECKPOINT_NOTE_LIMIT];
    size_t note_size;
    uint64_t size = 0;
    struct digest root, signed_root, hash, kept;
    struct bytes bytes;
    struct entry entry;
    enum checkpoint_status checkpoint = CHECKPOINT_OK;
    enum ledger_status status = place_read(reading->txn, entries, &bytes, &entry, error);

    if (status == LEDGER_OK)
        status = place_previous(reading->txn, entries, &kept, error);
    if (status == LEDGER_OK)
        status = place_root(reading->txn, entries, &root, error);
    if (status == LEDGER_OK)
        status = checkpoint_newest(reading->txn, note, &note_size, error);
    if (status == LEDGER_OK)
        checkpoint = checkpoint_read(bytes_of(note, note_size), &ledger->id, &ledger->in_force.key, &size, &signed_root);
    if (status != LEDGER_OK)
        return status;
    if (checkpoint != CHECKPOINT_OK)
        return error_set(error, REFUSAL_CHECKPOINT, "%s", checkpoint_problem(checkpoint));
    hash = merkle_leaf(bytes.data, bytes.size);
    if (size != entries || !digest_equal(&hash, &kept) || !digest_equal(&root, &signed_root))
        return error_set(error, REFUSAL_DAMAGED_FILE,
                         "the newest entry, #%" PRIu32 ", is not the one that the seal's checkpoint speaks of", entries);
    return LEDGER_OK;
}

/* What is remembered here of this ledger. A head that another seal has signed than this book names for its size counts too:
 * whoever puts an older copy back leaves the seal that came later unknown, and the old one in force. Only what cannot be
 * read, or whose signature does not fit, proves nothing. */
static bool read_head(const struct ledger *ledger, struct reading *reading, uint64_t *size, struct digest *root)
{
    struct head_file head;
    struct seal seal;
    struct bytes note;
    enum checkpoint_status status;

    if (heads_read(ledger->id_hex, &head) != HEADS_OK)
        return false;
    note = bytes_of(head.note, head.note_size);
    if (checkpoint_peek(note, &ledger->id, size, root) != CHECKPOINT_OK ||
        !view_seal_at(reading->view, *size < UINT32_MAX ? (uint32_t)*size : UINT32_MAX, &seal))
        return false;
    status = checkpoint_read(note, &ledger->id, &seal.key, size, root);
    return status == CHECKPOINT_OK || status == CHECKPOINT_BY_ANOTHER;
}

/* A store that is behind a head remembered here, or has another root at its size, may be looked at but not
 * recorded in: no two roots are ever let out for one size. */
static enum ledger_status compare_with_head(struct ledger *ledger, struct reading *reading, struct error *error)
{
    struct digest remembered, root;
    uint64_t size = 0;
    uint32_t entries = view_entries_before(reading->view);
    enum ledger_status status;

    if (!read_head(ledger, reading, &size, &remembered))
        return view_status(reading->view, error);
    if (size > entries) {
        ledger->is_behind = true;
        (void)error_set(&ledger->behind, REFUSAL_ROLLBACK,
                        "this book has %" PRIu32 " entries, and %" PRIu64 " were seen here before", entries, size);
        return LEDGER_OK;
    }
    status = place_root(reading->txn, (uint32_t)size, &root, error);
    if (status != LEDGER_OK)
        return status;
    if (!digest_equal(&root, &remembered)) {
        ledger->is_behind = true;
        (void)error_set(&ledger->behind, REFUSAL_ROLLBACK,
                        "the first %" PRIu64 " entries of this book are not those seen here before", size);
    }
    return LEDGER_OK;
}

enum ledger_status ledger_load_seal(struct ledger *ledger, const struct seal *seal, struct error *error)
{
    bool is_beside;
    enum ledger_status status;

    private_key_release(ledger->seal);
    ledger->in_force = *seal;
    status = seal_key_load(ledger->directory, &ledger->in_force.key, &ledger->seal, &is_beside, error);
    if (status == LEDGER_OK && is_beside)
        seal_key_settle(ledger->directory, &ledger->in_force.key);
    /* Without it nothing is sealed, and a new seal can be put in. */
    return ledger->mode == LEDGER_RESEAL ? LEDGER_OK : status;
}

static enum ledger_status look_at_book(struct ledger *ledger, struct error *error)
{
    struct reading reading;
    struct name name;
    struct digest id;
    enum ledger_status status = ledger_read(ledger, &reading, error);

    if (status == LEDGER_OK)
        status = layout_check(reading.txn, error);
    if (status != LEDGER_OK) {
        ledger_read_end(&reading);
        return status;
    }
    if (view_entries_before(reading.view) == 0 || !view_name(reading.view, NAME_LEDGER, bytes_of("", 0), &name) ||
        name.data_size != DIGEST_SIZE || !view_seal_at(reading.view, UINT32_MAX, &ledger->in_force)) {
        status = view_status(reading.view, error);
        if (status == LEDGER_OK)
            status = error_set(error, REFUSAL_NOT_A_LEDGER, "%s was begun and never finished: it holds no entry",
                               ledger->directory);
    } else {
        memcpy(id.bytes, name.data, DIGEST_SIZE);
        ledger_set_id(ledger, &id);
        status = check_head(ledger, &reading, error);
        if (status == LEDGER_OK)
            status = compare_with_head(ledger, &reading, error);
    }
    ledger_read_end(&reading);
    return status;
}

/* Whoever owns the file can change it under us, so a process that holds keys has nothing to do with it. */
static enum ledger_status judge_owner(struct ledger *ledger, struct error *error)
{
    enum ledger_status status = store_is_foreign(ledger->directory, &ledger->is_foreign, error);

    if (status == LEDGER_OK && ledger->is_foreign && ledger->mode != LEDGER_READ)
        status = error_set(error, REFUSAL_NOT_PERMITTED,
                           "the ledger in %s belongs to another account: only that one records in it", ledger->directory);
    return status;
}

enum ledger_status ledger_open(const char *directory, enum ledger_mode mode, struct ledger **ledger, struct error *error)
{
    enum ledger_status status = ledger_new(directory, mode, ledger, error);

    if (status == LEDGER_OK)
        status = judge_owner(*ledger, error);
    if (status == LEDGER_OK)
        status = store_open(directory, mode != LEDGER_READ ? STORE_WRITE : STORE_READ, &(*ledger)->store, error);
    if (status == LEDGER_OK)
        status = look_at_book(*ledger, error);
    if (status == LEDGER_OK && mode != LEDGER_READ)
        status = ledger_load_seal(*ledger, &(*ledger)->in_force, error);
    if (status != LEDGER_OK) {
        ledger_close(*ledger);
        *ledger = NULL;
    }
    return status;
}

/* ---- a new seal */

enum ledger_status ledger_make_seal(struct ledger *ledger, struct public_key *seal, struct error *error)
{
    return seal_key_make_beside(ledger->directory, seal, error);
}

void ledger_drop_seal(struct ledger *ledger, const struct public_key *seal)
{
    if (!public_key_equal(seal, &ledger->in_force.key))
        seal_key_drop_beside(ledger->directory, seal);
}

/* ---- looking */

const char *ledger_directory(const struct ledger *ledger)
{
    return ledger->directory;
}

const char *ledger_id_hex(const struct ledger *ledger)
{
    return ledger->id_hex;
}

struct public_key ledger_seal(const struct ledger *ledger)
{
    return ledger->in_force.key;
}

const struct error *ledger_rollback(const struct ledger *ledger)
{
    return ledger->is_behind ? &ledger->behind : NULL;
}

enum ledger_status ledger_read(struct ledger *ledger, struct reading *reading, struct error *error)
{
    enum ledger_status status;

    *reading = (struct reading){ NULL, NULL };
    status = store_begin_read(ledger->store, &reading->txn, error);
    if (status != LEDGER_OK)
        return status;
    reading->view = view_new(reading->txn);
    if (reading->view == NULL)
        status = error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
    else
        status = view_status(reading->view, error);
    if (status != LEDGER_OK)
        ledger_read_end(reading);
    return status;
}

void ledger_read_end(struct reading *reading)
{
    view_free(reading->view);
    store_abort(reading->txn);
    *reading = (struct reading){ NULL, NULL };
}

enum ledger_status ledger_checkpoint(struct ledger *ledger, char out[static LEDGER_NOTE_SIZE], size_t *size,
                                     struct error *error)
{
    struct reading reading;
    enum ledger_status status = ledger_read(ledger, &reading, error);

    if (status == LEDGER_OK)
        status = checkpoint_newest(reading.txn, (uint8_t *)out, size, error);
    ledger_read_end(&reading);
    return status;
}

/* ---- openings */

enum ledger_status ledger_secrets(struct ledger *ledger, struct secrets **secrets, struct error *error)
{
    enum ledger_status status = LEDGER_OK;
    char path[LEDGER_PATH_SIZE];

    if (ledger->is_foreign)
        status = error_set(error, REFUSAL_SECRETS, "the ledger in %s belongs to another account: its names are opened by that "
                                                   "one alone", ledger->directory);
    else if (ledger->secrets == NULL) {
        bool made = snprintf(path, sizeof path, "%s/secrets", ledger->directory) < (int)sizeof path && access(path, F_OK) == 0;

        if (made || ledger->mode == LEDGER_READ)
            status = secrets_open(ledger->directory, ledger->id_hex, ledger->mode != LEDGER_READ, &ledger->secrets, error);
        else
            status = secrets_create(ledger->directory, ledger->id_hex, &ledger->secrets, error);
    }
    *secrets = ledger->secrets;
    return status;
}

enum ledger_status ledger_opening(struct ledger *ledger, const uint8_t act[static ACT_SIZE], uint8_t key,
                                  uint8_t out[static OPENING_LIMIT], size_t *size, struct error *error)
{
    struct secrets *secrets;
    enum ledger_status status = ledger_secrets(ledger, &secrets, error);

    if (status == LEDGER_OK)
        status = secrets_get(secrets, act, key, out, size, error);
    return status;
}
