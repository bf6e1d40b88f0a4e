/* Getting at the names and remarks: their store, the key of the site, and how both begin. */
#include "ledger/secrets.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/crypto.h"
#include "ledger/files.h"
#include "ledger/secrets_internal.h"
#include "ledger/secrets_key.h"

enum { WAIT_MS = 10000 };

/* ---- what goes wrong */

/* The store's own refusals are of a ledger; here they say that names and remarks cannot be had. */
static enum ledger_status blame(struct error *error)
{
    switch (error->code) {
    case REFUSAL_NO_LEDGER:
    case REFUSAL_NOT_A_LEDGER:
    case REFUSAL_NEWER_FORMAT:
    case REFUSAL_READ_ONLY:
    case REFUSAL_DAMAGED_FILE:
    case REFUSAL_NOT_PERMITTED:
        return error_set(error, REFUSAL_SECRETS, "names and remarks: %s", error->text);
    case REFUSAL_UNCERTAIN:
        /* Nothing of the book hangs on it: an opening without an entry is dropped. */
        return error_set(error, REFUSAL_IO, "names and remarks: %s", error->text);
    default:
        error_wrap(error, "names and remarks");
        return error->status;
    }
}

enum ledger_status secrets_refuse_damaged(const struct secrets *secrets, const char *what, struct error *error)
{
    return error_set(error, REFUSAL_SECRETS, "names and remarks in %s are damaged: %s.", secrets->directory, what);
}

enum ledger_status secrets_refuse_crypt(const struct secrets *secrets, enum crypt_status status, const char *what,
                                        struct error *error)
{
    if (status == CRYPT_BAD_DATA)
        return secrets_refuse_damaged(secrets, what, error);
    return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is no memory or no randomness for names and remarks.");
}

/* ---- bindings */

struct binding binding_of(const struct secrets *secrets, char what, struct bytes about, struct bytes row)
{
    struct binding binding = { .bytes = { (uint8_t)what }, .size = 1 + LEDGER_ID_SIZE };

    memcpy(binding.bytes + 1, secrets->ledger, LEDGER_ID_SIZE);
    if (about.size > 0)
        memcpy(binding.bytes + binding.size, about.data, about.size);
    binding.size += about.size;
    if (row.size > 0)
        memcpy(binding.bytes + binding.size, row.data, row.size);
    binding.size += row.size;
    return binding;
}

static struct binding binding_of_check(const struct secrets *secrets)
{
    return binding_of(secrets, BOUND_CHECK, bytes_of(NULL, 0), bytes_of(NULL, 0));
}

/* ---- store and keys, when they are needed */

static enum ledger_status need_store(struct secrets *secrets, struct error *error)
{
    enum ledger_status status;

    if (secrets->store != NULL)
        return LEDGER_OK;
    status = store_open(secrets->directory, secrets->to_record ? STORE_WRITE : STORE_READ, &secrets->store, error);
    return status == LEDGER_OK ? LEDGER_OK : blame(error);
}

enum ledger_status secrets_begin(struct secrets *secrets, bool writes, struct store_txn **txn, struct error *error)
{
    enum ledger_status status = need_store(secrets, error);

    *txn = NULL;
    if (status != LEDGER_OK)
        return status;
    status = writes ? store_begin_write(secrets->store, WAIT_MS, txn, error)
                    : store_begin_read(secrets->store, txn, error);
    return status == LEDGER_OK ? LEDGER_OK : blame(error);
}

/* After a failed disk only a store opened anew can be believed. */
enum ledger_status secrets_commit(struct secrets *secrets, struct store_txn *txn, struct error *error)
{
    enum ledger_status status = store_commit(txn, error);

    if (status == LEDGER_OK)
        return LEDGER_OK;
    if (status == LEDGER_UNCERTAIN) {
        store_close(secrets->store);
        secrets->store = NULL;
    }
    return blame(error);
}

enum ledger_status secrets_store_get(struct store_txn *txn, enum store_table table, struct bytes key, bool *found,
                                     struct bytes *value, struct error *error)
{
    enum ledger_status status = store_get(txn, table, key, found, value, error);

    return status == LEDGER_OK ? LEDGER_OK : blame(error);
}

enum ledger_status secrets_store_put(struct store_txn *txn, enum store_table table, struct bytes key,
                                     struct bytes value, struct error *error)
{
    enum ledger_status status = store_put(txn, table, key, value, error);

    return status == LEDGER_OK ? LEDGER_OK : blame(error);
}

