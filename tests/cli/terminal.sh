#!/usr/bin/env bash
# At a terminal: what is missing is asked for, amounts are typed blind, a yes is never a bare Enter, and whoever
# leaves leaves nothing behind.
. "$(dirname "$0")/harness.sh"
command -v python3 >/dev/null || skip "python3 is not here"
python3 -c "import pty; pty.openpty()" 2>/dev/null || skip "there are no terminals here to play one (/dev/pts)"
. "$root/tests/cli/clinic.bash"
begin_clinic
make_keys rosei lbrandt
at 08:01 person add rosei --roles clinician --as jpatel -w mnair
at 08:01 person add lbrandt --roles clinician,witness --as jpatel -w mnair
stock_clinic
at 08:30 session open P-1 O-1 --place room-2 --as rosei
export TERM=xterm NO_COLOR=1
rosei="Passphrase for rosei: =>secret:rosei's words"
lbrandt="Passphrase for lbrandt: =>secret:lbrandt's words"
mnair="Passphrase for mnair: =>secret:mnair's words"
entries()
{
    "$phial" status --json | grep -o '"entries":[0-9]*'
}

typed 08:31 "$rosei" -- draw V-1 35mg --session S-1 --as rosei
expect_status 0
expect_out "holds 500 mg (10 mL)" "what the book says is shown first"
expect_out '"rosei draws 35 mg (0.7 mL) of V-1 for S-1.' "then the sentence that is signed"
expect_out "RECORDED #" "a passphrase typed unseen is the yes"
expect_no_out "rosei's words" "it never stands on the screen"
expect_out "echo: on" "and typing is seen again afterwards"

typed 08:40 "Who acts? Handle: =>rosei" "ended; or one step of it=>whole" "as read on pump or syringe: =>30mg" "how (iv, im" \
    "oral): =>iv" "$rosei" -- administer D-1
expect_status 0 "what is missing is asked for"
expect_out "The same without questions: phial administer D-1" "and the command that needs no questions is shown"
expect_out "--phase whole --read 30mg --route iv"

typed 08:45 "rosei, amount you put away (mL or mg): =>0.1mL" "lbrandt, amount you saw (mL or mg): =>0.2mL" "$rosei" "$lbrandt" -- \
    waste D-1 rest --method pouch --as rosei -w lbrandt
expect_status 0 "doer and witness each type what they saw"
expect_out "PH0240" "two different amounts are both recorded"
expect_out "settled: 35 mg drawn = 30 mg given + 5 mg wasted"
sed -n '/amount you saw/q;p' "$out" >before-the-witness
! grep -q 'holds\|D-1  \|5 mg' before-the-witness
verdict $? "before the witness has typed no figure of the book is shown"

before=$(entries)
typed 08:50 "Passphrase for rosei: =>^C" -- observe S-1 --as rosei
expect_status 130 "Ctrl-C ends it"
expect_out "Nothing was recorded."
expect_out "echo: on" "and typing is seen again"
expect_equal "$before" "$(entries)" "which is true"

for way in '^\' TERM HUP; do
    typed 08:50 "Passphrase for rosei: =>$way" -- observe S-1 --as rosei
    expect_status 130 "$way at a passphrase ends it too"
    expect_out "Nothing was recorded."
    expect_out "echo: on" "and typing is seen again"
done
expect_equal "$before" "$(entries)" "none of which records anything"
typed 08:50 "Passphrase for rosei: =>TSTP,secret:rosei's words" -- observe S-1 --pulse 70 --as rosei
expect_status 0 "and nothing stops the program while typing is unseen"

typed 08:50 "Passphrase for rosei: =>secret:" -- observe S-1 --as rosei
expect_status 4 "an empty passphrase is a no"
expect_out "PH0811 rosei did not sign."
expect_out "Nothing was recorded."

