#include "ledger/seal_key.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "ledger/files.h"
#include "schema/ident.h"

enum { MARK_SIZE = 8 }; /* bytes of a thumbprint that tell one new key from another */

static enum ledger_status seal_path(const char *directory, char path[static PATH_MAX], struct error *error)
{
    int size = snprintf(path, PATH_MAX, "%s/seal.key", directory);

    if (size < 0 || size >= PATH_MAX)
        return error_set(error, REFUSAL_NO_LEDGER, "the path of the ledger is too long");
    return LEDGER_OK;
}

/* "seal.1f0c….key", by the thumbprint of the public key. */
static enum ledger_status beside_path(const char *directory, const struct public_key *seal, char path[static PATH_MAX],
                                      struct error *error)
{
    struct digest thumbprint = key_thumbprint(seal);
    char mark[2 * MARK_SIZE + 1];
    int size = snprintf(path, PATH_MAX, "%s/seal.%s.key", directory, hex_encode(bytes_of(thumbprint.bytes, MARK_SIZE), mark));

    if (size < 0 || size >= PATH_MAX)
        return error_set(error, REFUSAL_NO_LEDGER, "the path of the ledger is too long");
    return LEDGER_OK;
}

/* ---- making one */

static enum ledger_status not_written(const char *path, struct error *error)
{
    return error_set(error, REFUSAL_SEAL_KEY, "the seal's key could not be written to %s", path);
}

enum ledger_status seal_key_make(const char *directory, struct private_key **key, struct error *error)
{
    char path[PATH_MAX];
    enum ledger_status status = seal_path(directory, path, error);

    *key = NULL;
    if (status != LEDGER_OK)
        return status;
    if (private_key_generate(KEY_ED25519, key) == CRYPT_OK && private_key_save(*key, path, NULL) == CRYPT_OK)
        return LEDGER_OK;
    private_key_release(*key);
    *key = NULL;
    return not_written(path, error);
}

enum ledger_status seal_key_make_beside(const char *directory, struct public_key *seal, struct error *error)
{
    char path[PATH_MAX];
    struct private_key *key;
    enum ledger_status status;

    if (private_key_generate(KEY_ED25519, &key) != CRYPT_OK)
        return error_set(error, REFUSAL_SEAL_KEY, "a key for the seal could not be made");
    *seal = private_key_public(key);
    status = beside_path(directory, seal, path, error);
    if (status == LEDGER_OK && private_key_save(key, path, NULL) != CRYPT_OK)
        status = not_written(path, error);
    private_key_release(key);
    return status;
}

void seal_key_drop_beside(const char *directory, const struct public_key *seal)
{
    char path[PATH_MAX];
    struct error ignored;

    if (beside_path(directory, seal, path, &ignored) == LEDGER_OK)
        unlink(path);
}

/* ---- loading the one in force */

static const char *why_not_loaded(enum crypt_status status)
{
    switch (status) {
    case CRYPT_OK:
        return "is not the key of this ledger's seal";
    case CRYPT_NO_FILE:
        return "is missing";
    case CRYPT_FILE_EXPOSED:
        return "can be used by others, so it is not trusted: its mode should be 0600";
    case CRYPT_FILE_NOT_OURS:
        return "belongs to another account";
    case CRYPT_BAD_KEY:
    case CRYPT_WRONG_PASSPHRASE:
        return "is not a key of a seal";
    default:
        return "cannot be read";
    }
}

/* Whether the file holds the key of this seal; else `loaded` says what was the matter, CRYPT_OK that it is another's. */
static bool loads(const char *path, const struct public_key *seal, struct private_key **key, enum crypt_status *loaded)
{
    struct public_key mine;

    *loaded = private_key_load(path, NULL, key);
    if (*loaded != CRYPT_OK)
        return false;
    mine = private_key_public(*key);
    if (public_key_equal(&mine, seal))
        return true;
    private_key_release(*key);
    *key = NULL;
    return false;
}

enum ledger_status seal_key_load(const char *directory, const struct public_key *seal, struct private_key **key,
                                 bool *is_beside, struct error *error)
{
    char path[PATH_MAX], beside[PATH_MAX];
    enum crypt_status loaded;
    enum ledger_status status = seal_path(directory, path, error);

    *key = NULL;
    *is_beside = false;
    if (status == LEDGER_OK)
        status = beside_path(directory, seal, beside, error);
    if (status != LEDGER_OK || loads(path, seal, key, &loaded))
        return status;
    *is_beside = loads(beside, seal, key, &loaded);
    if (*is_beside)
        return LEDGER_OK;
    if (loaded != CRYPT_NO_FILE)
        return error_set(error, REFUSAL_SEAL_KEY, "the seal's new key, %s, %s", beside, why_not_loaded(loaded));
    /* Somebody may have put it in its place between the two looks. */
    if (loads(path, seal, key, &loaded))
        return LEDGER_OK;
    return error_set(error, REFUSAL_SEAL_KEY, "the seal's key, %s, %s", path, why_not_loaded(loaded));
}

void seal_key_settle(const char *directory, const struct public_key *seal)
{
    char path[PATH_MAX], beside[PATH_MAX];
    struct error ignored;

    if (seal_path(directory, path, &ignored) == LEDGER_OK && beside_path(directory, seal, beside, &ignored) == LEDGER_OK &&
        rename(beside, path) == 0)
        (void)file_sync_name(path);
}
