/* ledger/heads.h. */
#include "ledger/heads.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "ledger/gate.h"
#include "tests/support/place.h"

static const char ledger[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
static const char other[] = "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100";

static struct head_file head;

/* A state directory of the test's own, not yet made. */
static int make_state(void **state)
{
    char path[PATH_MAX];

    if (place_make(state) != 0)
        return -1;
    place_path(*state, "a/state", path);
    return setenv("XDG_STATE_HOME", path, 1);
}

static void head_path(const char *directory, const char *ending, char path[static PATH_MAX])
{
    char name[PATH_MAX];

    snprintf(name, sizeof name, "a/state/phial/heads/%s%s", ledger, ending);
    place_path(directory, name, path);
}

static void assert_head(uint64_t size, const char *note)
{
    assert_int_equal(HEADS_OK, heads_read(ledger, &head));
    assert_int_equal(size, head.size);
    assert_true(bytes_equal_text(bytes_of(head.note, head.note_size), note));
}

static void write_head(const char *directory, const char *text, size_t size)
{
    char path[PATH_MAX];
    int file;

    head_path(directory, "", path);
    file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(file >= 0);
    assert_int_equal(size, write(file, text, size));
    assert_int_equal(0, close(file));
}

static void what_is_remembered_is_there_and_each_ledger_has_its_own(void **state)
{
    (void)state;
    assert_int_equal(HEADS_NONE, heads_read(ledger, &head));
    assert_int_equal(HEADS_OK, heads_advance(ledger, 5, bytes_of_text("a note\n\nof 5\n")));
    assert_head(5, "a note\n\nof 5\n");
    assert_int_equal(HEADS_NONE, heads_read(other, &head));
    assert_int_equal(HEADS_OK, heads_advance(other, 3, bytes_of(NULL, 0)));
    assert_head(5, "a note\n\nof 5\n");
    assert_int_equal(HEADS_OK, heads_read(other, &head));
    assert_int_equal(3, head.size);
    assert_int_equal(0, head.note_size);
}

static void a_head_only_moves_forward(void **state)
{
    (void)state;
    assert_int_equal(HEADS_OK, heads_advance(ledger, 9, bytes_of_text("nine")));
    assert_int_equal(HEADS_OK, heads_advance(ledger, 8, bytes_of_text("eight")));
    assert_int_equal(HEADS_OK, heads_advance(ledger, 9, bytes_of_text("another nine")));
    assert_head(9, "nine");
    assert_int_equal(HEADS_OK, heads_advance(ledger, 10, bytes_of_text("ten")));
    assert_head(10, "ten");
    assert_int_equal(HEADS_OK, heads_advance(ledger, UINT64_MAX, bytes_of_text("last")));
    assert_head(UINT64_MAX, "last");
}

static void the_file_is_a_line_with_the_size_and_the_note(void **state)
{
    char path[PATH_MAX], text[64] = "";
    struct stat facts;
    int file;

    assert_int_equal(HEADS_OK, heads_advance(ledger, 48206, bytes_of_text("the note\n")));
    head_path(*state, "", path);
    file = open(path, O_RDONLY);
    assert_int_equal(15, read(file, text, sizeof text));
    assert_string_equal("48206\nthe note\n", text);
    assert_int_equal(0, fstat(file, &facts));
    assert_int_equal(S_IFREG | 0600, facts.st_mode);
    close(file);
    place_path(*state, "a/state/phial", path);
    assert_int_equal(0, stat(path, &facts));
    assert_int_equal(S_IFDIR | 0700, facts.st_mode);
    head_path(*state, ".new", path);
    assert_int_equal(-1, access(path, F_OK));
}

static void the_largest_note_fits(void **state)
{
    static uint8_t note[HEAD_NOTE_LIMIT];

    (void)state;
    memset(note, 'n', sizeof note);
    assert_int_equal(HEADS_OK, heads_advance(ledger, UINT64_MAX, bytes_of(note, sizeof note)));
    assert_int_equal(HEADS_OK, heads_read(ledger, &head));
    assert_true(bytes_equal(bytes_of(note, sizeof note), bytes_of(head.note, head.note_size)));
}

static void a_file_that_is_not_ours_is_damaged_and_left_as_it_is(void **state)
{
    static const char *const texts[] = {
        "", "\n", "5", "05\nx", " 5\nx", "+5\nx", "-5\nx", "5 \nx", "0x5\nx", "18446744073709551616\nx",
        "99999999999999999999999\nx",
    };
    static char large[22 + HEAD_NOTE_LIMIT];
    char path[PATH_MAX];

    assert_int_equal(HEADS_OK, heads_advance(ledger, 1, bytes_of_text("one")));
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct stat facts;

        write_head(*state, texts[i], strlen(texts[i]));
        assert_int_equal(HEADS_DAMAGED, heads_read(ledger, &head));
        assert_int_equal(HEADS_DAMAGED, heads_advance(ledger, 7, bytes_of_text("seven")));
        head_path(*state, "", path);
        assert_int_equal(0, stat(path, &facts));
        assert_int_equal(strlen(texts[i]), facts.st_size);
    }
    memset(large, 'x', sizeof large);
    memcpy(large, "5\n", 2);
    write_head(*state, large, sizeof large);
    assert_int_equal(HEADS_DAMAGED, heads_read(ledger, &head));
    write_head(*state, "0\n", 2);
    assert_head(0, "");
    head_path(*state, "", path);
    assert_int_equal(0, unlink(path));
    assert_int_equal(0, symlink("/etc/hostname", path));
    assert_int_equal(HEADS_DAMAGED, heads_read(ledger, &head));
    assert_int_equal(HEADS_DAMAGED, heads_advance(ledger, 7, bytes_of_text("seven")));
}

