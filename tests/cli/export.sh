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
run export -o out.phial --as jpatel --no-input --clock "$day 12:00"
expect_status 4 "and a name is nobody's without the key"
expect_err "PH0809"
sed "s/^jpatel:.*/jpatel:somebody else's/" secrets >guessed && chmod 600 guessed
run export -o out.phial --as jpatel --secrets guessed --no-input --clock "$day 11:00"
expect_err "No act was recorded (attempt noted, #10)." "a failed unlock is noted"
make_keys rosei
at 11:01 person add rosei --roles clinician --as jpatel -w mnair
make_keys koza
at 11:02 person add koza --roles officer --as jpatel -w mnair
at 11:03 person revoke koza --as jpatel -w mnair
before=$("$phial" status --json | grep -o '"entries":[0-9]*')
at 12:00 export -o out.phial --as jpatel --certify rosei
expect_status 3
expect_err "PH0305 rosei is no officer" "only an officer certifies"
at 12:00 export -o out.phial --certify koza
expect_status 3
expect_err "PH0303 koza has no rights now" "whose rights stand"
at 12:00 export -o out.phial --certify safe-key
expect_status 3 "the key in the safe is none"
at 12:00 export -o out.phial --as jpatel --challenge "$(printf '%065d' 1)"
expect_status 2
expect_err "PH1006" "a challenge has at most 64 bytes"
at 12:00 export -o out.phial --as jpatel --purpose "$(printf '%0129d' 1)"
expect_status 2
expect_err "PH1011" "a purpose at most 128"
at 12:00 export -o out.phial --as jpatel --recipient $'State\aBoard'
expect_status 3
expect_err "PH0103" "in plain characters"
expect_equal "$before" "$("$phial" status --json | grep -o '"entries":[0-9]*')" "nothing of this is announced"
[ ! -e out.phial ]
verdict $? "and nothing written"
at 12:00 export -o out.phial --as jpatel --recipient "State Board" --purpose inspection --challenge 1234
expect_status 0
expect_out "EXPORTED entries 1–15 to out.phial"
expect_out "TRAINING ledger"
expect_file out.phial
at 12:01 export -o out.phial --as jpatel
expect_status 7
expect_err "PH0711" "no file is written over"
at 12:01 export -o certified.phial --certify mnair
expect_status 0 "who certifies it asks for it"
at 12:01 log --limit 4
expect_out "State Board"

run key show --seal
expect_status 0
cp "$out" site.pub
run verify out.phial --key site.pub
expect_status 0
expect_out "PASS whole"
expect_out "TRAINING LEDGER"
run verify certified.phial --key site.pub
expect_out "PASS whole" "so does one that an officer certifies"
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
expect_out "FAIL  This is not an export of phial"
run verify nowhere.phial
expect_status 7 "a file that is not there is not judged"
run verify out.phial --key nowhere.pub
expect_status 7 "nor is one by a key that is not there"
: >empty
run verify empty --key site.pub
expect_status 8 "an empty one proves nothing"
at 12:02 init other --site Other --registration dea:AB1234563 --officer jpatel --officer mnair --recovery safe-key.pub \
    --zone America/New_York --training
run key show --seal -L other
cp "$out" other.pub
run verify out.phial --key other.pub
expect_status 1
expect_out "FAIL  This is the book of another site"
expect_out "stands   all entries, unchanged and in order"

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
run inspect clinic
expect_status 7 "a directory is no file"
expect_err "phial verify clinic"
run inspect nowhere
expect_status 7

run verify
expect_status 0
expect_out "PASS whole"
run verify clinic
expect_status 0
