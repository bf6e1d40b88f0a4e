#!/usr/bin/env bash
# Files and disks that are not as they must be: each is told for what it is, and nothing is recorded.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
begin_clinic
stock_clinic
at 08:30 export -o book.phial --purpose inspection --recipient "state board" --as jpatel
[ -s book.phial ]
verdict $? "there is an export"
run key show --seal
cp "$out" site.pub
cp -a clinic older
at 08:31 place add shelf --type cabinet --as mnair --officer jpatel
recorded "a ledger, its export, and a copy of the ledger before its last entry"
cp -a clinic whole

# limited LIMIT COMMAND...: with a limit of the shell's, whose signal is not the program's to die of
limited()
{
    run_command bash -c 'trap "" XFSZ; ulimit $1 || exit 99; shift; exec "$@"' - "$@"
}
# anew: the ledger as it was
anew()
{
    rm -rf clinic && cp -a whole clinic
}
act=(place add drawer --type cabinet --as mnair --officer jpatel --clock "$day 09:00" --secrets secrets --no-input)

# ---- somebody else writes all the time; the answer is waited for while the rest is tried
cp -a clinic busy
python3 - busy <<'END' &
import fcntl, os, sys, time
gate = os.open(sys.argv[1] + "/gate", os.O_RDWR)
fcntl.lockf(gate, fcntl.LOCK_EX)
open("held", "w").close()
time.sleep(60)
END
holder=$!
for _ in $(seq 50); do
    [ -e held ] || sleep 0.1
done
"$phial" -L busy "${act[@]}" >busy.out 2>busy.err &
waiting=$!

# ---- what lies where a ledger should
mkdir stranger && echo "my diary" >stranger/data.mdb
run status -L stranger
expect_status 7
expect_err "PH0702" "another program's file is no ledger"
python3 - clinic/data.mdb <<'END'
import sys
with open(sys.argv[1], "r+b") as file:
    for page in (0, 4096):
        file.seek(page + 20)
        file.write(b"\x02")
END
run status
expect_status 8
expect_err "PH0704" "a file of a newer format is not judged"
anew
python3 - clinic/data.mdb <<'END'
import sys
with open(sys.argv[1], "r+b") as file:
    data = file.read()
    at = data.find(b"layout")
    while at >= 0:
        file.seek(at + len(b"layout"))
        file.write(bytes(byte ^ 1 for byte in data[at + len(b"layout"):at + len(b"layout") + 32]))
        at = data.find(b"layout", at + 1)
END
for command in status verify; do
    run $command
    expect_status 8
    expect_err "PH0717" "tables that another build laid out are not read by $command"
    expect_err "phial export -o FILE"
done
anew
rm -rf clinic && cp -a older clinic
run_command "$phial" "${act[@]}"
expect_status 7
expect_err "PH0707 this book has 11 entries, and 12 were seen here before." "a copy of yesterday is told from the book it was"
run log
expect_status 0 "and can be read"
anew

# ---- what the account may not do, and what it lacks
if [ "$(id -u)" -eq 0 ]; then
    chown -R 12345 clinic
    chown 12345 "$XDG_CONFIG_HOME/phial/keys/mnair.pem"
else
    chmod 000 clinic/data.mdb
    chmod 000 "$XDG_CONFIG_HOME/phial/keys/mnair.pem"
fi
run_command "$phial" "${act[@]}"
expect_status 7
expect_err "PH0709" "another account's ledger is not written in"
anew
run_command "$phial" "${act[@]}"
expect_status 4
expect_err "PH0803" "another account's key is not used"
if [ "$(id -u)" -eq 0 ]; then
    chown 0 "$XDG_CONFIG_HOME/phial/keys/mnair.pem"
else
    chmod 600 "$XDG_CONFIG_HOME/phial/keys/mnair.pem"
fi
rm clinic/seal.key
run_command "$phial" "${act[@]}"
expect_status 7
expect_err "PH0713" "without its seal a ledger is not written in"
anew
mv "$XDG_CONFIG_HOME/phial/secrets" away
at 09:00 patient add --name "Ada Example" --as jpatel
expect_status 7
expect_err "PH0714" "and without the key of names nothing private"
mv away "$XDG_CONFIG_HOME/phial/secrets"
if ! grep -q __asan_init "$phial"; then # which takes all the memory there is
    limited "-v 60000" "$phial" "${act[@]}"
    expect_status 7
    expect_err "PH0715" "where there is not enough memory nothing is half done"
fi
limited "-f 64" "$phial" "${act[@]}"
expect_status 7
expect_err "PH0708" "nor where there is no room on the disk"
limited "-f 1" "$phial" verify book.phial --key site.pub
expect_status 8
expect_out "PH0923" "nor is a book judged where there is no room to judge it in"

# ---- interrupted, and a system that gives no random numbers
typed 09:00 'mnair: =>^C' -- place add drawer --type cabinet --as mnair --officer jpatel --json
expect_status 130
expect_out '"code":"PH1010"' "who presses Ctrl-C has recorded nothing, and a program is told so"
if command -v cc >/dev/null && ! grep -q __asan_init "$phial"; then
    cat >lawless.c <<'END'
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "refusing_open.h"

/* No process can be started, or the one that was ends at once. */
pid_t fork(void)
{
    pid_t child = getenv("SHORT_LIVED") != NULL ? (pid_t)syscall(SYS_fork) : -1;

    if (child == 0)
        raise(SIGKILL);
    return child;
}

/* The disk can be read, and not written. */
static int refuse_open(const char *path, int flags)
{
    return getenv("READ_ONLY") != NULL && (flags & O_ACCMODE) == O_RDWR && strstr(path, "data.mdb") != NULL ? EROFS : 0;
}
END
    cc -shared -fPIC -I "$root/tests/cli" -o lawless.so lawless.c
    run_command env LD_PRELOAD="$PWD/lawless.so" "$phial" verify book.phial --key site.pub
    expect_status 70
    expect_err "PH9001" "where the system is out of order, so is phial, and says so"
    run_command env LD_PRELOAD="$PWD/lawless.so" SHORT_LIVED=yes "$phial" verify book.phial --key site.pub
    expect_status 1
    expect_out "PH0915" "and a reader that was ended has not judged anything"
    run_command env LD_PRELOAD="$PWD/lawless.so" READ_ONLY=yes "$phial" "${act[@]}"
    expect_status 7
    expect_err "PH0703" "on a disk that cannot be written nothing is recorded"
fi

wait "$waiting"
run_command bash -c 'cat busy.err >&2; exit "$1"' - "$?"
expect_status 5
expect_err "PH0705" "a book that another writes in all the time is waited for, and not for ever"
expect_err "Nothing was recorded."
kill "$holder"
run verify
expect_status 0 "after all of it the book is whole"
