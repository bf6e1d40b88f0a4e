#include "tests/support/place.h"

#include <errno.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

int place_make(void **state)
{
    const char *parent = getenv("TMPDIR");
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/phial-test-XXXXXX", parent != NULL ? parent : "/tmp");
    if (mkdtemp(path) == NULL)
        return -1;
    *state = strdup(path);
    return *state == NULL ? -1 : 0;
}

static int remove_one(const char *path, const struct stat *facts, int type, struct FTW *where)
{
    (void)facts;
    (void)type;
    (void)where;
    return remove(path);
}

/* Directories that a test has locked are opened again first. */
static int unlock_one(const char *path, const struct stat *facts, int type, struct FTW *where)
{
    (void)facts;
    (void)where;
    if (type == FTW_D || type == FTW_DNR)
        chmod(path, 0700);
    return 0;
}

int place_remove(void **state)
{
    char *path = *state;
    int result;

    nftw(path, unlock_one, 16, FTW_PHYS);
    result = nftw(path, remove_one, 16, FTW_PHYS | FTW_DEPTH);
    free(path);
    return result;
}

void place_path(const char *directory, const char *name, char path[static PATH_MAX])
{
    int size = snprintf(path, PATH_MAX, "%s/%s", directory, name);

    assert_true(size > 0 && size < PATH_MAX);
}

pid_t child_start(int (*body)(void *context), void *context)
{
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0)
        _exit(body(context));
    return child;
}

int child_wait(pid_t child)
{
    int status = 0;
    pid_t ended;

    do
        ended = waitpid(child, &status, 0);
    while (ended < 0 && errno == EINTR);
    assert_int_equal(child, ended);
    return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

int child_do(int (*body)(void *context), void *context)
{
    return child_wait(child_start(body, context));
}

_Noreturn void must_fail(const char *file, int line, const char *claim)
{
    fprintf(stderr, "# %s:%d: not so in a child: %s\n", file, line, claim);
    _exit(99);
}

int64_t clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void sleep_ms(int64_t ms)
{
    struct timespec left = { .tv_sec = ms / 1000, .tv_nsec = (ms % 1000) * 1000000 };

    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
}
