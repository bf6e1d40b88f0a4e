#!/usr/bin/env bash
# Paper for when the computer is down: what is open, lines to write on, and the way back into the book.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
begin_clinic
stock_clinic
at 08:20 session open P-1 O-1 --place room-2 --systolic 120 --as jpatel
at 08:21 draw V-1 25mg --session S-1 --as jpatel
at 08:22 draw V-1 10mg --session S-1 --as jpatel
entries=$("$phial" status --json | sed 's/.*"entries":\([0-9]*\).*/\1/')

at 08:30 downtime print -o forms.txt --sheets 3
expect_status 0 "forms are printed into a file"
expect_out "forms $entries-1 to $entries-3" "and numbered by the entry they were printed after"
expect_equal "$entries" "$("$phial" status --json | sed 's/.*"entries":\([0-9]*\).*/\1/')" "which records nothing"
expect_equal "3" "$(grep -c "DOWNTIME FORM $entries-[123]\$" forms.txt)" "each sheet has a number of its own"
cp forms.txt "$out"
expect_out "Harbor Clinic" "a page says whose it is"
expect_out "TRAINING" "and that it is for practice"
expect_out "printed 2026-11-17 08:30" "and when it was printed"
expect_out "  S-1W " "sessions under way stand on it, with the check letter of their label"
expect_out "  V-1T       ketamine-50" "and containers that can be used"
expect_out "holds 465 mg (9.3 mL)" "  with what the book says they hold"
expect_out "in safe  open, use by" "  where they stand, and until when"
expect_out "D-1V" "and doses not settled"
expect_no_out "Ada Example" "and nobody's name"
expect_equal 600 "$(stat -c %a forms.txt)" "the file is its maker's alone"
at 08:30 downtime print -o forms.txt
expect_status 7 "and is never written over"
expect_err "PH0711"
at 08:30 downtime print -o nowhere/forms.txt
expect_status 7 "a folder that is not there is said to be"
for sheets in 0 100 "" 2x; do
    at 08:30 downtime print --sheets "$sheets"
    expect_status 2 "--sheets '$sheets' is refused"
done
at 08:30 downtime print --json
expect_out "{\"after\":$entries,\"forms\":[\"$entries-1\",\"$entries-2\"],\"text\":\"WHEN THE COMPUTER IS DOWN" "a program gets the same"

# The computer is down from nine to ten; what was written on the second form is typed in at eleven.
echo "a scan" >scan.pdf
cat >acts.ndjson <<'LINES'
{"command":"give","act":"00000000000000000000000000000001","dose":"D-1V","route":"iv","start":"09:05","stop":"09:45","read":"25mg","at":"09:45"}
{"command":"waste","act":"00000000000000000000000000000002","dose":"D-2","amount":"rest","method":"pouch","put":"0.2mL","seen":"0.2mL","witness":"mnair","at":"09:50"}
LINES
run import acts.ndjson --transcribe paper-form:scan.pdf --form "$entries-2" --as jpatel -w mnair --secrets secrets --no-input --clock "$day 11:00"
expect_status 0 "what was written on a form is typed in, with the check letters on it"
run log --limit 2
expect_out "TRANSCRIBED $entries-2" "and names the form ever after"
expect_out "LATE" "and is late"
at 11:05 downtime print
expect_no_out "D-1V" "what is settled stands on no new form"
expect_out "S-1" "and what is open does"
