/* For shared objects put before a program's own libraries: open is asked of `refuse_open` first, which whoever includes
 * this defines: the errno of a refusal, or 0. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>

static int refuse_open(const char *path, int flags);

int open64(const char *path, int flags, ...)
{
    va_list arguments;
    int mode, refusal = refuse_open(path, flags);

    va_start(arguments, flags);
    mode = (flags & O_CREAT) != 0 ? va_arg(arguments, int) : 0;
    va_end(arguments);
    if (refusal != 0) {
        errno = refusal;
        return -1;
    }
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int open(const char *path, int flags, ...)
{
    va_list arguments;
    int mode;

    va_start(arguments, flags);
    mode = (flags & O_CREAT) != 0 ? va_arg(arguments, int) : 0;
    va_end(arguments);
    return open64(path, flags, mode);
}
