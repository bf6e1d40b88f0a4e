#!/usr/bin/env bash
# Several acts in one list: typed in one line apart by +, shown on one screen, each person unlocked once, recorded together or
# not at all.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
begin_clinic
make_keys rosei lbrandt
at 08:01 person add rosei --roles clinician --as jpatel -w mnair + person add lbrandt --roles clinician,witness
recorded "two people are enrolled in one list, by the same officers"
stock_clinic

entries()
{
    "$phial" status --json | grep -o '"entries":[0-9]*'
}
# recorded_count N SENTENCE: the last command said RECORDED this often
recorded_count()
{
    expect_equal "$1" "$(grep -c '^RECORDED #[0-9]' "$out")" "$2"
}
# shown_before FIRST SECOND SENTENCE: on standard error one text stands before another
shown_before()
{
    tr '\n' ' ' <"$err" | grep -qF "$1" && tr '\n' ' ' <"$err" | sed "s/.*$1//" | grep -qF "$2"
    verdict $? "$3"
}
# what_ends CODE SENTENCE: refused so, of whatever class, and nothing recorded
what_ends()
{
    [ "$status" -ne 0 ] && grep -qF "phial: $1 " "$err" && grep -qx 'Nothing was recorded.' "$err"
    verdict $? "$2"
    expect_equal "$before" "$(entries)" "  and nothing of the list is in the book"
}

at 08:30 session open P-1 O-1 --place room-2 --as rosei + draw V-1 35mg --session S-new
recorded "a session is opened and its first dose drawn in one list"
recorded_count 2 "with a line for each act"
expect_err ' 1  "rosei opens a session' "and a sentence for each"
expect_err " Then V-1 has 465 mg (9.3 mL) left.  D-new is open: 35 mg (0.7 mL) to account for." "what will be left is shown"
expect_out "dose D-1.  V-1 has 465 mg (9.3 mL) left.  D-1 is open: 35 mg (0.7 mL) to account for.  head " \
    "and what is left is said"
shown_before "for the new session" "Then V-1 has" "the sentences stand before what they leave"

before=$(entries)
evening=(give D-1 --route iv --start 08:40 --stop 09:20 --read 30mg + waste D-1 rest --method pouch --put 0.1mL
    --seen 0.1mL + empty V-1 --reason clinical + session close S-1 --outcome stopped --remark "blood pressure" -w lbrandt --as rosei)
at 10:00 "${evening[@]}" --dry-run
expect_status 0 "a list can be tried without recording it"
expect_out "Nothing was recorded: this was a dry run"
expect_equal "$before" "$(entries)" "and is not recorded"
at 09:25 "${evening[@]}"
what_ends PH0416 "what the rules refuse of one act is refused of all"
expect_err "phial: PH0416 act 4 of 4, session close: the patient was observed for" "and the refusal says which act it is"
at 10:00 "${evening[@]}"
recorded "give, waste, empty and close are one list"
recorded_count 4 "of four entries"
expect_out "waste.  D-1 settled: 35 mg drawn = 30 mg given + 5 mg wasted." "what stands of a thing is said with the last act about it"
expect_equal 1 "$(grep -c 'D-1 settled' "$out")" "and only there"
expect_err ' 3  "rosei finished V-1: what the book still has of it could not be drawn' "each has its sentence"
expect_err "lbrandt saw 5 mg (0.1 mL)" "the witness named in another act signs the waste"
expect_err "Witnessed by lbrandt" "and the other act that has a part for one"
expect_equal 1 "$(grep -c 'Still open' "$err")" "what is open now is said once"
run log --limit 4 --json
expect_equal 1 "$(grep -o '"recorded_ms":[0-9]*' "$out" | sort -u | wc -l)" "all were recorded in the same moment"

# who signs
at 10:05 session open P-1 O-1 --place room-2 --reason clinical --as rosei -w lbrandt
at 10:06 draw V-2 35mg --session S-2 --as rosei
at 10:07 give D-2 --phase stop --route iv --read 10mg --as rosei
before=$(entries)
at 10:08 waste D-2 0.3mL --method pouch --put 0.3mL --seen 0.3mL -w lbrandt + waste D-2 0.1mL --method pouch --put 0.1mL --seen 0.1mL \
    -w mnair + waste D-2 rest --method pouch --put 0.1mL --seen 0.1mL --as rosei
