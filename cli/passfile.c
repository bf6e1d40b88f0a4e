#include "cli/passfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/crypto.h"
#include "schema/ident.h"

enum { HANDLE_SIZE = 33 };

static enum ledger_status check_file(int file, const char *path, struct error *error)
{
    struct stat about;

    if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode))
        return error_set(error, REFUSAL_SECRETS_FILE, "the secrets file %s is no ordinary file", path);
    if (about.st_uid != geteuid())
        return error_set(error, REFUSAL_SECRETS_FILE, "the secrets file %s belongs to another account", path);
    if ((about.st_mode & 077) != 0) {
        error_set(error, REFUSAL_SECRETS_FILE, "others can read the secrets file %s", path);
        error_next(error, "chmod 600 %s", path);
        return error->status;
    }
    if (about.st_size > PASSFILE_LIMIT)
        return error_set(error, REFUSAL_SECRETS_FILE, "the secrets file %s has more than %d bytes", path, PASSFILE_LIMIT);
    return LEDGER_OK;
}

static bool read_all(int file, struct passfile *passfile)
{
    while (passfile->size < PASSFILE_LIMIT) {
        ssize_t got = read(file, passfile->text + passfile->size, PASSFILE_LIMIT - passfile->size);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0;
        passfile->size += (size_t)got;
    }
    return true;
}

/* Whether the line is handle:passphrase. The colon becomes the NUL that ends the handle. */
static bool split_line(char *line)
{
    char *colon = strchr(line, ':');

    if (colon == NULL || colon[1] == '\0' || colon - line >= HANDLE_SIZE)
        return false;
    *colon = '\0';
    return handle_is_valid(line);
}

static enum ledger_status split(struct passfile *passfile, const char *path, struct error *error)
{
    size_t at = 0, line = 0;

    while (at < passfile->size) {
        char *text = passfile->text + at;
        size_t size = strcspn(text, "\n");

        line++;
        text[size] = '\0';
        at += size + 1;
        if (size > 0 && text[size - 1] == '\r')
            text[size - 1] = '\0';
        if (text[0] == '\0')
            continue;
        if (!split_line(text))
            return error_set(error, REFUSAL_SECRETS_FILE, "line %zu of %s is not HANDLE:PASSPHRASE", line, path);
        passfile->handle_count++;
    }
    if (passfile->handle_count == 0)
        return error_set(error, REFUSAL_SECRETS_FILE, "there is no passphrase in %s", path);
    return LEDGER_OK;
}

enum ledger_status passfile_open(struct passfile *passfile, const char *path, struct error *error)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    enum ledger_status status;

    *passfile = PASSFILE_NONE;
    if (file < 0)
        return error_set(error, REFUSAL_SECRETS_FILE, "the secrets file %s: %s", path, strerror(errno));
    status = check_file(file, path, error);
    if (status == LEDGER_OK && (passfile->text = secret_alloc(PASSFILE_LIMIT + 1)) == NULL)
        status = error_set(error, REFUSAL_OUT_OF_MEMORY, "there is no memory for the passphrases");
    if (status == LEDGER_OK && !read_all(file, passfile))
        status = error_set(error, REFUSAL_SECRETS_FILE, "the secrets file %s: %s", path, strerror(errno));
    close(file);
    return status == LEDGER_OK ? split(passfile, path, error) : status;
}

void passfile_close(struct passfile *passfile)
{
    secret_free(passfile->text, PASSFILE_LIMIT + 1);
    *passfile = PASSFILE_NONE;
}

const char *passfile_find(const struct passfile *passfile, const char *handle)
{
    size_t at = 0;

    while (at < passfile->size) {
        const char *line = passfile->text + at;
        const char *passphrase = line + strlen(line) + 1;

        if (line[0] == '\0') {
            at++;
            continue;
        }
        if (strcmp(line, handle) == 0)
            return passphrase;
        at += (size_t)(passphrase - line) + strlen(passphrase) + 1;
    }
    return NULL;
}
