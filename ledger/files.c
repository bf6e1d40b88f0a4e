#include "ledger/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool file_write_all(int file, const void *data, size_t size)
{
    const uint8_t *at = data;

    while (size > 0) {
        ssize_t written = write(file, at, size);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        at += written;
        size -= (size_t)written;
    }
    return true;
}

static bool sync_directory(const char *path)
{
    int file = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool done = file >= 0 && fsync(file) == 0;
    int error = errno;

    if (file >= 0)
        close(file);
    errno = error;
    return done;
}

bool file_sync_name(const char *path)
{
    size_t size = strlen(path);
    char directory[PATH_MAX];

    /* Off with the name, and with slashes behind it. */
    while (size > 1 && path[size - 1] == '/')
        size--;
    while (size > 0 && path[size - 1] != '/')
        size--;
    if (size == 0)
        return sync_directory(".");
    if (size >= sizeof directory) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(directory, path, size);
    directory[size] = '\0';
    return sync_directory(directory);
}

bool file_write_new(const char *path, mode_t mode, const void *data, size_t size)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode), error;

    if (file < 0)
        return false;
    if (file_write_all(file, data, size) && fsync(file) == 0 && file_sync_name(path))
        return close(file) == 0;
    error = errno;
    close(file);
    unlink(path);
    errno = error;
    return false;
}

static bool make_directory(const char *path)
{
    int error;

    if (mkdir(path, 0700) == 0)
        return file_sync_name(path);
    error = errno;
    /* One that is there may be refused for another reason first. */
    if (error == EEXIST || access(path, X_OK) == 0)
        return true;
    errno = error;
    return false;
}

bool file_make_directories(const char *path)
{
    char part[PATH_MAX];
    size_t size = strlen(path);

    if (size == 0 || size >= sizeof part) {
        errno = size == 0 ? ENOENT : ENAMETOOLONG;
        return false;
    }
    memcpy(part, path, size + 1);
    for (char *slash = strchr(part + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (!make_directory(part))
            return false;
        *slash = '/';
    }
    return true;
}
