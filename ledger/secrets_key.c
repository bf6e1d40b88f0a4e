#include "ledger/secrets_key.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/key_bytes.h"
#include "ledger/files.h"
#include "ledger/secrets.h"
#include "schema/ident.h"

static const char header[] = "phial secrets key 1\n";

enum {
    HEADER_SIZE = sizeof header - 1,
    DIGITS = 2 * CIPHER_KEY_SIZE,
    FILE_SIZE = HEADER_SIZE + DIGITS + 1, /* and a line end */
};

/* ---- where it lies */

/* An environment variable that is set to something. */
static const char *set_variable(const char *name)
{
    const char *value = getenv(name);

    return value != NULL && value[0] != '\0' ? value : NULL;
}

enum ledger_status secrets_key_path(const char *ledger_hex, char path[static SECRETS_PATH_SIZE], struct error *error)
{
    const char *named = set_variable("PHIAL_SECRETS_KEY");
    const char *config = set_variable("XDG_CONFIG_HOME");
    const char *home = set_variable("HOME");
    int size = -1;

    /* A configuration folder that is no absolute path is passed over, as XDG asks. */
    if (named != NULL)
        size = snprintf(path, SECRETS_PATH_SIZE, "%s", named);
    else if (config != NULL && config[0] == '/')
        size = snprintf(path, SECRETS_PATH_SIZE, "%s/phial/secrets/%s.key", config, ledger_hex);
    else if (home != NULL)
        size = snprintf(path, SECRETS_PATH_SIZE, "%s/.config/phial/secrets/%s.key", home, ledger_hex);
    if (size > 0 && size < SECRETS_PATH_SIZE)
        return LEDGER_OK;
    error_set(error, REFUSAL_SECRETS, "nothing says where the key of names and remarks lies.");
    error_next(error, "name its file in PHIAL_SECRETS_KEY");
    return error->status;
}

/* ---- writing */

static enum ledger_status refuse_file(const char *doing, const char *path, struct error *error)
{
    return error_set(error, REFUSAL_SECRETS, "%s the key of names and remarks, %s: %s.", doing, path, strerror(errno));
}

/* A fresh key as the file holds it, in locked memory; NULL when that or randomness is wanting. */
static char *new_text(void)
{
    uint8_t *key = secret_alloc(CIPHER_KEY_SIZE);
    char *text = secret_alloc(FILE_SIZE + 1);
    bool done = key != NULL && text != NULL && crypt_random(key, CIPHER_KEY_SIZE) == CRYPT_OK;

    if (done) {
        memcpy(text, header, HEADER_SIZE);
        hex_encode(bytes_of(key, CIPHER_KEY_SIZE), text + HEADER_SIZE);
        memcpy(text + HEADER_SIZE + DIGITS, "\n", 2);
    }
    secret_free(key, CIPHER_KEY_SIZE);
    if (done)
        return text;
    secret_free(text, FILE_SIZE + 1);
    return NULL;
}

enum ledger_status secrets_key_make(const char *path, bool *is_new, struct error *error)
{
    enum crypt_status made;
    char *text;

    *is_new = false;
    if (!file_make_directories(path))
        return refuse_file("make", path, error);
    text = new_text();
    if (text == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is no locked memory or no randomness for a key.");
    made = key_bytes_create(path, text, FILE_SIZE);
    secret_free(text, FILE_SIZE + 1);
    *is_new = made == CRYPT_OK;
    return made == CRYPT_OK || made == CRYPT_FILE_EXISTS ? LEDGER_OK : refuse_file("make", path, error);
}

/* ---- reading */

static enum ledger_status refuse_malformed(const char *path, struct error *error)
{
    error_set(error, REFUSAL_SECRETS, "%s is not a key of names and remarks, or is damaged.", path);
    error_next(error, "put the file back from its backup, or name the right one in PHIAL_SECRETS_KEY");
    return error->status;
}

static enum ledger_status refuse_read(enum crypt_status status, const char *path, struct error *error)
{
    switch (status) {
    case CRYPT_NO_FILE:
        return error_set(error, REFUSAL_SECRETS, "the key of names and remarks is not there: %s.", path);
    case CRYPT_FILE_NOT_OURS:
        return error_set(error, REFUSAL_SECRETS, "%s belongs to another account of this computer, or is closed to this one.",
                         path);
    case CRYPT_FILE_EXPOSED:
        error_set(error, REFUSAL_SECRETS, "others can read or write %s, so it is not used.", path);
        error_next(error, "make it private: chmod 600 %s", path);
        return error->status;
    case CRYPT_FAILED:
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is no locked memory for a key.");
    case CRYPT_IO:
        return refuse_file("read", path, error);
    default:
        return refuse_malformed(path, error);
    }
}

/* The header's line and one of hex digits, whose end is made a NUL. */
static bool parse(char *text, size_t text_size, uint8_t key[static CIPHER_KEY_SIZE])
{
    size_t size;

    if (text_size != FILE_SIZE || memcmp(text, header, HEADER_SIZE) != 0 || text[FILE_SIZE - 1] != '\n')
        return false;
    text[FILE_SIZE - 1] = '\0';
    return hex_decode(text + HEADER_SIZE, key, CIPHER_KEY_SIZE, &size) && size == CIPHER_KEY_SIZE;
}

enum ledger_status secrets_key_load(const char *path, uint8_t key[static CIPHER_KEY_SIZE], struct error *error)
{
    char *text;
    size_t size;
    enum crypt_status read = key_bytes_read(path, &text, &size);
    enum ledger_status status = LEDGER_OK;

    if (read != CRYPT_OK)
        status = refuse_read(read, path, error);
    else if (!parse(text, size, key))
        status = refuse_malformed(path, error);
    secret_free(text, size);
    return status;
}
