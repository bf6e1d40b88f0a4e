#!/usr/bin/env bash
# The key of the site's seal is lost, or somebody else has it: a new seal is put in, and the same book goes on. Whoever holds
# the public key of before or of after can verify it.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
begin_clinic
run key show --seal
cp "$out" first.pub
at 08:10 patient add --as jpatel
at 08:20 export -o before.phial --as mnair
at 08:21 attest -o before.statement --as mnair
expect_status 0

# ---- by two officers
cp -p clinic/seal.key stolen.key
at 09:00 seal change --as jpatel
refused PH0308 "one officer alone puts in no new seal"
cmp -s clinic/seal.key stolen.key && [ "$(find clinic -name 'seal*.key' | wc -l)" -eq 1 ]
verdict $? "and nothing of it is left lying there"
at 09:00 seal change --as jpatel -w mnair --dry-run
expect_status 0
expect_out "Nothing was recorded"
expect_equal 1 "$(find clinic -name 'seal*.key' | wc -l)" "nor after a dry run"
at 09:00 seal change --as jpatel -w mnair + place add safe --type safe --as jpatel -w mnair
expect_err "PH1012" "it stands in no list"
at 09:01 seal change --as jpatel -w mnair
recorded "in a house of two both officers put in a new seal"
change=$(sed -n 's/^RECORDED #\([0-9]*\).*/\1/p' "$out")
expect_err "The site's seal is now " "they read its key before they sign"
expect_err "phial key show --seal --all"
! cmp -s clinic/seal.key stolen.key && [ "$(find clinic -name 'seal*.key' | wc -l)" -eq 1 ]
verdict $? "its key lies in the place of the old one"
expect_equal 600 "$(stat -c %a clinic/seal.key)"
at 09:02 show "$change"
expect_out "The site's seal is now" "the book shows it"
run key show --seal
cp "$out" second.pub
! cmp -s first.pub second.pub
verdict $? "the site has another public key"
run key show --seal --all
expect_equal "$(cat second.pub first.pub)" "$(cat "$out")" "those it had are all shown"
run key show --seal --all --json
expect_out "\"since\":$change"
at 09:03 patient add --as jpatel
recorded "the book goes on"
at 09:04 checkpoint
expect_status 0
at 09:09 attest -o after.statement --as mnair
at 09:10 export -o after.phial --as mnair

# ---- each reader with the key he holds, and nothing remembered
verified() # VERDICT STATUS FILE KEY [SENTENCE]
{
    XDG_STATE_HOME=$PWD/nowhere run verify "$3" --key "$4"
    [ "$status" -eq "$2" ] && grep -q "^$1" "$out"
    verdict $? "${5:-$3 is $1 by $4}"
    rm -rf nowhere
}
verified PASS 0 before.phial first.pub "what was exported before passes by the key of then"
verified PASS 0 after.phial second.pub "what is exported after passes by the new one"
expect_out "by the word of the seal of #$change"
expect_no_out "The key that was given"
verified PASS 0 after.phial first.pub "and by the old one, since the book itself puts in the new one"
expect_out "The key that was given is the seal of #1;"
verified UNPROVEN 8 before.phial second.pub "a book that ends before the seal that a reader holds proves nothing to him"
expect_out "the book ends before that seal was put in"
expect_out "next     ask for a new export, or name the key it was sealed with"
XDG_STATE_HOME=$PWD/nowhere run verify after.phial --key first.pub --json
expect_out "\"seal_entry\":$change"
expect_out '"key_entry":1'
run verify
expect_out "PASS whole"
for key in first second; do
    run_command python3 "$root/tests/reader/verify.py" after.phial $key.pub
    expect_out "PASS whole" "the second reader passes it by the $key key"
done
run_command python3 "$root/tests/reader/verify.py" before.phial second.pub
expect_out "UNPROVEN" "and says of the older one what we say"

verified PASS 0 before.statement first.pub "a statement passes by the key of the seal of its place"
verified UNPROVEN 8 before.statement second.pub "and by another alone it is nobody's"
verified UNPROVEN 8 after.statement first.pub
for statement in before after; do
    for key in first second; do
        XDG_STATE_HOME=$PWD/nowhere run verify $statement.statement --key $key.pub --against after.phial
        expect_out "PASS  The statement is what the book says" "against the book it passes by any key of the site"
        run_command python3 "$root/tests/reader/statement.py" $statement.statement $key.pub after.phial
        expect_out "PASS" "and so the second reader says"
        rm -rf nowhere
    done
