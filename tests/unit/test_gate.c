/* ledger/gate.h. */
#include "ledger/gate.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/place.h"

/* What the processes of a test know of each other. */
struct shared {
    char path[PATH_MAX];
    _Atomic int inside;
    _Atomic int entered[8];
    _Atomic int go_on;
    int64_t until_ms;
};

static struct shared *shared_new(const char *directory)
{
    struct shared *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    assert_ptr_not_equal(MAP_FAILED, shared);
    place_path(directory, "gate", shared->path);
    return shared;
}

static void wait_until(_Atomic int *value, int wanted)
{
    for (int i = 0; *value != wanted && i < 5000; i++)
        sleep_ms(1);
    assert_int_equal(wanted, *value);
}

/* Go in, say so, and stay. */
static int stay_inside(void *context)
{
    struct shared *shared = context;
    struct gate gate;

    must(gate_open(&gate, shared->path));
    must(gate_enter(&gate, 10000));
    shared->inside = 1;
    for (;;)
        pause();
}

static pid_t somebody_inside(struct shared *shared)
{
    pid_t child = child_start(stay_inside, shared);

    wait_until(&shared->inside, 1);
    return child;
}

static void end_child(pid_t child)
{
    kill(child, SIGKILL);
    assert_int_equal(1000 + SIGKILL, child_wait(child));
}

static void a_gate_is_an_ordinary_file_of_its_owner(void **state)
{
    struct gate gate;
    struct stat facts;
    char path[PATH_MAX], link[PATH_MAX];

    place_path(*state, "gate", path);
    place_path(*state, "link", link);
    assert_true(gate_open(&gate, path));
    assert_int_equal(0, stat(path, &facts));
    assert_int_equal(S_IFREG | 0600, facts.st_mode);
    assert_int_equal(0, facts.st_size);
    gate_close(&gate);
    gate_close(&gate);

    assert_int_equal(0, symlink(path, link));
    assert_false(gate_open(&gate, link));
    assert_false(gate_open(&gate, *state));
    gate_close(&gate);
}

static void one_is_inside_at_a_time(void **state)
{
    struct gate first = GATE_NONE, second = GATE_NONE;
    char path[PATH_MAX];

    place_path(*state, "gate", path);
    assert_true(gate_open(&first, path));
    assert_true(gate_open(&second, path));
    assert_true(gate_enter(&first, 0));
    assert_false(gate_enter(&second, 0));
    assert_int_equal(EAGAIN, errno);
    gate_leave(&first);
    assert_true(gate_enter(&second, 0));
    gate_close(&second);
    assert_true(gate_enter(&first, 0));
    gate_close(&first);
}

static void whoever_waits_is_told_in_time_though_the_holder_is_stopped(void **state)
{
    struct shared *shared = shared_new(*state);
    pid_t holder = somebody_inside(shared);
    struct gate gate;
    int64_t began_ms, waited_ms;

    kill(holder, SIGSTOP);
    assert_true(gate_open(&gate, shared->path));
    began_ms = clock_ms();
    assert_false(gate_enter(&gate, 200));
    waited_ms = clock_ms() - began_ms;
    assert_int_equal(EAGAIN, errno);
    assert_in_range(waited_ms, 200, 1000);
    end_child(holder);
    assert_true(gate_enter(&gate, 1000));
    gate_close(&gate);
}

static int stand_in_line(void *context)
{
    struct shared *shared = context;
    struct gate gate;

    must(gate_open(&gate, shared->path));
    shared->inside = 2;
    return gate_enter(&gate, 60000) ? 0 : 1;
}

static void somebody_stopped_in_the_line_keeps_nobody_out(void **state)
{
    struct shared *shared = shared_new(*state);
    pid_t holder = somebody_inside(shared), waiter;
    struct gate gate;
    int64_t began_ms;

    waiter = child_start(stand_in_line, shared);
    wait_until(&shared->inside, 2);
    sleep_ms(30);
    kill(waiter, SIGSTOP);
    end_child(holder);
    assert_true(gate_open(&gate, shared->path));
    assert_true(gate_enter(&gate, 0));
    gate_leave(&gate);
    began_ms = clock_ms();
    assert_true(gate_enter(&gate, 10000));
    assert_in_range(clock_ms() - began_ms, 0, 2000);
    gate_leave(&gate);
    kill(waiter, SIGCONT);
    assert_int_equal(0, child_wait(waiter));
    gate_close(&gate);
}

static void the_gate_opens_when_its_holder_dies(void **state)
{
    struct shared *shared = shared_new(*state);
    pid_t holder = somebody_inside(shared);
    struct gate gate;
    int64_t began_ms;

    assert_true(gate_open(&gate, shared->path));
    assert_false(gate_enter(&gate, 0));
    end_child(holder);
    began_ms = clock_ms();
    assert_true(gate_enter(&gate, 5000));
    assert_in_range(clock_ms() - began_ms, 0, 1000);
    gate_close(&gate);
}

static void closing_leaves_even_when_a_child_has_the_file_open(void **state)
{
    struct gate gate, other;
    char path[PATH_MAX];
    pid_t child;

    place_path(*state, "gate", path);
    assert_true(gate_open(&gate, path));
    assert_true(gate_enter(&gate, 0));
    child = fork();
    if (child == 0)
        for (;;)
            pause();
    gate_close(&gate);
    assert_true(gate_open(&other, path));
    assert_true(gate_enter(&other, 0));
    gate_close(&other);
    end_child(child);
}

/* Go in and out until the time is over, a fifth of a millisecond each as a commit takes. */
static int come_and_go(void *context)
{
    struct shared *shared = context;
    struct gate gate;
    int me = shared->go_on++;

    must(gate_open(&gate, shared->path));
    while (clock_ms() < shared->until_ms) {
        struct timespec stay = { .tv_nsec = 100000 };

        must(gate_enter(&gate, 10000));
        must(shared->inside++ == 0);
        nanosleep(&stay, NULL);
        must(--shared->inside == 0);
        gate_leave(&gate);
        shared->entered[me]++;
    }
    return 0;
}

static void eight_who_come_and_go_get_in_evenly(void **state)
{
    struct shared *shared = shared_new(*state);
    pid_t children[8];
    int least = INT_MAX, most = 0;

    shared->until_ms = clock_ms() + 1500;
    for (int i = 0; i < 8; i++)
        children[i] = child_start(come_and_go, shared);
    for (int i = 0; i < 8; i++)
        assert_int_equal(0, child_wait(children[i]));
    for (int i = 0; i < 8; i++) {
        least = shared->entered[i] < least ? shared->entered[i] : least;
        most = shared->entered[i] > most ? shared->entered[i] : most;
    }
    print_message("# each of eight got in between %d and %d times\n", least, most);
    assert_true(least >= most / 10);
    assert_true(least > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_place(a_gate_is_an_ordinary_file_of_its_owner),
        in_a_place(one_is_inside_at_a_time),
        in_a_place(whoever_waits_is_told_in_time_though_the_holder_is_stopped),
        in_a_place(somebody_stopped_in_the_line_keeps_nobody_out),
        in_a_place(the_gate_opens_when_its_holder_dies),
        in_a_place(closing_leaves_even_when_a_child_has_the_file_open),
        in_a_place(eight_who_come_and_go_get_in_evenly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
