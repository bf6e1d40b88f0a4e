/* ledger/child.h: whatever a child does, it is a value here. */
#include "ledger/child.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/place.h"
#include "tests/support/records.h"

static const struct child_limits usual = {
    .wall_ms = 20000, .cpu_s = 20, .memory_size = 256 * 1024 * 1024, .file_size = 64 * 1024 * 1024,
    .output_size = 64 * 1024 * 1024, .input = -1,
};

/* What has been heard: sizes, and a sum over all bytes and their places. */
struct heard {
    size_t count;
    size_t sizes[8];
    uint64_t sum;
};

static uint64_t sum_of(struct bytes bytes)
{
    uint64_t sum = 5381;

    for (size_t i = 0; i < bytes.size; i++)
        sum = sum * 33 + bytes.data[i];
    return sum;
}

static void hear(void *context, struct bytes frame)
{
    struct heard *heard = context;

    if (heard->count < sizeof heard->sizes / sizeof heard->sizes[0])
        heard->sizes[heard->count] = frame.size;
    heard->count++;
    heard->sum += sum_of(frame);
}

static uint8_t large[CHILD_FRAME_LIMIT];

static void fill_large(void)
{
    for (size_t i = 0; i < sizeof large; i++)
        large[i] = (uint8_t)(i * i >> 3);
}

static int say_things(void *context, struct child_pipe *pipe)
{
    must(child_send(pipe, bytes_of_text("one")));
    must(child_send(pipe, bytes_of(NULL, 0)));
    must(child_send(pipe, bytes_of(large, sizeof large)));
    must(!child_send(pipe, bytes_of(large, sizeof large + 1)));
    must(child_send(pipe, bytes_of_text("four")));
    *(int *)context = 99;
    return 42;
}

static void what_a_child_says_arrives_whole_and_in_order(void **state)
{
    struct heard heard = { 0 };
    struct child_report report;
    int mine = 1;

    (void)state;
    fill_large();
    assert_int_equal(CHILD_RETURNED, child_run(&usual, say_things, &mine, &(struct child_listener){ .frame = hear, .context = &heard }, &report));
    assert_int_equal(CHILD_RETURNED, report.end);
    assert_int_equal(42, report.code);
    assert_int_equal(4, report.frame_count);
    assert_int_equal(4, heard.count);
    assert_int_equal(3, heard.sizes[0]);
    assert_int_equal(0, heard.sizes[1]);
    assert_int_equal(CHILD_FRAME_LIMIT, heard.sizes[2]);
    assert_int_equal(4, heard.sizes[3]);
    assert_int_equal(sum_of(bytes_of_text("one")) + sum_of(bytes_of(NULL, 0))
                     + sum_of(bytes_of(large, sizeof large)) + sum_of(bytes_of_text("four")), heard.sum);
    assert_int_equal(1, mine);
}

static int say_nothing(void *context, struct child_pipe *pipe)
{
    (void)pipe;
    return *(const int *)context;
}

static void a_child_may_say_nothing_and_nobody_need_listen(void **state)
{
    struct child_report report;
    int code = 0, mine = 0;

    (void)state;
    assert_int_equal(CHILD_RETURNED, child_run(&usual, say_nothing, &code, NULL, &report));
    assert_int_equal(0, report.code);
    assert_int_equal(CHILD_RETURNED, child_run(&usual, say_things, &mine, NULL, &report));
    assert_int_equal(4, report.frame_count);
}

/* ---- bad ends */

/* The pipe is the only file of a child beyond the three. */
static int find_pipe(void)
{
    int file = 3;

    while (fcntl(file, F_GETFD) < 0 && file < 1000)
        file++;
    return file;
}

static int read_nowhere(void *context, struct child_pipe *pipe)
{
    volatile const char *forbidden = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)context;
    must(forbidden != MAP_FAILED && child_send(pipe, bytes_of_text("before")));
    return forbidden[0];
}

static int read_beyond_the_end_of_a_file(void *context, struct child_pipe *pipe)
{
    char name[] = "/tmp/phial-test-XXXXXX";
    int file = mkstemp(name);
    volatile const char *map;

    (void)context;
    (void)pipe;
    must(file >= 0 && unlink(name) == 0);
    map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, 0);
    must(map != MAP_FAILED);
    return map[0];
}

