# shellcheck shell=bash disable=SC2016  # the quotes inside the default sentences are only quotes
# What every script in tests/cli/ begins with:
#
#     . "$(dirname "$0")/harness.sh"
#
# It gives the script a fresh folder to work in (the current one, removed at the end), with nothing of
# the person who runs it: XDG_STATE_HOME, XDG_CONFIG_HOME and HOME lie inside it, PHIAL_* are unset,
# standard input is empty, the language is C. PHIAL names the program under test (build/phial).
#
#     run ARGUMENT...           run phial; what it says is kept for the checks that follow. Feed it with
#                               `run ... <<<"text"` or `< file`, not through a pipe: a pipe's end is a
#                               process of its own, and the checks would not see what it learnt
#     run_command COMMAND...    the same for any other command
#     expect_status N [SENTENCE]
#     expect_out TEXT [SENTENCE]       standard output holds TEXT, letter for letter
#     expect_err TEXT [SENTENCE]       standard error holds TEXT
#     expect_no_out TEXT [SENTENCE]    standard output does not hold TEXT
#     expect_no_err TEXT [SENTENCE]
#     expect_equal EXPECTED ACTUAL [SENTENCE]
#     expect_file PATH [SENTENCE]      there is such a file
#     expect_no_crash [SENTENCE]       the last command ended by itself
#     skip REASON                      leave here, visibly, passing what was checked so far
#
# Every check prints `ok - sentence` or `not ok - sentence`; the script's last line is
# `N passed, N failed`, and it fails when a check did, when nothing was checked, when it broke off or
# ended with a status of its own, or when it called a command that does not exist.
# The last answer is in $status, $out and $err; the last two are files. Every run is watched besides: a
# command killed by a signal, or by a sanitizer, fails the script without being asked. Status 130, the
# terminal's interrupt, is phial's own. $root is the project's folder, $vectors the published vectors'.
#
# Where CODES names a folder, what the program said of which code is kept there, for tests/codes to judge all scripts by.
set -u

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
phial=$(realpath -m "${PHIAL:-$root/build/phial}")
# shellcheck disable=SC2034  # for the scripts
vectors=$(realpath -m "${PHIAL_VECTORS:-$root/../shared/vectors}")
work=$(mktemp -d)
passed=0
failed=0
skipped=no

for name in $(compgen -v PHIAL); do
    unset "$name"
done
export LC_ALL=C HOME="$work" XDG_STATE_HOME="$work/state" XDG_CONFIG_HOME="$work/config"
mkdir -p "$XDG_STATE_HOME" "$XDG_CONFIG_HOME" "$work/here" "$work/said"
cd "$work/here" || exit 1
exec </dev/null

status=0
out=$work/said/out
err=$work/said/err
ran=
: >"$out"
: >"$err"
: >"$work/said/unknown"

finish()
{
    local last=$?
    while read -r name; do
        not_ok "there is a command $name"
    done <"$work/said/unknown"
    [ -z "${sentence:-}" ] || not_ok "$sentence (the story has no end)"
    if [ $last -ne 0 ] && [ $failed -eq 0 ]; then
        not_ok "$(basename "$0") reaches its end (it ended with status $last)"
    elif [ $((passed + failed)) -eq 0 ] && [ $skipped = no ]; then
        not_ok "$(basename "$0") checks something"
    fi
    cd / && rm -rf "$work"
    echo "$passed passed, $failed failed"
    [ $failed -eq 0 ] || exit 1
    exit 0
}
trap finish EXIT

# Without this a misspelt check would be a check that never fails. Bash calls it in a process of its own.
command_not_found_handle()
{
    echo "$1" >>"$work/said/unknown"
    return 127
}

skip()
{
    echo "ok - $(basename "$0" .sh) # SKIP $1"
    skipped=yes
    exit 0
}

ok()
{
    passed=$((passed + 1))
    echo "ok - $1"
}

not_ok()
{
    failed=$((failed + 1))
    echo "not ok - $1"
}

# Show what the last command was and said, for whoever has to find out why.
show_last()
{
    echo "# ran: $ran"
    echo "# status: $status"
    sed 's/^/# out: /' "$out"
    sed 's/^/# err: /' "$err"
}

died_of_signal()
{
    [ "$status" -ge 128 ] && [ "$status" -ne 130 ]
}

# `explain` names codes that nothing brought about.
gather_codes()
{
    [[ $ran == *" explain"* ]] || awk -v status="$status" -f "$root/tests/codes/gather.awk" "$out" "$err" >>"$CODES/${0##*/}"
}

run_command()
{
    ran=$*
    timeout --kill-after=5 "${RUN_TIMEOUT:-60}" "$@" >"$out" 2>"$err"
    status=$?
    [ -z "${CODES:-}" ] || gather_codes
    if died_of_signal; then
        not_ok "'$ran' ends by itself"
        show_last
    fi
}

run()
{
    run_command "$phial" "$@"
}

verdict() # WHETHER SENTENCE
{
    if [ "$1" -eq 0 ]; then
        ok "$2"
    else
        not_ok "$2"
        show_last
    fi
}

expect_status()
{
    [ "$status" -eq "$1" ]
    verdict $? "${2:-the exit status is $1}"
}

expect_out()
{
    grep -qF -- "$1" "$out"
    verdict $? "${2:-standard output holds '$1'}"
}

expect_err()
{
    grep -qF -- "$1" "$err"
    verdict $? "${2:-standard error holds '$1'}"
}

expect_no_out()
{
    ! grep -qF -- "$1" "$out"
    verdict $? "${2:-standard output does not hold '$1'}"
}

expect_no_err()
{
    ! grep -qF -- "$1" "$err"
    verdict $? "${2:-standard error does not hold '$1'}"
}

expect_equal()
{
    if [ "$1" = "$2" ]; then
        ok "${3:-'$2' is '$1'}"
    else
        not_ok "${3:-'$2' is '$1'}"
        printf '# expected: %s\n# actual:   %s\n' "$1" "$2"
    fi
}

expect_file()
{
    [ -f "$1" ]
    verdict $? "${2:-there is a file $1}"
}

expect_no_crash()
{
    ! died_of_signal
    verdict $? "${1:-the command ends by itself}"
}
