#!/usr/bin/env bash
# A refusal has four parts, an exit status, and leaves nothing behind.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
begin_clinic
make_keys rosei lbrandt
at 08:01 person add rosei --roles clinician --as jpatel -w mnair
at 08:01 person add lbrandt --roles clinician,witness --as jpatel -w mnair
stock_clinic
at 08:30 session open P-1 O-1 --place room-2 --as rosei
at 08:31 draw V-1 35mg --session S-1 --as rosei
entries()
{
    "$phial" status --json | grep -o '"entries":[0-9]*'
}
before=$(entries)

at 08:40 draw V-1 465.5mg --session S-1 --as rosei --reason clinical
refused PH0210 "more than there is"
expect_err "cannot take 465.5 mg (9.31 mL) from V-1: the book says 465 mg (9.3 mL) is left."
expect_err "last entries"
expect_err "#13 draw 08:31 rosei"
expect_err "short by       0.5 mg (0.01 mL), within the overfill"
expect_err "the same draw with --overfill"
at 08:40 draw V-1 465.5mg --session S-1 --as rosei --reason clinical --json
expect_status 3
expect_err '"code":"PH0210"'
expect_err '"recorded":false'
python3 -c 'import json,sys; json.load(open(sys.argv[1]))' "$err"
verdict $? "the error is JSON"

at 08:41 draw V-1 0.33mg --session S-1 --as rosei
expect_status 3
expect_err "PH0112" "an amount that is no whole number of microlitres is refused"
expect_err "0.006 mL or 0.007 mL" "with the two nearest"
at 08:41 draw V-1 --session S-1 --as rosei
expect_status 2
expect_err "how much of V-1?"
at 08:41 draw V-1 75 --session S-1 --as rosei
expect_status 2
expect_err "PH1004" "an amount needs a unit"
at 08:41 draw V-1 .5mg --session S-1 --as rosei
expect_err "PH1004"
expect_err "0.5" "with the fix"
at 08:42 draw V-17 35mg --session S-1 --as rosei
expect_status 6
expect_err "PH0601"
at 08:42 draw V-1 35mg --session S-9 --as rosei
expect_status 6
at 08:42 draw V-1A 35mg --session S-1 --as rosei
expect_status 6
expect_err "PH0603" "a wrong check letter shows"
at 08:42 draw V-1 35mg --session S-1 --as rossei
expect_status 6
expect_err "did you mean rosei?" "an unknown handle gets a did-you-mean"
at 08:42 waste D-1 rest --method puoch --as rosei -w lbrandt
expect_status 2
expect_err "did you mean pouch?" "so does a choice"

at 08:43 waste D-1 rest --method pouch --as rosei -w rosei
expect_status 3
expect_err "PH0304 rosei cannot be two people in one act" "one person is not two"
expect_err "phial hold DOSE --seal BAG-NUMBER"
at 08:43 waste D-1 rest --method pouch --as rosei
refused PH0309 "waste needs a witness"
at 08:44 observe S-1 --as rosei -w lbrandt
expect_status 2
expect_err "--witness lbrandt has no part in this act"
at 08:44 observe S-1 --as rosei --with lbrandt
expect_status 2
expect_err "PH1008 --with lbrandt has no part in this act" "nor has anybody else an act of one person"
at 08:44 observe S-1 --as rosei --with lbrandd
expect_status 6
expect_err "PH0604"
at 08:44 waste D-1 rest --method pouch --as rosei --with lbrandd
expect_status 6
expect_err "PH0604" "an unknown handle is not passed over"
at 08:44 policy set --late 20 --as jpatel -w mnair --performed-by rosei
expect_status 2
expect_err "PH1008 --performed-by rosei has no part"
at 08:45 observe S-1 --as rosei --irregular
expect_status 2
expect_err "--irregular needs --reason TEXT"
at 08:46 observe S-1 --as rosei --at 12:00
expect_status 2
expect_err "PH1009" "a time that cannot be meant is asked about"
at 08:46 observe S-1 V-1 --as rosei
expect_err "PH1008" "a word that fits nowhere is not passed over"
expect_equal "$before" "$(entries)" "none of it left a trace in the book"

at 08:50 draw V-1 9.35mL --session S-1 --overfill --as rosei --reason clinical
recorded "what the syringe holds above the book is overfill"
expect_out "V-1 has 0 mg (0 mL) left."
at 09:30 observe S-1 --systolic 120 --as rosei --at "08:55"
recorded "an act of half an hour ago"
expect_out "LATE"
at 09:31 observe S-1 --as rosei --at "20 min ago" --remark "patient slept"
recorded "and of twenty minutes ago"
at 09:31 observe S-1 --as rosei --at "2026-11-17 09:00" --source paper-form:"$root/tests/README.md" --source-number F-7 \
    --performed-by lbrandt
recorded "copied from paper, of what another did"
number=$(grep -o 'RECORDED #[0-9]*' "$out" | tr -dc 0-9)
at 09:32 show "$number"
expect_out "lbrandt, who does not sign"
expect_out "reported"

# An entry that is not there is an id nobody knows, as any other.
at 08:59 countersign 999 --as jpatel
expect_status 6
expect_err "PH0601"
expect_err "Nothing was recorded."

# A date that is private is one of the calendar all the same.
for born in 1970-13-01 1980-2-3 1981-02-29 12/03/1980; do
    at 09:33 patient add --name "Bea Example" --born $born --as jpatel
    expect_status 2 "$born is no date of birth"
    expect_err "PH1005"
done
at 09:33 patient add --name "Bea Example" --born 1949-02-28 --as jpatel --dry-run
expect_status 0 "one before 1970 is"

# Where this account cannot note how far the book has come, the act stands and says so by a code.
XDG_STATE_HOME=/dev/null at 09:40 patient add --as jpatel
expect_status 0
expect_out "(PH0716 head not remembered)"

# What to type next is told with what is known of it.
at 09:41 waste D-1 1g --method pouch --as rosei -w lbrandt --put 1g --seen 1g
refused PH0231 "more than is open cannot be wasted"
expect_err "phial log D-1" "the dose is named where it is to be typed"
at 09:42 session close S-1 --outcome completed --as rosei --escort
refused PH0415 "a dose is open"
expect_no_err "SESSION"

# Rights that end: what is left of the house is told before it is signed, and whoever is gone is told since when.
at 09:50 person revoke mnair --as jpatel
recorded "one officer ends the rights of the other"
expect_err "Then jpatel is the only officer" "and is told that he is the last"
number=$(grep -o 'RECORDED #[0-9]*' "$out" | tr -dc 0-9)
at 09:51 place add room-9 --type room --as mnair --officer jpatel
expect_status 4 "whoever is revoked signs nothing"
expect_err "mnair, who was revoked by entry #$number"
