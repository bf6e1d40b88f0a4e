#include "crypto/key_bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What errno means when a key file is opened. */
static enum crypt_status open_refusal(void)
{
    switch (errno) {
    case ENOENT:
    case ENOTDIR:
        return CRYPT_NO_FILE;
    case EEXIST:
        return CRYPT_FILE_EXISTS;
    case EACCES:
    case EPERM:
        return CRYPT_FILE_NOT_OURS;
    default:
        return CRYPT_IO;
    }
}

/* ---- writing */

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

/* Make the name itself durable: it is an entry of the directory. */
static bool sync_directory_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t size = slash == NULL ? 1 : slash == path ? 1 : (size_t)(slash - path);
    char directory[PATH_MAX];
    int file;
    bool done;

    if (size >= sizeof directory) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(directory, slash == NULL ? "." : path, size);
    directory[size] = '\0';
    file = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0)
        return false;
    done = fsync(file) == 0;
    close(file);
    return done;
}

enum crypt_status key_bytes_create(const char *path, const void *bytes, size_t size)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool done;
    int error;

    if (file < 0)
        return open_refusal();
    /* The mask may have taken the owner's own bits away. */
    done = fchmod(file, 0600) == 0 && write_all(file, bytes, size) && fsync(file) == 0;
    error = errno;
    if (close(file) != 0 && done) {
        error = errno;
        done = false;
    }
    if (done && sync_directory_of(path))
        return CRYPT_OK;
    error = done ? errno : error;
    unlink(path);
    errno = error;
    return CRYPT_IO;
}

/* ---- reading */

static enum crypt_status judge_file(int file, size_t *size)
{
    struct stat facts;

    if (fstat(file, &facts) != 0)
        return CRYPT_IO;
    if (!S_ISREG(facts.st_mode))
        return CRYPT_BAD_KEY;
    if (facts.st_uid != geteuid())
        return CRYPT_FILE_NOT_OURS;
    if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return CRYPT_FILE_EXPOSED;
    if (facts.st_size <= 0 || facts.st_size > KEY_FILE_MAX)
        return CRYPT_BAD_KEY;
    *size = (size_t)facts.st_size;
    return CRYPT_OK;
}

static enum crypt_status read_all(int file, char *data, size_t size)
{
    while (size > 0) {
        ssize_t got = read(file, data, size);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return CRYPT_IO;
        if (got == 0)
            return CRYPT_BAD_KEY;   /* it shrank under us */
        data += got;
        size -= (size_t)got;
    }
    return CRYPT_OK;
}

enum crypt_status key_bytes_read(const char *path, char **bytes, size_t *size)
{
    /* Judged by its descriptor, so that nobody changes the file between question and use; and
     * without blocking, in case the name is that of a pipe. */
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    enum crypt_status status;
    int error;

    *bytes = NULL;
    *size = 0;
    if (file < 0)
        return open_refusal();
    status = judge_file(file, size);
    if (status == CRYPT_OK) {
        *bytes = secret_alloc(*size);
        status = *bytes == NULL ? CRYPT_FAILED : read_all(file, *bytes, *size);
    }
    error = errno;
    close(file);
    errno = error;
    return status;
}