static int raise_a_signal(void *context, struct child_pipe *pipe)
{
    (void)pipe;
    raise(*(const int *)context);
    return 0;
}

static int abort_itself(void *context, struct child_pipe *pipe)
{
    (void)context;
    (void)pipe;
    abort();
}

static int end_early(void *context, struct child_pipe *pipe)
{
    (void)context;
    must(child_send(pipe, bytes_of_text("before")));
    _exit(0);
}

static int sleep_for_ever(void *context, struct child_pipe *pipe)
{
    (void)context;
    (void)pipe;
    while (pause() < 0)
        continue;
    return 0;
}

static int hang_without_a_pipe(void *context, struct child_pipe *pipe)
{
    (void)context;
    close(find_pipe());
    return sleep_for_ever(NULL, pipe);
}

static int work_for_ever(void *context, struct child_pipe *pipe)
{
    volatile unsigned count = 1;

    (void)context;
    (void)pipe;
    while (count != 0)
        count = count + 2;
    return 0;
}

static int talk_for_ever(void *context, struct child_pipe *pipe)
{
    (void)context;
    while (child_send(pipe, bytes_of(large, 60000)))
        continue;
    return 0;
}

static int talk_nonsense(void *context, struct child_pipe *pipe)
{
    (void)pipe;
    must(write(find_pipe(), context, strlen(context)) > 0);
    sleep_for_ever(NULL, NULL);
    return 0;
}

static int end_within_a_frame(void *context, struct child_pipe *pipe)
{
    (void)context;
    (void)pipe;
    must(write(find_pipe(), "\0\0\0\11half", 8) == 8);
    return 0;
}

