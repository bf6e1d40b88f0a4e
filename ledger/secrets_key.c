#include "ledger/secrets_key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/crypto.h"
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

bool secrets_sync_name(const char *path)
{
    char directory[SECRETS_PATH_SIZE];
    const char *slash = strrchr(path, '/');
    int file;
    bool done;

    (void)snprintf(directory, sizeof directory, "%.*s", slash == NULL ? 1 : (int)(slash - path) + 1,
                   slash == NULL ? "." : path);
    file = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0)
        return false;
    done = fsync(file) == 0;
    close(file);
    return done;
}

/* Make every directory that the file lies in. */
static bool make_directories(const char *path)
{
    char part[SECRETS_PATH_SIZE];

    if (strlen(path) >= sizeof part)
        return false;
    memcpy(part, path, strlen(path) + 1);
    for (char *slash = strchr(part + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(part, 0700) == 0 ? !secrets_sync_name(part) : errno != EEXIST)
            return false;
        *slash = '/';
    }
    return true;
}

static bool write_all(int file, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t written = write(file, data, size);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        data += written;
        size -= (size_t)written;
    }
    return true;
}

/* Fill the file that was just made. */
static bool write_file(int file, const char *path, const char *text)
{
    /* The mask may have taken the owner's own bits away. */
    bool done = fchmod(file, 0600) == 0 && write_all(file, text, FILE_SIZE) && fsync(file) == 0;

    return close(file) == 0 && done && secrets_sync_name(path);
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
    char *text;
    int file;
    enum ledger_status status = LEDGER_OK;

    *is_new = false;
    if (!make_directories(path))
        return refuse_file("make", path, error);
    file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return errno == EEXIST ? LEDGER_OK : refuse_file("make", path, error);
    text = new_text();
    if (text == NULL) {
        status = error_set(error, REFUSAL_OUT_OF_MEMORY, "there is no locked memory or no randomness for a key.");
        close(file);
    } else if (!write_file(file, path, text)) {
        status = refuse_file("write", path, error);
    }
    secret_free(text, FILE_SIZE + 1);
    if (status != LEDGER_OK)
        unlink(path);
    *is_new = status == LEDGER_OK;
    return status;
}

/* ---- reading */

static enum ledger_status refuse_malformed(const char *path, struct error *error)
{
    error_set(error, REFUSAL_SECRETS, "%s is not a key of names and remarks, or is damaged.", path);
    error_next(error, "put the file back from its backup, or name the right one in PHIAL_SECRETS_KEY");
    return error->status;
}

/* Judged by its descriptor, so that nobody changes the file between question and use. */
static enum ledger_status judge_file(int file, const char *path, struct error *error)
{
    struct stat facts;

    if (fstat(file, &facts) != 0)
        return refuse_file("read", path, error);
    if (!S_ISREG(facts.st_mode))
        return refuse_malformed(path, error);
    if (facts.st_uid != geteuid())
        return error_set(error, REFUSAL_SECRETS, "%s belongs to another account of this computer.", path);
    if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        error_set(error, REFUSAL_SECRETS, "others can read or write %s, so it is not used.", path);
        error_next(error, "make it private: chmod 600 %s", path);
        return error->status;
    }
    return facts.st_size == FILE_SIZE ? LEDGER_OK : refuse_malformed(path, error);
}

static bool read_all(int file, char *data, size_t size)
{
    while (size > 0) {
        ssize_t got = read(file, data, size);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        data += got;
        size -= (size_t)got;
    }
    return true;
}

/* `text` holds FILE_SIZE bytes and a NUL. */
static bool parse(char *text, uint8_t key[static CIPHER_KEY_SIZE])
{
    size_t size;

    if (memcmp(text, header, HEADER_SIZE) != 0 || text[FILE_SIZE - 1] != '\n')
        return false;
    text[FILE_SIZE - 1] = '\0';
    return hex_decode(text + HEADER_SIZE, key, CIPHER_KEY_SIZE, &size) && size == CIPHER_KEY_SIZE;
}

static enum ledger_status refuse_open(const char *path, struct error *error)
{
    if (errno != ENOENT && errno != ENOTDIR)
        return refuse_file("read", path, error);
    return error_set(error, REFUSAL_SECRETS, "the key of names and remarks is not there: %s.", path);
}

enum ledger_status secrets_key_load(const char *path, uint8_t key[static CIPHER_KEY_SIZE], struct error *error)
{
    /* Without blocking, in case the name is that of a pipe. */
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    char *text = NULL;
    enum ledger_status status;

    if (file < 0)
        return refuse_open(path, error);
    status = judge_file(file, path, error);
    if (status != LEDGER_OK)
        goto done;
    text = secret_alloc(FILE_SIZE + 1);
    if (text == NULL)
        status = error_set(error, REFUSAL_OUT_OF_MEMORY, "there is no locked memory for a key.");
    else if (!read_all(file, text, FILE_SIZE) || !parse(text, key))
        status = refuse_malformed(path, error);
done:
    secret_free(text, FILE_SIZE + 1);
    close(file);
    return status;
}