done
run_command python3 "$root/tests/reader/statement.py" after.statement first.pub
expect_out "UNPROVEN" "which alone proves nothing by another, either"

# ---- whoever has the old key
cp -a clinic kept
cp -p stolen.key clinic/seal.key
at 10:00 patient add --as jpatel
expect_status 7 "with the old key nothing is recorded any more"
expect_err "PH0713"
expect_err "phial seal change -w OFFICER"
cp -p kept/seal.key clinic/seal.key
at 10:01 patient add --as mnair
recorded "with the new one it goes on"

# ---- the key is lost, days go by, and the officers' keys are gone too
rm clinic/seal.key
at 11:00 patient add --as jpatel
expect_status 7
at 11:00 status
expect_status 0 "without its key a book is read"
day=2027-01-30
at 11:01 closing
expect_status 7
at 11:02 seal change --as safe-key --key safe-key=safe-key.pem
recorded "weeks later the key in the safe puts in a new seal, alone where it is enough"
at 11:03 patient add --as jpatel
recorded "and the day that nobody could close is closed"
run log --limit 4
expect_out "The day 2026-11-17 is closed"
expect_out "Signed with the recovery key of safe-key."
run verify
expect_out "PASS whole"

# ---- a house with three keys in three safes, of which it takes all
touch more && chmod 600 more
for safe in north south west; do
    echo "$safe:$safe's words" >>"more"
    run key recovery $safe --secrets more --no-input
done
run init other --site "Other Clinic" --registration dea:AB1234563 --officer jpatel --officer mnair --recovery north.pub \
    --recovery south.pub --recovery west.pub --recovery-needed 3 --zone America/New_York --training --clock "$day 12:00" \
    --secrets secrets --no-input
cat secrets >>"more"
three() # OPTION...
{
    run seal change -L other --as north "$@" --key north=north.pem --key south=south.pem --key west=west.pem \
        --clock "$day 12:01" --secrets more --no-input
}
three -w south
refused PH0308 "two of three keys put in no new seal"
three -w south --officer jpatel
refused PH0308 "nor with an officer beside them"
three -w south -w west
recorded "all three do"
run verify other
expect_out "PASS whole"

# ---- a copy from before a change, with the key that belongs to it
rm -rf newer && mv clinic newer && cp -a kept clinic
at 11:10 patient add --as jpatel
expect_status 7 "an older copy is not recorded in, though its seal does not know the one that came later"
expect_err "PH0707"
run verify
expect_status 1
expect_out "were seen here before"
rm -rf clinic && mv newer clinic
at 11:11 patient add --as jpatel
recorded "where the newer one is put back it goes on"

# ---- the machine stops between the entry and the key's new name
cat >stop.c <<'C'
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
int rename(const char *from, const char *to)
{
    const char *how = getenv("STOP_HOW");
    size_t size = strlen(to);

    if (how == NULL || size < 8 || strcmp(to + size - 8, "seal.key") != 0)
        return (int)syscall(SYS_rename, from, to);
    if (strcmp(how, "fail") != 0)
        _exit(99);
    errno = EIO;
    return -1;
}
C
if grep -q __asan_init "$phial" || ! cc -shared -fPIC -o stop.so stop.c 2>/dev/null; then
    echo "# no library can be preloaded here: a stop between entry and key is tried by the unit tests alone"
else
    hour=12
    for how in die fail; do
        hour=$((hour + 1))
        run_command env LD_PRELOAD="$PWD/stop.so" STOP_HOW=$how "$phial" seal change --as jpatel -w mnair \
            --clock "$day $hour:20" --secrets secrets --no-input
        expect_equal 2 "$(find clinic -name 'seal*.key' | wc -l)" "the new key lies beside the old one ($how)"
        at $hour:30 patient add --as jpatel
        recorded "the next command finds it ($how)"
        expect_equal 1 "$(find clinic -name 'seal*.key' | wc -l)" "and puts it in its place ($how)"
        run verify
        expect_out "PASS whole"
    done
fi