enum ledger_status secrets_store_last(struct store_txn *txn, enum store_table table, bool *found, struct bytes *key,
                                      struct error *error)
{
    struct bytes value;
    enum ledger_status status = store_last(txn, table, found, key, &value, error);

    return status == LEDGER_OK ? LEDGER_OK : blame(error);
}

static enum ledger_status check_ledger(const struct secrets *secrets, struct store_txn *txn, struct error *error)
{
    struct bytes ledger;
    bool found;
    enum ledger_status status = secrets_store_get(txn, STORE_META, bytes_of_text("ledger"), &found, &ledger, error);

    if (status != LEDGER_OK)
        return status;
    if (!found || !bytes_equal(ledger, bytes_of(secrets->ledger, LEDGER_ID_SIZE)))
        return error_set(error, REFUSAL_SECRETS, "the names and remarks in %s are another ledger's.",
                         secrets->directory);
    return LEDGER_OK;
}

/* Whether this key is the one that `check` was made with. */
static enum ledger_status check_key(const struct secrets *secrets, struct store_txn *txn, const char *path,
                                    struct error *error)
{
    struct binding binding = binding_of_check(secrets);
    struct bytes check;
    uint8_t plain[1];
    bool found;
    enum crypt_status crypt;
    enum ledger_status status = secrets_store_get(txn, STORE_META, bytes_of_text("check"), &found, &check, error);

    if (status != LEDGER_OK)
        return status;
    if (!found || check.size != CIPHER_OVERHEAD)
        return secrets_refuse_damaged(secrets, "they do not tell their key", error);
    crypt = cipher_open(secrets->keys->site, binding.bytes, binding.size, check.data, check.size, plain);
    if (crypt == CRYPT_OK)
        return LEDGER_OK;
    if (crypt != CRYPT_BAD_DATA)
        return secrets_refuse_crypt(secrets, crypt, "", error);
    error_set(error, REFUSAL_SECRETS, "%s is not the key of this ledger's names and remarks.", path);
    error_next(error, "name the right file in PHIAL_SECRETS_KEY, or put it back from its backup");
    return error->status;
}

static void forget_keys(struct secrets *secrets)
{
    secret_free(secrets->keys, sizeof *secrets->keys);
    secrets->keys = NULL;
}

/* Read the site's key into new locked memory. */
static enum ledger_status load_key(struct secrets *secrets, const char *path, struct error *error)
{
    enum ledger_status status;

    secrets->keys = secret_alloc(sizeof *secrets->keys);
    if (secrets->keys == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is no locked memory for the key of names and remarks.");
    status = secrets_key_load(path, secrets->keys->site, error);
    if (status != LEDGER_OK)
        forget_keys(secrets);
    return status;
}

enum ledger_status secrets_need_keys(struct secrets *secrets, struct store_txn *txn, struct error *error)
{
    char path[SECRETS_PATH_SIZE];
    enum ledger_status status;

    if (secrets->keys != NULL)
        return LEDGER_OK;
    status = check_ledger(secrets, txn, error);
    if (status == LEDGER_OK)
        status = secrets_key_path(secrets->ledger_hex, path, error);
    if (status == LEDGER_OK)
        status = load_key(secrets, path, error);
    if (status == LEDGER_OK)
        status = check_key(secrets, txn, path, error);
    if (status != LEDGER_OK)
        forget_keys(secrets);
    return status;
}

/* ---- beginning and end */

enum ledger_status secrets_open(const char *directory, const char *ledger_hex, bool to_record,
                                struct secrets **secrets, struct error *error)
{
    struct secrets *new = calloc(1, sizeof *new);
    size_t size = 0;
    bool is_hex;
    int length;

    *secrets = NULL;
    if (new == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is no memory for names and remarks.");
    is_hex = hex_decode(ledger_hex, new->ledger, sizeof new->ledger, &size);
    assert(is_hex && size == LEDGER_ID_SIZE);
    hex_encode(bytes_of(new->ledger, sizeof new->ledger), new->ledger_hex);
    new->to_record = to_record;
    length = snprintf(new->directory, sizeof new->directory, "%s/secrets", directory);
    if (length < 0 || (size_t)length >= sizeof new->directory) {
        free(new);
        return error_set(error, REFUSAL_SECRETS, "the name of the ledger's directory is too long.");
    }
    *secrets = new;
    return LEDGER_OK;
}

void secrets_close(struct secrets *secrets)
{
    if (secrets == NULL)
        return;
    store_close(secrets->store);
    forget_keys(secrets);
    free(secrets);
}

static enum ledger_status put_check(const struct secrets *secrets, struct store_txn *txn, struct error *error)
{
    struct binding binding = binding_of_check(secrets);
    uint8_t check[CIPHER_OVERHEAD];
    enum crypt_status crypt =
        cipher_seal(secrets->keys->site, binding.bytes, binding.size, (const uint8_t *)"", 0, check);

