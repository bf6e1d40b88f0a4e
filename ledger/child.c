#include "ledger/child.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ledger/files.h"

/* A frame is its size, big endian, and its bytes. This size ends the last one: whatever ends the process
 * otherwise, and with whatever status, the work has not returned. */
static const uint32_t end_mark = UINT32_MAX;
enum { HEADER_SIZE = 4 };

/* How the child's exit status is used. */
enum { CODE_LIMIT = 64, STATUS_NOT_CONFINED = 64, STATUS_OF_SIGNAL = 128 };

struct child_pipe {
    int file;
};

static int64_t now_ms(void)
{
    struct timespec now;
    int result = clock_gettime(CLOCK_MONOTONIC, &now);

    assert(result == 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- in the child */

static bool write_header(const struct child_pipe *pipe, uint32_t size)
{
    const uint8_t header[HEADER_SIZE] = {
        (uint8_t)(size >> 24), (uint8_t)(size >> 16), (uint8_t)(size >> 8), (uint8_t)size
    };

    return file_write_all(pipe->file, header, sizeof header);
}

bool child_send(struct child_pipe *pipe, struct bytes frame)
{
    return frame.size <= CHILD_FRAME_LIMIT && write_header(pipe, (uint32_t)frame.size)
        && file_write_all(pipe->file, frame.data, frame.size);
}

static void end_by_signal(int signal_number)
{
    _exit(STATUS_OF_SIGNAL + signal_number);
}

/* What the parent does on a signal is not for the child: it dies of each, and of its own faults quietly. */
static void reset_signals(void)
{
    static const int faults[] = { SIGBUS, SIGSEGV, SIGABRT, SIGFPE, SIGILL };
    sigset_t none;

    for (int i = 1; i < NSIG; i++)
        signal(i, SIG_DFL);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        signal(faults[i], end_by_signal);
    /* A file that may not grow is an error to the one who writes it, not his end. */
    signal(SIGXFSZ, SIG_IGN);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void close_from(int low, int high)
{
    enum { TRIED_ONE_BY_ONE = 65536 };

    if (low > high || close_range((unsigned)low, (unsigned)high, 0) == 0)
        return;
    /* A sandbox may not know that call. */
    for (int file = low; file <= high && file < TRIED_ONE_BY_ONE; file++)
        close(file);
}

/* Close all files but standard error, the pipe and the input. */
static bool close_others(int pipe, int input)
{
    int low = pipe < input ? pipe : input, high = pipe < input ? input : pipe;
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    if (null < 0 || dup2(null, STDOUT_FILENO) < 0 || (input != STDIN_FILENO && dup2(null, STDIN_FILENO) < 0))
        return false;
    low = low > STDERR_FILENO ? low : STDERR_FILENO;
    close_from(STDERR_FILENO + 1, low - 1);
    close_from(low + 1, high - 1);
    close_from(high + 1, INT_MAX);
    return true;
}

/* The bytes of its own memory, as RLIMIT_DATA counts them; 0 when that cannot be told. */
static uint64_t memory_in_use(void)
{
    char text[256] = "", *place = text;
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t size = file < 0 ? 0 : read(file, text, sizeof text - 1);
    uint64_t pages = 0;

    if (file >= 0)
        close(file);
    /* The sixth number: see proc(5). */
    for (int i = 0; size > 0 && i < 6; i++)
        pages = strtoull(place, &place, 10);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* Lower a limit; what is lower already stays. */
static void lower(struct rlimit *limit, uint64_t soft, uint64_t hard)
{
    limit->rlim_max = hard < limit->rlim_max ? hard : limit->rlim_max;
    limit->rlim_cur = soft < limit->rlim_cur ? soft : limit->rlim_cur;
    limit->rlim_cur = limit->rlim_max < limit->rlim_cur ? limit->rlim_max : limit->rlim_cur;
}

static bool set_limits(const struct child_limits *limits)
{
    uint64_t used = memory_in_use();
    uint64_t memory_size = limits->memory_size < UINT64_MAX - used ? used + limits->memory_size : UINT64_MAX;
    struct rlimit core, data, file, cpu;

    if (getrlimit(RLIMIT_CORE, &core) != 0 || getrlimit(RLIMIT_DATA, &data) != 0 ||
        getrlimit(RLIMIT_FSIZE, &file) != 0 || getrlimit(RLIMIT_CPU, &cpu) != 0)
        return false;
    lower(&core, 0, 0);
    lower(&data, memory_size, memory_size);
    lower(&file, limits->file_size, limits->file_size);
    lower(&cpu, limits->cpu_s, (uint64_t)limits->cpu_s + 1);
    /* Should the parent be held up, the alarm goes off a little after its patience would have ended. */
    alarm((unsigned)(limits->wall_ms / 1000 < INT_MAX ? limits->wall_ms / 1000 + 2 : INT_MAX));
    /* A limit of 0 does not keep cores from a program that collects them; this does. */
    return prctl(PR_SET_DUMPABLE, 0) == 0 && setrlimit(RLIMIT_CORE, &core) == 0 && setrlimit(RLIMIT_DATA, &data) == 0 &&
           setrlimit(RLIMIT_FSIZE, &file) == 0 && setrlimit(RLIMIT_CPU, &cpu) == 0;
}

static bool confine(const struct child_limits *limits, int pipe, pid_t parent)
{
    reset_signals();
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
        return false;
    return close_others(pipe, limits->input) && set_limits(limits);
}

static _Noreturn void be_child(const struct child_limits *limits, int file, pid_t parent,
                               int (*work)(void *context, struct child_pipe *pipe), void *context)
{
    struct child_pipe pipe = { .file = file };
    int code;

    if (!confine(limits, file, parent))
        _exit(STATUS_NOT_CONFINED);
    code = work(context, &pipe);
    assert(code >= 0 && code < CODE_LIMIT);
    write_header(&pipe, end_mark);
    /* Not exit: what the parent had not yet printed is the parent's to print. */
    _exit(code);
}

/* ---- in the parent */

/* What comes through the pipe: a frame gathers at the front of the buffer. */
struct listener {
    int file;
    uint8_t *buffer;
    size_t size;
    uint64_t left; /* bytes that may still come */
    bool has_ended;
    bool is_garbled;
    bool is_stopped; /* by who listens */
    const struct child_listener *to;
    uint64_t frame_count;
};

/* What nobody listens to is heard all the same. */
static const struct child_listener nobody = { NULL, NULL, NULL };

enum { BUFFER_SIZE = HEADER_SIZE + CHILD_FRAME_LIMIT, ASKING_MS = 200 };

/* Hand out the first frame in the buffer, if it is whole. */
static bool take_frame(struct listener *listener)
{
    const uint8_t *at = listener->buffer;
    uint32_t size;

    if (listener->size < HEADER_SIZE || listener->is_garbled)
        return false;
    size = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    listener->has_ended = size == end_mark && listener->size == HEADER_SIZE;
    if (size > CHILD_FRAME_LIMIT || size > listener->left) {
        listener->is_garbled = !listener->has_ended;
        return false;
    }
    if (listener->size < HEADER_SIZE + size)
        return false;
    listener->left -= size;
    listener->frame_count++;
    if (listener->to->frame != NULL)
        listener->to->frame(listener->to->context, bytes_of(at + HEADER_SIZE, size));
    listener->size -= HEADER_SIZE + size;
    memmove(listener->buffer, at + HEADER_SIZE + size, listener->size);
    return true;
}

/* Read what has come. False when no more will, or none that makes sense. */
static bool hear(struct listener *listener)
{
    ssize_t got = read(listener->file, listener->buffer + listener->size, BUFFER_SIZE - listener->size);

    if (got < 0)
        return errno == EINTR;
    listener->size += (size_t)got;
    while (take_frame(listener))
        continue;
    return got > 0 && !listener->is_garbled;
}

static bool goes_on(struct listener *listener)
{
    listener->is_stopped = listener->to->goes_on != NULL && !listener->to->goes_on(listener->to->context);
    return !listener->is_stopped;
}

/* Listen until the pipe is closed, no more is wanted or the time is over. */
static void listen_until(struct listener *listener, int64_t deadline_ms)
{
    while (goes_on(listener)) {
        int64_t left_ms = deadline_ms - now_ms();
        struct pollfd pipe = { .fd = listener->file, .events = POLLIN };
        int ready;

        if (left_ms <= 0)
            return;
        ready = poll(&pipe, 1, left_ms < ASKING_MS ? (int)left_ms : ASKING_MS);
        if (ready < 0 && errno != EINTR)
            return;
        if (ready > 0 && !hear(listener))
            return;
    }
}

/* Wait for the child's end, and make it end when the time is over. False when it had to be made to. */
static bool reap(pid_t child, int64_t deadline_ms, int *status)
{
    const struct timespec pause = { .tv_nsec = 1000000 };
    pid_t ended = waitpid(child, status, WNOHANG);

    while (ended == 0 && now_ms() < deadline_ms) {
        nanosleep(&pause, NULL);
        ended = waitpid(child, status, WNOHANG);
    }
    if (ended == child)
        return true;
    kill(child, SIGKILL);
    do
        ended = waitpid(child, status, 0);
    while (ended < 0 && errno == EINTR);
    return false;
}

static enum child_end judge_signal(int signal_number)
{
    switch (signal_number) {
    case SIGALRM:
    case SIGXCPU:
        return CHILD_TIMED_OUT;
    case SIGINT:
    case SIGTERM:
    case SIGHUP:
    case SIGQUIT:
        return CHILD_INTERRUPTED;
    default:
        return CHILD_CRASHED;
    }
}

static void judge_end(int status, const struct listener *listener, struct child_report *report)
{
    report->code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    report->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    if (report->code > STATUS_OF_SIGNAL) {
        report->signal = report->code - STATUS_OF_SIGNAL;
        report->code = 0;
    }
    if (report->signal != 0)
        report->end = judge_signal(report->signal);
    else if (report->code != STATUS_NOT_CONFINED)
        report->end = listener->has_ended ? CHILD_RETURNED : CHILD_GARBLED;
    else
        *report = (struct child_report){ .end = CHILD_NOT_STARTED };
}

static void attend(pid_t child, struct listener *listener, int64_t wall_ms, struct child_report *report)
{
    int64_t began_ms = now_ms();
    int64_t deadline_ms = wall_ms < INT64_MAX - began_ms ? began_ms + wall_ms : INT64_MAX;
    bool has_ended;
    int status = 0;

    listen_until(listener, deadline_ms);
    if (listener->is_garbled || listener->is_stopped)
        kill(child, SIGKILL);
    has_ended = reap(child, deadline_ms, &status);
    judge_end(status, listener, report);
    report->frame_count = listener->frame_count;
    if (listener->is_stopped)
        report->end = CHILD_INTERRUPTED;
    else if (listener->is_garbled)
        report->end = CHILD_GARBLED;
    else if (!has_ended)
        report->end = CHILD_TIMED_OUT;
}

/* Where SIGCHLD is ignored, a child leaves no status. Returns what was done with it before. */
static struct sigaction heed_children(void)
{
    struct sigaction before = { .sa_handler = SIG_DFL };
    const struct sigaction heed = { .sa_handler = SIG_DFL };

    sigaction(SIGCHLD, NULL, &before);
    if (before.sa_handler == SIG_IGN || (before.sa_flags & SA_NOCLDWAIT) != 0)
        sigaction(SIGCHLD, &heed, NULL);
    return before;
}

enum child_end child_run(const struct child_limits *limits, int (*work)(void *context, struct child_pipe *pipe), void *context,
                         const struct child_listener *to, struct child_report *report)
{
    struct listener listener = { .left = limits->output_size, .to = to != NULL ? to : &nobody,
                                 .buffer = malloc(BUFFER_SIZE) };
    struct sigaction before = heed_children();
    pid_t parent = getpid(), child = -1;
    int ends[2] = { -1, -1 };

    *report = (struct child_report){ .end = CHILD_NOT_STARTED };
    if (listener.buffer != NULL && pipe2(ends, O_CLOEXEC) == 0)
        child = fork();
    report->code = child < 0 ? errno : 0;
    if (child == 0)
        be_child(limits, ends[1], parent, work, context);
    if (ends[1] >= 0)
        close(ends[1]);
    listener.file = ends[0];
    if (child > 0)
        attend(child, &listener, limits->wall_ms, report);
    if (ends[0] >= 0)
        close(ends[0]);
    free(listener.buffer);
    sigaction(SIGCHLD, &before, NULL);
    return report->end;
}

void child_describe(const struct child_report *report, char text[static CHILD_TEXT_SIZE])
{
    static const char *const ends[] = {
        [CHILD_RETURNED] = "ended with",        [CHILD_CRASHED] = "was ended by signal",
        [CHILD_TIMED_OUT] = "took too long",    [CHILD_GARBLED] = "ended without a whole answer",
        [CHILD_INTERRUPTED] = "was interrupted by signal", [CHILD_NOT_STARTED] = "could not be started",
    };
    const char *end = ends[report->end];

    if (report->end == CHILD_CRASHED || report->end == CHILD_INTERRUPTED)
        snprintf(text, CHILD_TEXT_SIZE, "%s %d (%s)", end, report->signal, strsignal(report->signal));
    else if (report->end == CHILD_NOT_STARTED && report->code != 0)
        snprintf(text, CHILD_TEXT_SIZE, "%s: %s", end, strerror(report->code));
    else if (report->end == CHILD_RETURNED)
        snprintf(text, CHILD_TEXT_SIZE, "%s %d", end, report->code);
    else
        snprintf(text, CHILD_TEXT_SIZE, "%s", end);
}
