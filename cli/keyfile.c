#include "cli/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ledger/files.h"
#include "schema/ident.h"

static const char prefix[] = "phial-key ";

/* ---- the line */

static const char *algorithm_name(enum key_algorithm algorithm)
{
    return algorithm == KEY_P256 ? "p256" : "ed25519";
}

const char *key_line_format(const struct key_line *line, char out[static KEY_LINE_SIZE])
{
    char digits[2 * KEY_P256_SIZE + 1];

    hex_encode(bytes_of(line->key.bytes, key_public_size(line->key.algorithm)), digits);
    snprintf(out, KEY_LINE_SIZE, "%s%s:%s %s", prefix, algorithm_name(line->key.algorithm), digits, line->name);
    return out;
}

static bool parse_key(const char *text, struct public_key *key)
{
    const char *colon = strchr(text, ':');
    size_t size;

    if (colon == NULL)
        return false;
    *key = (struct public_key){ .algorithm = KEY_ED25519 };
    if (strncmp(text, "p256:", 5) == 0)
        key->algorithm = KEY_P256;
    else if (strncmp(text, "ed25519:", 8) != 0)
        return false;
    return hex_decode(colon + 1, key->bytes, sizeof key->bytes, &size) && size == key_public_size(key->algorithm) &&
           public_key_check(key) == CRYPT_OK;
}

bool key_line_parse(const char *text, struct key_line *line)
{
    char copy[KEY_LINE_SIZE], *name;
    size_t size = strcspn(text, "\r\n");

    if (size >= sizeof copy || text[size + strspn(text + size, "\r\n")] != '\0' ||
        strncmp(text, prefix, sizeof prefix - 1) != 0)
        return false;
    memcpy(copy, text, size);
    copy[size] = '\0';
    name = strchr(copy + sizeof prefix - 1, ' ');
    if (name == NULL || !handle_is_valid(name + 1))
        return false;
    *name++ = '\0';
    memcpy(line->name, name, strlen(name) + 1);
    return parse_key(copy + sizeof prefix - 1, &line->key);
}

static enum ledger_status refuse_file(const char *path, int reason, struct error *error)
{
    if (reason == ENOENT || reason == ENOTDIR)
        return error_set(error, REFUSAL_KEY_MISSING, "there is no key file %s", path);
    if (reason == EACCES || reason == EPERM)
        return error_set(error, REFUSAL_KEY_NOT_OURS, "this account may not use %s", path);
    if (reason == EEXIST)
        return error_set(error, REFUSAL_KEY_EXISTS, "there is a file %s already, and it is not overwritten", path);
    return error_set(error, REFUSAL_IO, "%s: %s", path, strerror(reason));
}

enum ledger_status key_line_read(const char *path, struct key_line *line, struct error *error)
{
    char text[KEY_LINE_SIZE];
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t size;

    if (file < 0)
        return refuse_file(path, errno, error);
    size = read(file, text, sizeof text - 1);
    close(file);
    if (size < 0)
        return refuse_file(path, errno, error);
    text[size] = '\0';
    if (strlen(text) == (size_t)size && key_line_parse(text, line))
        return LEDGER_OK;
    error_set(error, REFUSAL_KEY_MALFORMED, "%s does not hold a public key, one line `phial-key ALGORITHM:KEY HANDLE`",
              path);
    error_next(error, "phial key new writes such a file; phial key show HANDLE prints its line");
    return error->status;
}

enum ledger_status key_line_write(const char *path, const struct key_line *line, struct error *error)
{
    char text[KEY_LINE_SIZE + 1];
    size_t size;

    key_line_format(line, text);
    size = strlen(text);
    text[size++] = '\n';
    return file_write_new(path, 0644, text, size) ? LEDGER_OK : refuse_file(path, errno, error);
}

/* ---- where */

static const char *named_file(const struct call *call, const char *handle, bool alone)
{
    size_t place = 0, size = strlen(handle);
    const char *value, *found = NULL;

    while ((value = call_next(call, "key", &place)) != NULL) {
        if (strncmp(value, handle, size) == 0 && value[size] == '=')
            return value + size + 1;
        if (alone && strchr(value, '=') == NULL)
            found = value;
    }
    return found;
}

