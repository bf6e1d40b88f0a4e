#!/usr/bin/env bash
# What can be looked at: in words that end in a sentence, and in JSON with integers in base units.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
begin_clinic
stock_clinic
at 08:30 session open P-1 O-1 --place room-2 --as jpatel
at 08:31 draw V-1 35mg --session S-1 --as jpatel

# The last line of standard output is one sentence.
ends_in_a_sentence()
{
    [ "$status" -eq 0 ] && tail -1 "$out" | grep -q '\.$'
    verdict $? "phial $1 ends in a sentence"
}
# Every line is one JSON object without floats.
is_json()
{
    [ "$status" -eq 0 ] && python3 -c '
import json, sys
def no_float(text): raise ValueError("a float: " + text)
lines = open(sys.argv[1]).read().splitlines()
assert lines
for line in lines: assert isinstance(json.loads(line, parse_float=no_float), dict)' "$out"
    verdict $? "phial $1 --json is JSON"
}
while read -r command; do
    # shellcheck disable=SC2086  # words are arguments
    at 08:40 $command
    ends_in_a_sentence "$command"
    # shellcheck disable=SC2086
    at 08:40 $command --json
    is_json "$command"
done <<'END'
status
pending
stock
stock --all
log
log V-1
show 11
show V-1
show D-1
show S-1
show P-1
show O-1
show jpatel
show ketamine-50
show safe
person list
person list --names
product list
place list
party list
patient list --names
order list
session list
policy show
END

at 08:40 status
expect_out "Harbor Clinic"
expect_out "TRAINING"
expect_out "D-1"
expect_out "Open: 1 dose (phial pending)."
at 08:40 pending
expect_out "9 min old"
at 21:00 pending
expect_out "OVERDUE" "a dose open for too long shows"
at 08:40 stock
expect_out "V-2 … V-10      9  safe   sealed  8J331A  2028-09-30  4500 mg (90 mL)"
expect_out "V-1             1  safe   open    8J331A  2028-09-30  465 mg (9.3 mL)"
expect_out "in all         10                                     4965 mg (99.3 mL)"
at 08:40 stock --place room-2
expect_out "0 containers of 0 products."
at 08:40 patient list
expect_no_out "Ada" "names are shown only when they are asked for"
at 08:40 patient list --names
expect_out "Ada Example"
at 08:40 log V-1 --limit 1
expect_out "jpatel draws 35 mg (0.7 mL) of V-1 for S-1."
expect_out "the newest that fit"
at 08:40 log --person mnair --limit 0
expect_no_out "draws"
at 08:40 log --place room-2
expect_out "draws"
at 08:40 log --since 08:31
expect_out "1 of 11 entries."
at 08:40 log --since 2026-11-18
expect_out "0 of 11 entries."
at 08:40 show V-1 --json
expect_out '"left_ul":9300'
at 08:40 show 99
expect_status 6
at 08:40 show nothing
expect_status 6
at 08:40 checkpoint
expect_equal 5 "$(wc -l <"$out")" "a checkpoint is a note of five lines"
expect_equal 11 "$(sed -n 2p "$out")"
at 08:40 show 11
expect_out "unlocked by file"
expect_out "its entry 1"

# Numbers of the book come in words.
# says LABEL VALUE: a line of the last `show`
says()
{
    grep -qxE " +$1 +$2" "$out"
    verdict $? "show says $1 $2"
}
at 08:40 show V-1
says product ketamine-50
says state open
says place safe
says "drawn for" P-1
at 08:40 show D-1
says state drawn
says drug ketamine
says session S-1
at 08:40 show jpatel
says roles "officer, prescriber, clinician"
at 08:40 show ketamine-50
says form multi-dose-vial
says strength "50 mg/mL"
says schedule III
at 08:40 show S-1
says order O-1
at 08:40 show O-1
says weight "70 kg"
says "dose per kg" "0.5 mg/kg"
at 08:40 order list
expect_out "0.5 mg/kg × 70 kg = 35 mg" "an order by weight says what it comes to"
at 08:40 patient list
expect_out "1 session " "one is one"
at 08:40 show 3
expect_out 'defines the safe `safe`' "a name is told from what it names"

at 08:41 patient add --as jpatel
at 08:41 patient add P-2 --name "Bea Example" --as jpatel
at 08:41 patient list --names
expect_out "Bea Example" "a name may be added later"
at 08:42 hold V-2 --why damaged --as mnair
at 08:42 stock
expect_out "ON HOLD: damaged"
expect_equal 1 "$(grep -o 'ON HOLD' "$out" | wc -l)" "and is said once"
at 08:43 administer D-1 --route iv --read rest --as jpatel --dry-run
expect_err "given so far: all that is left"
at 08:43 verify
expect_out "1 open dose, 0 open cases"

mv "$XDG_CONFIG_HOME/phial/secrets" away
at 08:41 patient list --names
expect_status 0 "without the key of names reading goes on"
expect_no_out "Ada"
at 08:41 show 8
expect_out "(sealed: not kept here)"