what_ends PH0602 "which of two witnesses is meant is not guessed"
expect_err "act 3 of 3, waste: 2 are named by --witness in other acts"
at 10:08 waste D-2 0.3mL --method pouch --put 0.3mL --seen 0.3mL -w lbrandt + waste D-2 rest --method pouch --put 0.2mL --seen 0.2mL \
    -w mnair --as rosei
recorded "each act may have a witness of its own"
expect_err "lbrandt saw 15 mg"
expect_err "mnair saw 10 mg"
before=$(entries)
at 10:09 move V-9 --to room-2 --as rosei -w lbrandt + move V-8 --to room-2
what_ends PH1008 "who has a part in no act of the list is not passed over"
at 10:09 move V-9 --to room-2 --as rosei + move V-8 --to room-2 --as lbrandt
what_ends PH1008 "a list has one who acts"
at 10:09 move V-9 --to room-2 --as rosei -L clinic + move V-8 --to room-2 --as rosei -L clinic
recorded "what holds for all may be said with each"

# times
before=$(entries)
at 10:20 observe S-2 --at 10:10 --as rosei + observe S-2 --systolic 118 --at 10:15 + observe S-2 --systolic 120 --ready
what_ends PH1003 "where others have each their own time, now would be a guess"
at 10:20 observe S-2 --at 10:10 --as rosei + observe S-2 --systolic 118
expect_equal 2 "$(grep -c 'Time: 2026-11-17 10:10:00' "$err")" "one time that is said holds for acts that say none"
at 10:21 --at 10:11 observe S-2 --as rosei + observe S-2 --systolic 119 + observe S-2 --systolic 121 --at 10:12
expect_equal 2 "$(grep -c 'Time: 2026-11-17 10:11:00' "$err")" "what stands before the first command holds for all"
expect_equal 1 "$(grep -c 'Time: 2026-11-17 10:12:00' "$err")" "but for those that say otherwise"

# what is born in the list
at 10:30 draw V-3 5mg --session S-2 --as rosei --reason clinical -w lbrandt + draw V-4 5mg --session S-2 --reason clinical + \
    give D-new.2 --phase whole --route iv --read rest --at 10:30
recorded "of two doses drawn in the list the second is given"
expect_err '"rosei gives the new dose of act 2 (whole) iv' "the sentence says which"
expect_out "D-4 settled: 5 mg drawn = 5 mg given." "and it is the second that has been given"
expect_out "D-3 is open: 5 mg (0.1 mL) to account for."
before=$(entries)
at 10:31 draw V-3 5mg --session S-2 --as rosei --reason clinical + draw V-4 5mg --session S-2 --reason clinical + \
    give D-new --phase whole --route iv --read rest
what_ends PH0602 "which of two is meant is not guessed"
at 10:31 give D-new --phase whole --route iv --read rest --as rosei + draw V-3 5mg --session S-2
what_ends PH0601 "what is born later is not there yet"
at 10:31 give D-new --route iv --read 1mg --phase whole --as rosei
what_ends PH0601 "and outside a list there is nothing new"
at 10:32 draw --into D-3 --dilute 5mL --as rosei + give D-3 --phase start --route iv
recorded "a dose is diluted and started in one list"
at 10:33 give D-3 --phase stop --read 2mL --as rosei + residual D-3 1mL --where line + waste D-3 rest --method pouch --put 2mL \
    --seen 2mL -w lbrandt
recorded "stopped, its line booked and its rest wasted"
expect_out "D-3 settled: 5 mg drawn = 2 mg given + 2 mg wasted + 1 mg left behind."
at 10:34 patient add --name "Bea Example" --born 1990-01-01 --as jpatel + \
    order add P-new --drug ketamine --route im --dose 25mg --sessions 2 + \
    session open P-new O-new --place room-2 + draw V-5 25mg --session S-new + give D-new --route im --read rest