    if (crypt != CRYPT_OK)
        return secrets_refuse_crypt(secrets, CRYPT_FAILED, "", error);
    return secrets_store_put(txn, STORE_META, bytes_of_text("check"), bytes_of(check, sizeof check), error);
}

static enum ledger_status mark_store(struct secrets *secrets, struct error *error)
{
    struct store_txn *txn;
    enum ledger_status status = secrets_begin(secrets, true, &txn, error);

    if (status == LEDGER_OK)
        status = secrets_store_put(txn, STORE_META, bytes_of_text("ledger"), bytes_of(secrets->ledger, LEDGER_ID_SIZE),
                                   error);
    if (status == LEDGER_OK)
        status = put_check(secrets, txn, error);
    if (status == LEDGER_OK)
        return secrets_commit(secrets, txn, error);
    store_abort(txn);
    return status;
}

/* The files of a store are named in store_open.c. */
static void delete_store(const char *directory)
{
    static const char *const names[] = { "data.mdb", "lock.mdb", "gate" };
    char path[SECRETS_PATH_SIZE + 16];

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", directory, names[i]);
        unlink(path);
    }
    rmdir(directory);
}

static enum ledger_status refuse_make(const struct secrets *secrets, struct error *error)
{
    if (errno == EEXIST || errno == ENOTEMPTY)
        return error_set(error, REFUSAL_EXISTS, "make %s: it is there already.", secrets->directory);
    return error_set(error, REFUSAL_SECRETS, "make %s: %s.", secrets->directory, strerror(errno));
}

/* Fill a store in a directory beside its own. */
static enum ledger_status fill_store(struct secrets *secrets, const char *directory, struct error *error)
{
    enum ledger_status status;

    if (mkdir(directory, 0700) != 0)
        return refuse_make(secrets, error);
    status = store_open(directory, STORE_CREATE, &secrets->store, error);
    status = status == LEDGER_OK ? mark_store(secrets, error) : blame(error);
    store_close(secrets->store);
    secrets->store = NULL;
    return status;
}

/* Make the store under another name and rename it, so that it is there whole or not at all. Whatever bears
 * the other name was left by somebody who was interrupted. */
static enum ledger_status make_store(struct secrets *secrets, struct error *error)
{
    char directory[SECRETS_PATH_SIZE + 8];
    enum ledger_status status;

    (void)snprintf(directory, sizeof directory, "%s.new", secrets->directory);
    delete_store(directory);
    status = fill_store(secrets, directory, error);
    if (status == LEDGER_OK && rename(directory, secrets->directory) != 0)
        status = refuse_make(secrets, error);
    if (status != LEDGER_OK) {
        delete_store(directory);
        return status;
    }
    secrets->made_store = true;
    return file_sync_name(secrets->directory) ? LEDGER_OK : refuse_make(secrets, error);
}

enum ledger_status secrets_create(const char *directory, const char *ledger_hex, struct secrets **secrets,
                                  struct error *error)
{
    char path[SECRETS_PATH_SIZE];
    struct secrets *new;
    enum ledger_status status = secrets_open(directory, ledger_hex, true, &new, error);

    *secrets = NULL;
    if (status != LEDGER_OK)
        return status;
    status = secrets_key_path(new->ledger_hex, path, error);
    if (status == LEDGER_OK)
        status = secrets_key_make(path, &new->made_key_file, error);
    if (status == LEDGER_OK)
        status = load_key(new, path, error);
    if (status == LEDGER_OK)
        status = make_store(new, error);
    if (status == LEDGER_OK)
        *secrets = new;
    else
        secrets_discard(new);
    return status;
}

void secrets_discard(struct secrets *secrets)
{
    char path[SECRETS_PATH_SIZE];
    struct error ignored;

    if (secrets == NULL)
        return;
    store_close(secrets->store);
    secrets->store = NULL;
    if (secrets->made_store)
        delete_store(secrets->directory);
    if (secrets->made_key_file && secrets_key_path(secrets->ledger_hex, path, &ignored) == LEDGER_OK)
        unlink(path);
    secrets_close(secrets);
}
