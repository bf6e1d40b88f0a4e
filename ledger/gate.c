#include "ledger/gate.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The two locks are two bytes of the file. */
enum { TURN = 0, FRONT = 1 };

/* How often one looks again. The front looks often at first, then each time a sixteenth of the time
 * waited has passed, so that a long wait costs nothing and ends late by no more than that. The others
 * look at one even pace, new or old, which is what makes their chances even. */
static const int64_t front_least_us = 50;
static const int64_t front_most_us = 2000;
static const int64_t line_us = 1000;

/* After this long the front is taken for stopped, and everybody tries for the turn. */
static const int64_t courtesy_us = 100 * 1000;

bool gate_open(struct gate *gate, const char *path)
{
    struct stat facts;

    gate->file = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    if (gate->file < 0)
        return false;
    if (fstat(gate->file, &facts) == 0 && S_ISREG(facts.st_mode))
        return true;
    gate_close(gate);
    errno = EINVAL;
    return false;
}

void gate_close(struct gate *gate)
{
    if (gate->file < 0)
        return;
    /* Closing alone would leave the locks to a child that has the file open still. */
    gate_leave(gate);
    close(gate->file);
    gate->file = -1;
}

/* Take or give back `count` locks from `first` on. */
static bool set_lock(const struct gate *gate, short type, off_t first, off_t count)
{
    struct flock lock = { .l_type = type, .l_whence = SEEK_SET, .l_start = first, .l_len = count };
    int result;

    do
        result = fcntl(gate->file, F_OFD_SETLK, &lock);
    while (result != 0 && errno == EINTR);
    if (result != 0 && errno == EACCES)
        errno = EAGAIN; /* POSIX lets a taken lock be told by either */
    return result == 0;
}

static int64_t now_us(void)
{
    struct timespec now;
    int result = clock_gettime(CLOCK_MONOTONIC, &now);

    assert(result == 0);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void sleep_us(int64_t us)
{
    struct timespec pause = { .tv_sec = us / 1000000, .tv_nsec = (us % 1000000) * 1000 };

    nanosleep(&pause, NULL); /* cut short by a signal, one looks a little earlier */
}

static int64_t pause_us(bool at_front, int64_t waited_us)
{
    int64_t pause = waited_us / 16;

    if (!at_front)
        return line_us;
    return pause < front_least_us ? front_least_us : pause > front_most_us ? front_most_us : pause;
}

/* Try for the turn. errno tells a taken one (EAGAIN) from a failure. */
static bool take_turn(const struct gate *gate, bool at_front)
{
    if (!set_lock(gate, F_WRLCK, TURN, 1))
        return false;
    if (at_front)
        set_lock(gate, F_UNLCK, FRONT, 1);
    return true;
}

bool gate_enter(struct gate *gate, int64_t wait_ms)
{
    int64_t limit_us = wait_ms < INT64_MAX / 1000 ? wait_ms * 1000 : INT64_MAX;
    int64_t began_us = now_us();
    bool at_front = false;
    int error;

    for (;;) {
        int64_t waited_us = now_us() - began_us;
        bool is_last_look = waited_us >= limit_us;
        int64_t pause;

        if (!at_front)
            at_front = set_lock(gate, F_WRLCK, FRONT, 1);
        if (at_front || waited_us >= courtesy_us || is_last_look) {
            if (take_turn(gate, at_front))
                return true;
        }
        if (errno != EAGAIN || is_last_look)
            break;
        pause = pause_us(at_front, waited_us);
        sleep_us(pause < limit_us - waited_us ? pause : limit_us - waited_us);
    }
    error = errno;
    gate_leave(gate);
    errno = error;
    return false;
}

void gate_leave(struct gate *gate)
{
    int error = errno;

    set_lock(gate, F_UNLCK, TURN, 2);
    errno = error;
}