recorded "from a new patient to a dose given, five acts in one list"
recorded_count 5 "five entries"
expect_out "patient P-2."
expect_out "D-5 settled: 25 mg drawn = 25 mg given."
run show D-5
expect_out "jpatel draws 25 mg (0.5 mL) of V-5 for S-3." "once recorded each is called by its number"
run show S-3
expect_out "O-2" "and all of it hangs together"
at 10:40 place add l-new --type room --as mnair --officer jpatel + place add cabinet --type cabinet --within L-new
recorded "a place may be called l-new, and L-new is the one just added"
define=(--label "Ketamine 10 mg/mL" --drug ketamine --form multi-dose-vial --volume 20mL --overfill 0.6mL --schedule III
    --ndc 42023-113-10)
at 10:40 product add ketamine-1 "${define[@]}" --strength 1mg/mL --strength-seen 1mg/mL --as mnair --officer jpatel
at 10:41 product add ketamine-10 "${define[@]}" --strength 10mg/mL --strength-seen 10mg/mL --replaces ketamine-1 --as mnair \
    --officer jpatel + receive K-new "2 vials" --lot KT1 --expiry 2028-09-30 --from acme --document-type invoice --document INV-7 \
    --place safe -w jpatel
recorded "a wrong definition is replaced and the right one received in one list"
at 10:41 receive ketamine-50 "2 vials" --lot 9K --expiry 2028-09-30 --from acme --document-type invoice --document INV-9 \
    --place safe --as mnair -w jpatel + move V-new.1 V-new.2 --to room-2
recorded "vials are moved in the list that receives them"
before=$(entries)
at 10:41 receive ketamine-50 "1 vial" --lot 9K --expiry 2028-09-30 --from acme --document-type invoice --document INV-8 \
    --place safe --as jpatel -w mnair + draw V-new 5mg --session S-2 --reason clinical
[ "$status" -ne 0 ] && grep -qF '"5mg" is a mass, and this takes a volume' "$err"
verdict $? "of a vial that has no number yet no mass is guessed"

# the command line
before=$(entries)
at 10:50 log + move V-7 --to room-2 --as rosei
expect_status 2
expect_err "PH1012 phial log is no act that could stand in a list with others." "what records no act is in no list"
at 10:50 move V-7 --to room-2 --as rosei + verify
what_ends PH1012 "wherever it stands"
at 10:50 move V-7 --to room-2 --as rosei +
what_ends PH1003 "behind a + stands an act"
at 10:50 move V-7 --to room-2 --as rosei + + move V-6 --to room-2
what_ends PH1003 "and not another +"
at 10:50 move V-7 --to room-2 --as rosei + mvoe V-6 --to room-2
what_ends PH1001 "a command that does not exist is said in a list too"
expect_err "did you mean phial move?"
at 10:50 move V-7 --to room-2 --as rosei + move V-6 --too room-2
what_ends PH1002 "and an option"
at 10:50 move V-7 --to room-2 --as rosei + move V-6 --to nowhere-land
what_ends PH0605 "a name that is not known"
expect_err "act 2 of 2, move" "is said of its act"
run move V-7 + waste --help
expect_out "phial waste " "--help is about the act it stands in"
expect_out "Several acts" "and says how acts stand together"
at 10:50 move V-7 --to room-2 --as rosei --reason "a + b" + move V-6 --to room-2 --json
expect_status 0 "a + within a text is text"
expect_equal 2 "$(grep -o '"kind":"move"' "$out" | wc -l)" "JSON has a row for each act"
before=$(entries)
acts=()
for ((i = 0; i < 33; i++)); do acts+=(+ observe S-2); done
at 10:51 "${acts[@]:1}" --as rosei
what_ends PH1011 "a list is not without end"

