#!/usr/bin/env bash
# A disk that fails while a ledger is begun takes nothing with it: not the ledger that PHIAL_LEDGER names. One that fails
# under an act is told of as what it did; and an act that stands is told of, whatever becomes of standard output.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
command -v cc >/dev/null || skip "there is no C compiler to make a failing disk with"
grep -q __asan_init "$phial" && skip "a sanitized program takes no preloaded library"
cat >failing.c <<'END'
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "refusing_open.h"

/* The n-th sync of the store fails. */
int fdatasync(int file)
{
    static int calls;
    const char *failing = getenv("FAILING_CALL");
    if (failing != NULL && ++calls == atoi(failing)) {
        errno = EIO;
        return -1;
    }
    return (int)syscall(SYS_fdatasync, file);
}

/* The page that makes a commit one, smaller than the others, is not written (`lost`), or is written although the disk says
 * no (`kept`), and then nothing more can be opened either (`blind`). */
static int has_failed, passed;

ssize_t pwrite64(int file, const void *bytes, size_t size, off_t place)
{
    const char *way = getenv("FAILING_META");
    const char *first = getenv("FAILING_AFTER");
    if (way == NULL || size >= 4096 || place >= 8192 || (first != NULL && passed++ < atoi(first)))
        return syscall(SYS_pwrite64, file, bytes, size, place);
    if (!has_failed && strcmp(way, "lost") != 0)
        syscall(SYS_pwrite64, file, bytes, size, place);
    has_failed = 1;
    errno = EIO;
    return -1;
}

ssize_t pwrite(int file, const void *bytes, size_t size, off_t place)
{
    return pwrite64(file, bytes, size, place);
}

static int refuse_open(const char *path, int flags)
{
    const char *way = getenv("FAILING_META");

    (void)path, (void)flags;
    return has_failed && way != NULL && strcmp(way, "blind") == 0 ? EIO : 0;
}
END
cc -shared -fPIC -I "$root/tests/cli" -o failing.so failing.c || skip "the failing disk does not compile"
begin_clinic
stock_clinic

failures=0
for call in 1 2 3 4 5 6 7 8; do
    run_command env LD_PRELOAD="$PWD/failing.so" FAILING_CALL=$call "$phial" init "second-$call" --site Second \
        --registration dea:AB1234563 --officer jpatel --officer mnair --recovery safe-key.pub --zone America/New_York \
        --training --clock "$day 12:00" --secrets secrets --no-input
    [ "$status" -eq 0 ] || failures=$((failures + 1))
    expect_file clinic/data.mdb "failing call $call leaves the other ledger"
done
[ "$failures" -gt 0 ]
verdict $? "the disk did fail"
run verify
expect_status 0
expect_out "PASS whole"
at 12:10 place add bin --type bin --as mnair --officer jpatel
recorded "the other ledger records on"

# An act on a failing disk: one sentence, and it is true. failing WAY STATUS: with a list of two acts
entries()
{
    "$phial" status --json | grep -o '"entries":[0-9]*' | tr -dc 0-9
}
failing()
{
    before=$(entries)
    run_command env LD_PRELOAD="$PWD/failing.so" "$1" "$phial" place add "shelf-${1#*=}" --type room --as mnair --officer jpatel + \
        place add "drawer-${1#*=}" --type cabinet --within L-new --clock "$day 12:11" --secrets secrets --no-input
    expect_status "$2" "a disk that fails as $1 ends with $2"
}
failing FAILING_CALL=1 7
expect_err "the disk failed while the entry was written, and the entry is not there"
expect_err "Nothing was recorded."
expect_equal "$before" "$(entries)" "which is true of the whole list"
failing FAILING_META=lost 7
expect_err "and the entry is not there"
expect_equal "$before" "$(entries)" "which is true when only the last page was lost"
failing FAILING_META=kept 0
expect_err "The disk failed on the way, but the entry is there."
expect_equal 2 "$(grep -c '^RECORDED #' "$out")" "what stands although the disk said no is RECORDED"
expect_equal $((before + 2)) "$(entries)" "and is there, both of it"
failing FAILING_META=blind 7
expect_err "PH0712" "what nobody can know is not said"
expect_err "phial log shows whether it is there"
expect_no_err "Nothing was recorded."
expect_no_out "RECORDED"
run verify
expect_status 0
expect_out "PASS whole" "the book is whole after all of it"

begun=0
for after in 0 1 2 3; do
    run_command env LD_PRELOAD="$PWD/failing.so" FAILING_META=blind FAILING_AFTER=$after "$phial" init "third-$after" --site Third \
        --registration dea:AB1234563 --officer jpatel --officer mnair --recovery safe-key.pub --zone America/New_York --training \
        --clock "$day 12:00" --secrets secrets --no-input
    [ "$status" -eq 0 ] && continue
    expect_equal "$([ -e "third-$after" ] && echo there || echo gone)" "$(grep -q "phial verify third-$after" "$err" && echo there || echo gone)" \
        "a beginning that fails after $after pages says whether there is anything to go on with"
    [ -e "third-$after" ] && begun=$((begun + 1))
done
[ "$begun" -gt 0 ]
verdict $? "the disk failed under a ledger that was there already"

# standard output that is full, gone or closed
at 12:30 place add full --type room --as mnair --officer jpatel
before=$(grep -o 'RECORDED #[0-9]*' "$out" | tr -dc 0-9)
run_command bash -c '"$@" >/dev/full' - "$phial" place add room-x --type room --as mnair --officer jpatel --clock "$day 12:31" \
    --secrets secrets --no-input
expect_status 7 "a full disk under standard output is told of"
expect_err "RECORDED #$((before + 1))" "and what stands in the book is said on standard error"
expect_err "What was recorded stands."
expect_no_err "Nothing was recorded."
run_command bash -c '"$@" >&-' - "$phial" place add room-y --type room --as mnair --officer jpatel --clock "$day 12:32" \
    --secrets secrets --no-input
expect_status 7 "so is a standard output that was closed before"
expect_err "RECORDED #$((before + 2))"
run_command bash -c '"$@" | true; exit "${PIPESTATUS[0]}"' - "$phial" place add room-z --type room --as mnair --officer jpatel \
    --clock "$day 12:33" --secrets secrets --no-input --json
if [ "$status" -ne 0 ]; then
    expect_err '{"recorded":[{"entry":' "or one whose reader has left, in JSON too"
fi
run_command bash -c '"$@" >&- 2>&- <&-' - "$phial" place add room-w --type room --as mnair --officer jpatel --clock "$day 12:34" \
    --secrets secrets --no-input
expect_status 7 "with all three closed the exit status is left"
run verify
expect_status 0
expect_out "PASS whole" "and no word of it went into the ledger's files"
