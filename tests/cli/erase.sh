#!/usr/bin/env bash
# What was said in private is destroyed, and the book says so.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"

begin_clinic
stock_clinic
at 09:00 note --text "the words of somebody" --as mnair
note=$(sed -n 's/^RECORDED #\([0-9]*\).*/\1/p' "$out")
at 09:00 note --text "words that stay" --as mnair
kept=$(sed -n 's/^RECORDED #\([0-9]*\).*/\1/p' "$out")
at 09:01 erase "$note" text --ground "asked for" --as jpatel -w mnair
refused PH0262 "not within the time of the policy"
at 09:02 policy set --retention-days 0 --as jpatel -w mnair
recorded "officers set that time"
at 09:03 erase "$note" text --ground "asked for" --as jpatel
expect_status 3 "one officer alone erases nothing"
at 09:03 erase "$note" name --ground "asked for" --as jpatel -w mnair
[ "$status" -ne 0 ]
verdict $? "nor what the entry does not have"
cp -r clinic/secrets before
at 09:04 erase "$note" text --ground "asked for" --as jpatel -w mnair
recorded "two officers erase it"
expect_err "Private field 40 of entry #$note is destroyed: \"asked for\"."
erase=$(sed -n 's/^RECORDED #\([0-9]*\).*/\1/p' "$out")
at 09:05 show "$note"
expect_out "(erased #$erase)" "it is said what became of it"
expect_no_out "the words of somebody"
at 09:05 show "$kept"
expect_out "words that stay" "and the others are there"
at 09:06 verify
expect_status 0 "the book passes as before"

# A commit whose destroying was cut short: the openings are as before it. The next list carries it out.
rm -r clinic/secrets && mv before clinic/secrets
at 09:07 note --text "another" --as mnair
recorded "the next list"
at 09:07 show "$note" --json
expect_no_out "the words of somebody" "has destroyed it"
at 09:08 show "$kept"
expect_out "words that stay"