static void what_a_power_cut_left_beside_it_is_overwritten(void **state)
{
    char path[PATH_MAX];
    int file;

    assert_int_equal(HEADS_OK, heads_advance(ledger, 1, bytes_of_text("one")));
    head_path(*state, ".new", path);
    file = open(path, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(10, write(file, "half of wh", 10));
    close(file);
    assert_int_equal(HEADS_OK, heads_advance(ledger, 2, bytes_of_text("2")));
    assert_head(2, "2");
    assert_int_equal(-1, access(path, F_OK));
}

static void the_place_is_the_state_directory_else_the_home_else_none(void **state)
{
    char home[PATH_MAX], path[PATH_MAX];
    const char *before = getenv("HOME");
    char *kept = before == NULL ? NULL : strdup(before);

    snprintf(home, sizeof home, "%s", (const char *)*state);
    setenv("HOME", home, 1);
    setenv("XDG_STATE_HOME", "relative", 1);
    assert_int_equal(HEADS_OK, heads_advance(ledger, 1, bytes_of_text("one")));
    place_path(home, ".local/state/phial/heads", path);
    assert_int_equal(0, access(path, F_OK));
    unsetenv("XDG_STATE_HOME");
    assert_head(1, "one");
    unsetenv("HOME");
    assert_int_equal(HEADS_NO_PLACE, heads_read(ledger, &head));
    assert_int_equal(HEADS_NO_PLACE, heads_advance(ledger, 2, bytes_of_text("two")));
    if (kept != NULL)
        setenv("HOME", kept, 1);
    free(kept);
}

static void where_nothing_can_be_made_nothing_is_remembered(void **state)
{
    char path[PATH_MAX];
    int file;

    place_path(*state, "a", path);
    file = open(path, O_WRONLY | O_CREAT, 0600);
    close(file);
    assert_int_equal(HEADS_NONE, heads_read(ledger, &head));
    assert_int_equal(HEADS_NO_PLACE, heads_advance(ledger, 1, bytes_of_text("one")));
    assert_int_equal(ENOTDIR, errno);
}

/* As an account that is not root's, in a directory it may not write. */
static int try_as_nobody(void *context)
{
    (void)context;
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
        return 77;
    must(heads_advance(ledger, 1, bytes_of_text("one")) == HEADS_NO_PLACE);
    must(errno == EACCES);
    return 0;
}

static void a_directory_that_may_not_be_written_is_no_place(void **state)
{
    int result;

    assert_int_equal(0, chmod(*state, 0555));
    result = child_do(try_as_nobody, NULL);
    if (result == 77) {
        print_message("# skipped: there is no other account to try it as\n");
        skip();
    }
    assert_int_equal(0, result);
}

static void whoever_is_stopped_inside_holds_nobody_up_for_long(void **state)
{
    struct gate gate;
    char path[PATH_MAX];
    int64_t began_ms;

    assert_int_equal(HEADS_OK, heads_advance(ledger, 1, bytes_of_text("one")));
    head_path(*state, ".lock", path);
    assert_true(gate_open(&gate, path));
    assert_true(gate_enter(&gate, 0));
    began_ms = clock_ms();
    assert_int_equal(HEADS_NO_PLACE, heads_advance(ledger, 2, bytes_of_text("two")));
    assert_int_equal(EAGAIN, errno);
    assert_in_range(clock_ms() - began_ms, 1000, 4000);
    assert_head(1, "one");
    gate_close(&gate);
}

/* Advance by different steps, so that the four overtake each other, and see that nothing moves back. */
static int advance_in_steps(void *context)
{
    uint64_t step = *(const uint64_t *)context, seen = 0;
    char note[24];

    for (uint64_t size = step; size < 400; size += step) {
        snprintf(note, sizeof note, "note %d", (int)size);
        must(heads_advance(ledger, size, bytes_of_text(note)) == HEADS_OK);
        must(heads_read(ledger, &head) == HEADS_OK);
        must(head.size >= size && head.size >= seen);
        seen = head.size;
        snprintf(note, sizeof note, "note %d", (int)head.size);
        must(bytes_equal_text(bytes_of(head.note, head.note_size), note));
    }
    return 0;
}

static void four_processes_never_move_a_head_back(void **state)
{
    uint64_t steps[4] = { 3, 5, 7, 11 };
    pid_t children[4];

    (void)state;
    for (int i = 0; i < 4; i++)
        children[i] = child_start(advance_in_steps, &steps[i]);
    for (int i = 0; i < 4; i++)
        assert_int_equal(0, child_wait(children[i]));
    assert_head(399, "note 399");
}

static int advance_for_ever(void *context)
{
    (void)context;
    for (uint64_t size = 1; heads_advance(ledger, size, bytes_of_text("as good as any\n")) == HEADS_OK; size++)
        continue;
    return 0;
}

static void killed_at_any_moment_it_leaves_a_whole_head(void **state)
{
    uint64_t before = 1;

    (void)state;
    assert_int_equal(HEADS_OK, heads_advance(ledger, before, bytes_of_text("as good as any\n")));
    for (int i = 0; i < 20; i++) {
        pid_t child = child_start(advance_for_ever, NULL);

        sleep_ms(10 + i);
        kill(child, SIGKILL);
        assert_int_equal(1000 + SIGKILL, child_wait(child));
        assert_int_equal(HEADS_OK, heads_read(ledger, &head));
        assert_true(head.size >= before);
        assert_true(bytes_equal_text(bytes_of(head.note, head.note_size), "as good as any\n"));
        before = head.size;
    }
    assert_true(before > 1);
}

#define with_state(test) cmocka_unit_test_setup_teardown(test, make_state, place_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_state(what_is_remembered_is_there_and_each_ledger_has_its_own),
        with_state(a_head_only_moves_forward),
        with_state(the_file_is_a_line_with_the_size_and_the_note),
        with_state(the_largest_note_fits),
        with_state(a_file_that_is_not_ours_is_damaged_and_left_as_it_is),
        with_state(what_a_power_cut_left_beside_it_is_overwritten),
        with_state(the_place_is_the_state_directory_else_the_home_else_none),
        with_state(where_nothing_can_be_made_nothing_is_remembered),
        with_state(a_directory_that_may_not_be_written_is_no_place),
        with_state(whoever_is_stopped_inside_holds_nobody_up_for_long),
        with_state(four_processes_never_move_a_head_back),
        with_state(killed_at_any_moment_it_leaves_a_whole_head),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