typed 08:51 "Passphrase for rosei: =>secret:wrong" "$rosei" -- observe S-1 --as rosei
expect_status 0 "a slip of the fingers may be mended"
expect_out "That is not it."
run log --limit 2
expect_out "unlock-failed by rosei" "and is noted all the same"

typed 08:52 "Passphrase for rosei: =>secret:a" "for rosei: =>secret:b" "for rosei: =>secret:c" -- observe S-1 --as rosei
expect_status 4 "three wrong ones are enough"
expect_out "PH0804"

before=$(entries)
typed 09:00 "type yes: =>yes" "$rosei" "Passphrase for lbrandt: =>secret:" -- empty V-1 --reason clinical --as rosei -w lbrandt
expect_status 4 "a witness may decline"
expect_out "No act was recorded (attempt noted, #"

typed 09:01 "type the amount again: =>" -- draw V-1 40mg --session S-1 --as rosei --reason clinical -w lbrandt
expect_status 4 "a bare Enter is no yes to what is unusual"
expect_out "PH0811"
typed 09:02 "type the amount again: =>V-1" "again: =>41mg" "again: =>0.8mL" "$rosei" "$lbrandt" -- \
    draw V-1 40mg --session S-1 --as rosei --reason clinical -w lbrandt
expect_status 0 "a scan is none either, nor another amount; the amount is, in mg or mL"
expect_out "That is another amount."

PHIAL_AS=mnair typed 09:05 "Who acts? Handle (usually mnair): =>rosei" "put away (mL or mg): =>0.8mL" "saw (mL or mg): =>0.8mL" \
    "$rosei" "$lbrandt" -- waste D-2 rest --method pouch -w lbrandt
expect_status 0 "PHIAL_AS is not believed for what two people sign at a terminal"

typed 09:05 "$rosei" -- draw V-1 5mg --session S-1 --as rosei --at 09:05
typed 09:06 "put away (mL or mg): =>0,37mL" "PH1004 It cannot be read" "put away (mL or mg): =>0.1mL" "saw (mL or mg): =>.93mg" \
    "saw (mL or mg): =>0.1mL" "$rosei" "$lbrandt" -- waste D-3 rest --method pouch --as rosei -w lbrandt
expect_status 0 "what is typed blind may be mistyped"
sed 's/(mL or mg): .*//' "$out" >without-typing
! grep -q '0,37\|\.93' without-typing
verdict $? "and is not printed back"

typed 09:06 "which: =>V-99" "there is no vial V-99" "which: =>V-2 V-3" "where to: =>room-2" "$rosei" -- move --as rosei
expect_status 0 "a wrong answer is explained and asked for again"
expect_out "--vials V-2 --vials V-3 --to room-2"

typed 09:07 "New passphrase for kdoe: =>secret:short" "fewer than 8 characters" "kdoe: =>secret:a long one, mistyped" \
    "again: =>secret:a long one, mistyped twice" "The two differ." "kdoe: =>secret:long enough" "again: =>secret:long enough" -- \
    key new kdoe
expect_status 0 "a passphrase is chosen in as many rounds as it takes"

# A ledger that is no exercise: two people, two passphrases, no file that holds both.
run_command python3 "$root/tests/cli/typist.py" "Passphrase for jpatel: =>secret:jpatel's words" "$mnair" -- \
    "$phial" init real --site "Real Clinic" --registration dea:AB1234563 --officer jpatel --officer mnair \
    --recovery safe-key.pub --zone America/New_York
expect_status 0 "a real ledger is begun at a terminal"
expect_no_out "TRAINING"
run place add safe --type safe --as jpatel --secrets secrets --no-input -L real
expect_status 4
expect_err "PH0806" "it takes no file of several passphrases"
run place add safe --type safe --as jpatel --clock "$day 12:00" --no-input -L real
expect_status 2
expect_err "PH0517" "and is not told the time"
grep '^jpatel:' secrets >one && chmod 600 one
run place add safe --type safe --as jpatel --secrets one --no-input -L real
recorded "one person's passphrase may come from a file"