static enum ledger_status take_path(int size, const char *path, struct error *error)
{
    if (size > 0 && size < KEY_PATH_SIZE)
        return LEDGER_OK;
    return error_set(error, REFUSAL_TOO_LONG, "the name of this file is longer than %d bytes: %.80s\u2026",
                     KEY_PATH_SIZE, path);
}

enum ledger_status key_path(const struct call *call, const char *handle, bool alone, char out[static KEY_PATH_SIZE],
                            struct error *error)
{
    const char *named = named_file(call, handle, alone), *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

    if (named != NULL)
        return take_path(snprintf(out, KEY_PATH_SIZE, "%s", named), named, error);
    if (config != NULL && config[0] == '/')
        return take_path(snprintf(out, KEY_PATH_SIZE, "%s/phial/keys/%s.pem", config, handle), config, error);
    if (home != NULL && home[0] == '/')
        return take_path(snprintf(out, KEY_PATH_SIZE, "%s/.config/phial/keys/%s.pem", home, handle), home, error);
    error_set(error, REFUSAL_KEY_MISSING, "it is not known where the keys of this account lie");
    error_next(error, "name the file: --key %s=FILE", handle);
    return error->status;
}

enum ledger_status key_public_path(const char *path, char out[static KEY_PATH_SIZE], struct error *error)
{
    size_t size = strlen(path);

    if (size > 4 && strcmp(path + size - 4, ".pem") == 0)
        size -= 4;
    return take_path(snprintf(out, KEY_PATH_SIZE, "%.*s.pub", (int)size, path), path, error);
}

enum ledger_status key_make_folder(const char *path, struct error *error)
{
    return file_make_directories(path) ? LEDGER_OK : refuse_file(path, errno, error);
}

/* ---- opening */

static enum ledger_status refuse_key(enum crypt_status status, const char *path, const char *handle, struct error *error)
{
    switch (status) {
    case CRYPT_OK:
        return LEDGER_OK;
    case CRYPT_NO_FILE:
        error_set(error, REFUSAL_KEY_MISSING, "the key of %s is not there: %s", handle, path);
        error_next(error, "name its file: --key %s=FILE\na first key: phial key new %s", handle, handle);
        return error->status;
    case CRYPT_FILE_EXPOSED:
        error_set(error, REFUSAL_KEY_EXPOSED, "others can use the key file of %s: %s", handle, path);
        error_next(error, "chmod 600 %s\nif others may have read it: phial person rekey %s", path, handle);
        return error->status;
    case CRYPT_FILE_NOT_OURS:
        return error_set(error, REFUSAL_KEY_NOT_OURS, "the key file of %s belongs to another account: %s", handle, path);
    case CRYPT_WRONG_PASSPHRASE:
        return error_set(error, REFUSAL_PASSPHRASE, "the passphrase does not open the key of %s", handle);
    case CRYPT_BAD_KEY:
    case CRYPT_BAD_DATA:
        return error_set(error, REFUSAL_KEY_MALFORMED, "%s is no key file that phial can read", path);
    case CRYPT_FILE_EXISTS:
        return refuse_file(path, EEXIST, error);
    case CRYPT_IO:
        return refuse_file(path, errno, error);
    default:
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "the key of %s could not be opened", handle);
    }
}

enum ledger_status key_load(const char *path, const char *handle, const char *passphrase, struct private_key **key,
                            struct error *error)
{
    return refuse_key(private_key_load(path, passphrase, key), path, handle, error);
}

enum ledger_status key_look(const char *path, const char *handle, bool *needs_passphrase, struct error *error)
{
    return refuse_key(key_file_is_encrypted(path, needs_passphrase), path, handle, error);
}

const char *key_mark(const struct public_key *key, char out[static KEY_MARK_SIZE])
{
    struct digest thumbprint = key_thumbprint(key);

    return hex_encode(bytes_of(thumbprint.bytes, (KEY_MARK_SIZE - 1) / 2), out);
}