static void however_a_child_ends_it_is_a_value(void **state)
{
    static int kill_signal = SIGKILL, stop_signal = SIGSTOP, interrupt_signal = SIGINT, hang_up_signal = SIGHUP;
    const struct {
        const char *what;
        int (*work)(void *context, struct child_pipe *pipe);
        void *context;
        enum child_end end;
        int signal;
        uint64_t frame_count;
        int64_t wall_ms;
        uint32_t cpu_s;
    } rows[] = {
        { "reads nowhere", read_nowhere, NULL, CHILD_CRASHED, SIGSEGV, 1, 20000, 20 },
        { "reads past a file", read_beyond_the_end_of_a_file, NULL, CHILD_CRASHED, SIGBUS, 0, 20000, 20 },
        { "aborts", abort_itself, NULL, CHILD_CRASHED, SIGABRT, 0, 20000, 20 },
        { "is killed", raise_a_signal, &kill_signal, CHILD_CRASHED, SIGKILL, 0, 20000, 20 },
        { "is interrupted", raise_a_signal, &interrupt_signal, CHILD_INTERRUPTED, SIGINT, 0, 20000, 20 },
        { "loses its terminal", raise_a_signal, &hang_up_signal, CHILD_INTERRUPTED, SIGHUP, 0, 20000, 20 },
        { "ends before it is done", end_early, NULL, CHILD_GARBLED, 0, 1, 20000, 20 },
        { "sleeps", sleep_for_ever, NULL, CHILD_TIMED_OUT, SIGKILL, 0, 200, 20 },
        { "is stopped", raise_a_signal, &stop_signal, CHILD_TIMED_OUT, SIGKILL, 0, 200, 20 },
        { "hangs after it closed the pipe", hang_without_a_pipe, NULL, CHILD_TIMED_OUT, SIGKILL, 0, 200, 20 },
        { "works for ever", work_for_ever, NULL, CHILD_TIMED_OUT, SIGXCPU, 0, 20000, 1 },
        { "says too much", talk_for_ever, NULL, CHILD_GARBLED, SIGKILL, 16, 20000, 20 },
        { "says too large a frame", talk_nonsense, "\1\1\1\1", CHILD_GARBLED, SIGKILL, 0, 20000, 20 },
        { "goes on after the end", talk_nonsense, "\377\377\377\377\1", CHILD_GARBLED, SIGKILL, 0, 20000, 20 },
        { "ends within a frame", end_within_a_frame, NULL, CHILD_GARBLED, 0, 0, 20000, 20 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct child_limits limits = usual;
        struct child_report report;
        struct heard heard = { 0 };
        int64_t began_ms = clock_ms();
        enum child_end end;

        limits.wall_ms = rows[i].wall_ms;
        limits.cpu_s = rows[i].cpu_s;
        limits.output_size = 1000 * 1000;
        end = child_run(&limits, rows[i].work, rows[i].context, &(struct child_listener){ .frame = hear, .context = &heard }, &report);
        if (end != rows[i].end || report.signal != rows[i].signal)
            print_error("a child that %s: end %d signal %d code %d\n", rows[i].what, end, report.signal, report.code);
        assert_int_equal(rows[i].end, end);
        assert_int_equal(rows[i].signal, report.signal);
        assert_int_equal(rows[i].frame_count, report.frame_count);
        assert_int_equal(rows[i].frame_count, heard.count);
        assert_in_range(clock_ms() - began_ms, 0, rows[i].wall_ms + 5000);
        assert_int_equal(-1, waitpid(-1, NULL, WNOHANG));
        assert_int_equal(ECHILD, errno);
    }
}

/* ---- who listens may have enough */

struct patience {
    unsigned heard, asked, most;
};

static void count_frame(void *context, struct bytes frame)
{
    (void)frame;
    ((struct patience *)context)->heard++;
}

static bool is_patient(void *context)
{
    struct patience *patience = context;

    return patience->asked++ < patience->most;
}

static void a_child_ends_within_a_second_of_nobody_wanting_more(void **state)
{
    static int (*const works[])(void *context, struct child_pipe *pipe) = { sleep_for_ever, work_for_ever, talk_for_ever };

    (void)state;
    for (size_t i = 0; i < sizeof works / sizeof works[0]; i++)
        for (unsigned most = 0; most <= 3; most += 3) {
            struct patience patience = { .most = most };
            const struct child_listener listener = { count_frame, is_patient, &patience };
            struct child_report report;
            int64_t began_ms = clock_ms();

            assert_int_equal(CHILD_INTERRUPTED, child_run(&usual, works[i], NULL, &listener, &report));
            assert_in_range(clock_ms() - began_ms, 0, 1000);
            assert_int_equal(most + 1, patience.asked);
            assert_int_equal(-1, waitpid(-1, NULL, WNOHANG));
        }
}

/* ---- what a child has and has not */

static int take_memory(void *context, struct child_pipe *pipe)
{
    size_t size = *(const size_t *)context;

    (void)pipe;
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
}

static void a_child_has_no_more_memory_than_it_may(void **state)
{
    struct child_limits limits = usual;
    struct child_report report;
    size_t little = 8 * 1024 * 1024, much = 24 * 1024 * 1024;

    (void)state;
    limits.memory_size = 16 * 1024 * 1024;
    assert_int_equal(CHILD_RETURNED, child_run(&limits, take_memory, &little, NULL, &report));
    assert_int_equal(0, report.code);
    assert_int_equal(CHILD_RETURNED, child_run(&limits, take_memory, &much, NULL, &report));
    assert_int_equal(1, report.code);
}

/* What is written beyond the limit is an error there, no signal, and the file has what was allowed. */
static int write_much(void *context, struct child_pipe *pipe)
{
    static const uint8_t zeros[65536];
    int file = open(context, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ssize_t written = 0;

    (void)pipe;
    for (int i = 0; i < 1024 && written >= 0; i++)
        written = write(file, zeros, sizeof zeros);
    return written < 0 ? errno : 0;
}

static void a_child_writes_no_larger_file_than_it_may(void **state)
{
    struct child_limits limits = usual;
    struct child_report report;
    char path[PATH_MAX];
    struct stat facts;

    place_path(*state, "file", path);
    limits.file_size = 1000 * 1000;
    assert_int_equal(CHILD_RETURNED, child_run(&limits, write_much, path, NULL, &report));
    assert_int_equal(EFBIG, report.code);
    assert_int_equal(0, stat(path, &facts));
    assert_int_equal(1000 * 1000, facts.st_size);
}

static int count_files(void *context, struct child_pipe *pipe)
{
    int input = *(const int *)context, count = 0;
    struct rlimit limit;
    char byte;

    (void)pipe;
    for (int file = 3; file < 1000; file++)
        count += fcntl(file, F_GETFD) >= 0;
    must(input < 0 || (read(input, &byte, 1) == 1 && byte == 'x'));
    must(read(STDIN_FILENO, &byte, 1) == 0);
    must(prctl(PR_GET_DUMPABLE) == 0 && getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_cur == 0);
    return count;
}

static void a_child_has_no_files_but_its_pipe_and_its_input(void **state)
{
    struct child_limits limits = usual;
    struct child_report report;
    char path[PATH_MAX];
    int files[5];

    place_path(*state, "file", path);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        files[i] = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
        assert_true(files[i] > 2);
    }
    assert_int_equal(1, write(files[0], "x", 1));
    assert_int_equal(CHILD_RETURNED, child_run(&limits, count_files, &limits.input, NULL, &report));
    assert_int_equal(1, report.code);
    limits.input = files[2];
    assert_int_equal(CHILD_RETURNED, child_run(&limits, count_files, &limits.input, NULL, &report));
    assert_int_equal(2, report.code);
    assert_int_equal(1, pwrite(files[0], "x", 1, 1));
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        assert_int_equal(0, close(files[i]));
}

static int ignore_children(void *context)
{
    struct child_report report;
    struct sigaction after;
    int code = 7;

    (void)context;
    signal(SIGCHLD, SIG_IGN);
    must(child_run(&usual, say_nothing, &code, NULL, &report) == CHILD_RETURNED);
    must(report.code == 7);
    must(sigaction(SIGCHLD, NULL, &after) == 0 && after.sa_handler == SIG_IGN);
    return 0;
}

static void a_process_that_ignores_its_children_heeds_this_one(void **state)
{
    (void)state;
    assert_int_equal(0, child_do(ignore_children, NULL));
}

/* ---- when the parent ends */

static int tell_and_sleep(void *context, struct child_pipe *pipe)
{
    *(_Atomic pid_t *)context = getpid();
    return sleep_for_ever(NULL, pipe);
}

static int attend_for_ever(void *context)
{
    struct child_report report;

    child_run(&usual, tell_and_sleep, context, NULL, &report);
    return 0;
}

static void a_child_ends_with_its_parent(void **state)
{
    _Atomic pid_t *grandchild = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int64_t until_ms = clock_ms() + 5000;
    pid_t parent, ended = 0;
    int status;

    (void)state;
    assert_int_equal(0, prctl(PR_SET_CHILD_SUBREAPER, 1));
    parent = child_start(attend_for_ever, (void *)(uintptr_t)grandchild);
    while (*grandchild == 0 && clock_ms() < until_ms)
        sleep_ms(1);
    kill(parent, SIGINT);
    assert_int_equal(1000 + SIGINT, child_wait(parent));
    while (ended == 0 && clock_ms() < until_ms) {
        ended = waitpid(*grandchild, &status, WNOHANG);
        sleep_ms(1);
    }
    assert_int_equal(*grandchild, ended);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    assert_int_equal(0, prctl(PR_SET_CHILD_SUBREAPER, 0));
}

/* ---- what it is for */

static int read_a_store(void *context, struct child_pipe *pipe)
{
    struct store *store;
    struct store_txn *txn;
    struct store_cursor *cursor;
    struct bytes key, value;
    struct error error;
    bool found = true;
    enum ledger_status status = store_open(context, STORE_READ, &store, &error);

    for (unsigned table = 0; table < STORE_TABLES && status == LEDGER_OK; table++) {
        must(store_begin_read(store, &txn, &error) == LEDGER_OK);
        status = store_cursor_open(txn, (enum store_table)table, bytes_of(NULL, 0), &cursor, &error);
        for (found = true; status == LEDGER_OK && found;) {
            status = store_cursor_next(cursor, &found, &key, &value, &error);
            if (status == LEDGER_OK && found && value.size <= CHILD_FRAME_LIMIT)
                must(child_send(pipe, value));
        }
        store_cursor_close(cursor);
        store_abort(txn);
        if (status != LEDGER_OK)
            break;
    }
    store_close(store);
    return status == LEDGER_OK ? 0 : 6;
}

static void a_store_of_garbage_is_read_without_harm(void **state)
{
    struct store *store = store_in(*state, STORE_CREATE);
    struct child_limits limits = usual;
    struct child_report report;
    uint8_t page[4096], garbage[4096];
    uint32_t seed = 7;
    int ends[8] = { 0 }, file;
    char path[PATH_MAX];
    struct stat facts;

    for (uint32_t i = 0; i < 40; i++)
        put_record(store, i % 2 == 0 ? STORE_ENTRIES : STORE_LEAVES, i * 7919, i);
    store_close(store);
    place_path(*state, "data.mdb", path);
    file = open(path, O_RDWR);
    assert_true(file >= 0);
    assert_int_equal(0, fstat(file, &facts));
    limits.wall_ms = 2000;
    for (off_t at = 2 * 4096; at < facts.st_size; at += 4096) {
        for (size_t i = 0; i < sizeof garbage; i++) {
            seed = seed * 1664525 + 1013904223;
            garbage[i] = (uint8_t)(seed >> 24);
        }
        assert_int_equal(sizeof page, pread(file, page, sizeof page, at));
        /* Every other page keeps its head, so that LMDB goes on further. */
        memcpy(garbage, page, at / 4096 % 2 == 0 ? 16 : 0);
        assert_int_equal(sizeof garbage, pwrite(file, garbage, sizeof garbage, at));
        ends[child_run(&limits, read_a_store, *state, NULL, &report)]++;
        assert_int_equal(sizeof page, pwrite(file, page, sizeof page, at));
    }
    close(file);
    print_message("# of %ld: %d ended by themselves, %d crashed, %d took too long\n",
                  (long)(facts.st_size / 4096 - 2), ends[CHILD_RETURNED], ends[CHILD_CRASHED],
                  ends[CHILD_TIMED_OUT]);
    assert_int_equal(0, ends[CHILD_NOT_STARTED] + ends[CHILD_INTERRUPTED] + ends[CHILD_GARBLED]);
    assert_int_equal(CHILD_RETURNED, child_run(&usual, read_a_store, *state, NULL, &report));
    assert_int_equal(0, report.code);
    assert_int_equal(42, report.frame_count);
}

static void how_it_ended_can_be_said(void **state)
{
    static const struct {
        struct child_report report;
        const char *text;
    } rows[] = {
        { { .end = CHILD_RETURNED, .code = 6 }, "ended with 6" },
        { { .end = CHILD_CRASHED, .signal = SIGSEGV }, "was ended by signal 11 (Segmentation fault)" },
        { { .end = CHILD_INTERRUPTED, .signal = SIGINT }, "was interrupted by signal 2 (Interrupt)" },
        { { .end = CHILD_TIMED_OUT, .signal = SIGKILL }, "took too long" },
        { { .end = CHILD_GARBLED }, "ended without a whole answer" },
        { { .end = CHILD_NOT_STARTED, .code = EAGAIN }, "could not be started: Resource temporarily unavailable" },
        { { .end = CHILD_NOT_STARTED }, "could not be started" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[CHILD_TEXT_SIZE];

        child_describe(&rows[i].report, text);
        assert_string_equal(rows[i].text, text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_child_says_arrives_whole_and_in_order),
        cmocka_unit_test(a_child_may_say_nothing_and_nobody_need_listen),
        cmocka_unit_test(however_a_child_ends_it_is_a_value),
        cmocka_unit_test(a_child_ends_within_a_second_of_nobody_wanting_more),
        cmocka_unit_test(a_child_has_no_more_memory_than_it_may),
        in_a_place(a_child_writes_no_larger_file_than_it_may),
        in_a_place(a_child_has_no_files_but_its_pipe_and_its_input),
        cmocka_unit_test(a_process_that_ignores_its_children_heeds_this_one),
        cmocka_unit_test(a_child_ends_with_its_parent),
        in_a_place(a_store_of_garbage_is_read_without_harm),
        cmocka_unit_test(how_it_ended_can_be_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
