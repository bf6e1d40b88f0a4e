#!/usr/bin/env bash
# An export is announced in the book, verified without it, and every change to it is found.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
begin_clinic
stock_clinic

at 12:00 export
expect_status 2
expect_err "where to? phial export -o FILE"
at 12:00 export -o out.phial
expect_status 4
expect_err "PH0810" "who asks for it has to be said"
at 12:00 export -o out.phial --as jpatel --recipient "State Board" --purpose inspection --challenge 1234
expect_status 0
expect_out "EXPORTED entries 1–11 to out.phial"
expect_out "TRAINING ledger"
expect_file out.phial
at 12:01 export -o out.phial --as jpatel
expect_status 7
expect_err "PH0711" "no file is written over"
at 12:01 log --limit 2
expect_out "State Board"

run key show --seal
expect_status 0
cp "$out" site.pub
run verify out.phial --key site.pub
expect_status 0
expect_out "PASS whole"
expect_out "TRAINING LEDGER"
run verify out.phial --key site.pub --json
expect_out '"verdict":"PASS"'
XDG_STATE_HOME=$PWD/nowhere run verify out.phial
expect_status 8 "without the site's key nobody says whose it is"
expect_out "UNPROVEN"
run verify out.phial --key secrets
expect_status 4
expect_err "phial key show --seal"

size=$(stat -c %s out.phial)
for place in 200 $((size / 3)) $((size / 2)) $((size - 100)); do
    cp out.phial changed.phial && chmod u+w changed.phial
    byte=$(dd if=changed.phial bs=1 skip="$place" count=1 2>/dev/null | od -An -tu1 | tr -d ' ')
    # shellcheck disable=SC2059  # the format is the byte
    printf "\\x$(printf %02x $((byte ^ 1)))" | dd of=changed.phial bs=1 seek="$place" conv=notrunc 2>/dev/null
    run verify changed.phial --key site.pub
    [ "$status" -eq 1 ] && grep -q '^FAIL' "$out"
    verdict $? "a bit changed at byte $place is found"
done
head -c $((size / 2)) out.phial >cut.phial
run verify cut.phial --key site.pub
[ "$status" -eq 8 ] || [ "$status" -eq 1 ]
verdict $? "half an export does not pass"
run verify secrets --key site.pub
expect_status 1
run verify nowhere.phial
[ "$status" -ne 0 ]
verdict $? "a file that is not there does not pass"

run inspect out.phial
expect_status 0
expect_out "State Board"
run inspect out.phial --json
expect_out '"sort":"export"'
run inspect site.pub
expect_out "This is the public key of the site phial/"
run inspect safe-key.pub
expect_out "This is the public key of safe-key"
run checkpoint
cp "$out" note
run inspect note
expect_out "This is a checkpoint of"
run inspect secrets
expect_status 1
run inspect /dev/null
expect_status 1

run verify
expect_status 0
expect_out "PASS whole"
run verify clinic
expect_status 0
