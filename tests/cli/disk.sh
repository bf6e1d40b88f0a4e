#!/usr/bin/env bash
# A disk that fails while a ledger is begun takes nothing with it: not the ledger that PHIAL_LEDGER names.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
command -v cc >/dev/null || skip "there is no C compiler to make a failing disk with"
grep -q __asan_init "$phial" && skip "a sanitized program takes no preloaded library"
cat >failing.c <<'END'
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
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
END
cc -shared -fPIC -o failing.so failing.c || skip "the failing disk does not compile"
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