# at a terminal
if command -v python3 >/dev/null; then
    export TERM=xterm NO_COLOR=1
    rosei="Passphrase for rosei: =>secret:rosei's words"
    lbrandt="Passphrase for lbrandt: =>secret:lbrandt's words"

    at 11:00 draw V-6 10mg --session S-2 --as rosei --reason clinical -w lbrandt + draw V-6 10mg --session S-2 --reason clinical \
        --at 10:59
    typed 11:05 "6  waste D-6" "rosei, amount you put away (mL or mg): =>0.1mL" "lbrandt, amount you saw (mL or mg): =>0.1mL" \
        "7  waste D-6" "rosei, amount you put away (mL or mg): =>0.1mL" "lbrandt, amount you saw (mL or mg): =>0.1mL" "$rosei" "$lbrandt" \
        "RECORDED" -- observe S-2 + observe S-2 --pulse 70 + observe S-2 --pulse 71 + observe S-2 --pulse 72 + observe S-2 --pulse 73 + \
        waste D-6 5mg --method pouch + waste D-6 rest --method pouch -w lbrandt --as rosei
    expect_status 0 "in a list each is asked blind for each act, and unlocked once"
    expect_equal 7 "$(grep -c '^RECORDED #' "$out")" "seven acts are recorded by two passphrases"
    expect_equal 2 "$(grep -c 'Passphrase for' "$out")" "which is all that is asked for"
    sed -n '/D-6  *ketamine/q;p' "$out" >before-figures
    expect_equal 4 "$(grep -c 'amount you .*(typed)' before-figures)" "all that is typed blind is typed before any figure is shown"
    ! grep -q '5mg\|5 mg\|rest' before-figures
    verdict $? "not even the amounts of the command line"
    before=$(entries)
    typed 11:06 "put away (mL or mg): =>0.2mL" "saw (mL or mg): =>0.2mL" "$rosei" "Passphrase for lbrandt: =>^C" -- \
        observe S-2 + waste D-7 rest --method pouch -w lbrandt --as rosei
    expect_status 130 "Ctrl-C at the last passphrase leaves the whole list out"
    expect_out "Nothing was recorded."
    expect_equal "$before" "$(entries)" "which is true"
    typed 11:07 "2  waste D-7" "into what (pouch, bin, drain, spilled, broken): =>pouch" "put away (mL or mg): =>0.2mL" \
        "saw (mL or mg): =>0.2mL" "$rosei" "$lbrandt" -- observe S-2 + waste D-7 rest --as rosei -w lbrandt
    expect_status 0 "what an act of the list lacks is asked for, and it is said of which"
    expect_out "The same without questions: phial observe S-2 + waste D-7 rest --as rosei --witness lbrandt"
    typed 11:08 "1  move V-6" "which: =>^C" -- move + move V-6 --to room-2 --as rosei
    typed 11:08 "Who sees it? Handle, or nothing if nobody does: =>lbrandt" "Time: 2026-11-17 11:08:00" "To sign 1, type yes: =>yes" \
        "To sign 2, type yes: =>yes" "$rosei" "$lbrandt" -- \
        empty V-5 --as rosei --reason clinical + empty V-4 --reason clinical
    expect_status 0 "a witness who is asked for serves the acts that follow"
    expect_equal 1 "$(grep -c 'Who sees it' "$out")" "and is asked for once"
    expect_equal 2 "$(grep -c 'Witnessed by lbrandt' "$out")"

    # times that could be two
    day=2026-11-18
    typed 00:10 "may be of yesterday" "1  2026-11-17 23:50" "2  2026-11-18 23:50" "which is meant? 1, 2, or date and time: =>1" \
        "It happened on 2026-11-17 23:50" "$rosei" "RECORDED" -- observe S-2 --at 23:50 --as rosei
    expect_status 0 "which of two days is meant is asked at a terminal"
    expect_out "Time: 2026-11-17 23:50:00"
    expect_out "--at '2026-11-17 23:50:00 -05:00'" "and the command that asks nothing says it"
    before=$(entries)
    at 11:10 observe S-2 --at 23:50 --as rosei
    what_ends PH1009 "where nobody can be asked it is refused"
    typed 11:12 "--start: which is meant? 1, 2, or date and time: =>11:11" "$rosei" "RECORDED" -- \
        draw V-8 5mg --session S-2 --at 11:11 --reason clinical --as rosei + give D-new --route iv --start 23:11 --stop 11:12 --read rest
    expect_status 0 "the same of every other time, which may be typed anew"
    expect_out "from 2026-11-18 11:11:00"
fi

at 18:00 closing
at 18:01 verify
expect_status 0
expect_out "PASS whole" "the book of lists verifies"
