#!/usr/bin/env bash
# What was recorded wrongly is put right, in the words of its own command, or taken back: what rests on it stands again or
# goes with it, nothing is hidden, and a late act on a vial that was emptied since is written down in three commands.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"

entry_of() { sed -n 's/^RECORDED #\([0-9]*\).*/\1/p' "$out"; }

begin_clinic
stock_clinic
at 09:00 session open --patient P-1 --order O-1 --place room-2 --systolic 120 --as jpatel
at 09:01 draw V-1 35mg --session S-1 --as jpatel
recorded "a dose is drawn"
draw=$(entry_of)
at 09:05 give D-1 --route iv --read 35mg --start 09:02 --stop 09:04 --as jpatel
recorded "and given"
give=$(entry_of)

# ---- what may not stand
at 09:10 correct "$draw" --as jpatel -w mnair --reason mistake
expect_status 2 "one says what is done with it"
expect_err "--void takes back"
at 09:10 correct "$draw" --again --as jpatel -w mnair --reason mistake
expect_status 2 "an entry alone that stands as it is, is no correction"
expect_err "nothing is corrected"
at 09:10 correct "$draw" --void --as jpatel -w mnair
refused PH0520 "and why"
at 09:10 correct 2 --void --as jpatel -w mnair --reason mistake
refused PH0255 "a policy is followed by another"
at 09:10 correct "$draw" --void --as mnair --reason mistake
refused PH0115 "whoever recorded it signs, or says why not"

# ---- a draw, and the gift that rests on it
at 09:12 correct "$draw" --void --as jpatel -w mnair --reason mistake
recorded "a draw is taken back by the one who made it and an officer"
expect_err "#$draw  \"jpatel draws" "what is taken back is read before it is signed"
expect_err "#$give  \"jpatel gives" "and what rests on it"
expect_err "jpatel corrects #$draw (void), and #$give (void)."
expect_out "D-1 is void."
void=$(entry_of)
at 09:13 log D-1
expect_out "VOID" "it still stands in the log, marked"
expect_out "jpatel draws"
at 09:13 show "$draw"
expect_out "VOID"
expect_out "taken back by #$void"
at 09:13 show "$draw" --json
expect_out "\"void_by\":$void"
at 09:13 show V-1
expect_out "sealed" "nobody has been in the vial"
at 09:14 correct "$draw" --void --as jpatel -w mnair --reason mistake
refused PH0271 "once is enough"
at 09:14 give D-1 --route iv --read 35mg --start 09:02 --stop 09:04 --as jpatel
refused PH0425 "nothing is done with a dose that is void"

# ---- what did happen, and a late act on a vial emptied since
at 09:20 draw V-1 35mg --session S-1 --as jpatel
at 09:21 give D-2 --route iv --read 35mg --start 09:20 --stop 09:21 --as jpatel
at 09:22 empty V-1 -w mnair --as jpatel --reason mistake
empty=$(entry_of)
at 09:30 draw V-1 5mg --session S-1 --at 09:19 --as jpatel --reason clinical -w mnair
refused PH0212 "the book says that the vial was finished"
at 09:31 correct "$empty" --void --as jpatel -w mnair --reason mistake
recorded "first: the emptying is taken back"
at 09:32 draw V-1 5mg --session S-1 --at 09:19 --as jpatel --reason clinical -w mnair
recorded "second: the late act is written down"
at 09:33 empty V-1 -w mnair --as jpatel --reason mistake
recorded "third: the vial is emptied again"

# ---- a receipt that was drawn from
at 10:00 receive ketamine-50 "1 vials" --lot L2 --expiry 2028-09-30 --invoiced 1 --from acme --document-type invoice \
    --document INV-9 --place safe --as mnair -w jpatel
receipt=$(entry_of)
at 10:01 draw V-11 5mg --session S-1 --as jpatel --reason clinical -w mnair
at 10:02 correct "$receipt" --void --as mnair --reason mistake
recorded "a receipt is taken back although its vial was drawn from"
expect_out "PH0250 corrected sums: V-11"
at 10:03 pending
expect_out "approval" "an officer approves it later"

# ---- another clinic day, in which much is put right
make_keys rosei
at 10:10 person add rosei --roles clinician --as jpatel -w mnair
recorded "a second nurse comes"
at 10:11 patient add --name "Another Name" --born 1977-07-07 --as jpatel
at 10:12 order add P-2 --drug ketamine --route iv --dose-per-kg 0.5mg --weight 70kg --weighed "$day" --as jpatel
at 10:20 session open --patient P-2 --order O-2 --place room-2 --as jpatel
opened=$(entry_of)
session=$(born session)
at 10:21 draw V-2 35mg --session "$session" --as jpatel
draw=$(entry_of)
dose=$(born dose)
at 10:25 give "$dose" --route iv --read 30mg --start 10:22 --stop 10:24 --as rosei
give=$(entry_of)
at 10:26 waste "$dose" rest --method pouch --put 5mg --seen 5mg --as jpatel -w mnair
waste=$(entry_of)

# the wrong vial
at 10:30 correct "$draw" --change V-3 35mg --as jpatel -w mnair --reason mistake
recorded "the vial was another"
expect_err "#$draw  \"jpatel draws 35 mg (0.7 mL) of V-2 for $session" "what was said is shown"
expect_err "jpatel corrects #$draw (change: jpatel draws 35 mg (0.7 mL) of V-3 for $session), #$give (again), and #$waste (again)." \
    "what is signed says the new facts in words, and what is posted again"
expect_err "Then V-2 has 500 mg (10 mL) left.  V-3 has 465 mg (9.3 mL) left." "and what will be left, before anybody signs"
expect_out "$dose settled: 35 mg drawn = 30 mg given + 5 mg wasted."
first=$(entry_of)
at 10:31 log "$dose"
expect_out "CORRECTED #$first" "the draw is struck through"
expect_out "AGAIN #$first" "what stands again is told apart from what was wrong"
at 10:31 show "$draw"
expect_out "something was wrong, and is put right by #$first"
expect_out "now          jpatel draws 35 mg (0.7 mL) of V-3"
at 10:31 show "$draw" --json
expect_out "\"corrected_by\":$first"
at 10:31 register --vial V-2
expect_out "-35 mg" "the register keeps the line and takes it back where it was put right"
expect_status 0

# the wrong amount, of two entries at once, and who recorded the other signs too
at 10:32 correct "$draw" --change V-3 40mg "$give" --change --read 35mg --as jpatel --officer mnair --reason mistake
refused PH0115 "rosei recorded the gift, and does not sign"
expect_err "have one of them sign" "what to do is said"
at 10:32 correct "$draw" --change V-3 40mg "$give" --change --read 35mg --as jpatel -w rosei --officer mnair --reason mistake
recorded "two amounts are put right together"
expect_out "$dose settled: 40 mg drawn = 35 mg given + 5 mg wasted."

# the wrong time
at 10:33 correct "$give" --change --at 10:23 --as rosei -w mnair --reason mistake
expect_status 2 "a correction is not made before what it is about was recorded"
expect_err "phial correct $give --change --happened TIME" "and the option that is meant is named"
at 10:33 correct "$give" --change --happened 10:23 --as rosei -w mnair --reason mistake
recorded "the time was another"
expect_err "(change, happened $day 10:23:00 -05:00)"
at 10:34 correct "$give" --change --stop 10:25 --as rosei -w mnair --reason mistake
recorded "a gift that ended at another time happened then"
expect_err "(change, happened $day 10:25:00 -05:00: rosei gives"

# something was forgotten
at 10:35 correct "$opened" --add --systolic 128 --diastolic 82 --as jpatel -w mnair --reason mistake
recorded "what was measured and not entered is added"
expect_err "(add: systolic 128 mmHg; diastolic 82 mmHg)"
at 10:35 log --limit 40
expect_out "ADDED TO #$(entry_of)"
at 10:36 correct "$opened" --add --systolic 129 --as jpatel -w mnair --reason mistake
expect_status 2 "what is there is not added"
expect_err "--change"
at 10:36 correct "$opened" --change --systolic 129 --as jpatel -w mnair --reason mistake
recorded "but changed"
expect_err "diastolic 82 mmHg" "what an earlier correction said stays"

# back again
at 10:37 correct "$draw" --change V-2 35mg "$give" --change --read 30mg --stop 10:24 --as jpatel -w rosei --officer mnair --reason mistake
recorded "all of it is put back"
expect_err "V-3 has 500 mg (10 mL) left." "and the vial of the correction before gets back what it gave"
expect_out "V-2 has 465 mg (9.3 mL) left.  V-3 has 500 mg (10 mL) left."
at 10:38 show V-3
expect_out "sealed" "and nobody has been in the other vial"

# what should not have been there
at 10:39 correct "$opened" --change --without diastolic --as jpatel -w mnair --reason mistake
recorded "what was not measured is left out"
at 10:39 correct "$opened" --change --without patient --as jpatel -w mnair --reason mistake
expect_status 2 "what must be there is not"

# what is not understood
at 10:40 correct "$give" --change --seal B-1 --as rosei --reason mistake
expect_status 2 "an option of another act is none of a gift's"
expect_err "phial help administer" "and where to look is said"
at 10:40 correct "$give" --change --as rosei --reason mistake
expect_status 2 "a change says what is right"
expect_err "phial correct $give --change --happened TIME"
at 10:40 correct "$draw" "$give" --change V-2 30mg --as jpatel --reason mistake
expect_status 2 "words are of one entry"
at 10:40 correct "$give" --void --read 3mg --as rosei --reason mistake
expect_status 2 "what is taken back says nothing else"
at 10:40 correct --as rosei
expect_status 2 "an entry is named"
at 10:40 correct "$draw" --change V-2 36mg --overfill --as jpatel --reason mistake
expect_status 2 "what a vial held above its label is said as it was"

# the wrong patient: all that was done in the session stands again, for the right one, and back again
at 10:41 patient add --name "Third Name" --born 1966-06-06 --as jpatel
at 10:41 order add P-3 --drug ketamine --route iv --dose-per-kg 0.5mg --weight 70kg --weighed "$day" --as jpatel
at 10:41 correct "$opened" --change --patient P-3 --order O-3 --as jpatel -w mnair --reason mistake
recorded "it was another patient"
expect_err "#$opened (change: jpatel opens a session for P-3 by O-3" "which is said"
expect_err "#$draw (again), #$give (again), and #$waste (again)" "with what rests on it"
at 10:41 show "$dose"
expect_out "P-3" "whose dose it is now"
at 10:41 register dispensing
expect_out "P-3"
expect_status 0
at 10:41 correct "$opened" --change --patient P-2 --order O-2 --as jpatel -w mnair --reason mistake
recorded "and it was the first after all"

# a gift that never was: what is left of the dose was wasted
at 10:42 correct "$give" --void --as rosei -w mnair --reason mistake
recorded "a gift is taken back, and the waste after it stands again"
expect_err "#$give (void), and #$waste (again)"

# one who left
at 10:43 person revoke rosei --as jpatel -w mnair
at 10:44 correct "$draw" --change V-2 30mg --as mnair --reason mistake
refused PH0115 "whoever recorded it does not sign"
expect_err "--remark TEXT"
at 10:45 correct "$draw" --change V-2 30mg --as mnair --reason mistake --remark "rosei left, and jpatel is ill"
recorded "and the officer says why not"
expect_err 'Remark: "rosei left, and jpatel is ill"'

# a receipt, in one part of it
at 10:50 receive ketamine-50 "2 vials" --lot L4 --expiry 2028-09-30 --invoiced 2 --from acme --document-type invoice \
    --document INV-10 --place safe --as mnair -w jpatel
receipt=$(entry_of)
at 10:51 correct "$receipt" --change --lot L5 --as mnair -w jpatel --reason mistake
recorded "a lot was mistyped"
expect_err "lot L5, expiry 2028-09-30" "and nothing else"
at 10:52 correct "$receipt" --change ketamine-50 "3 vials" --lot L5 --expiry 2028-09-30 --invoiced 3 --as mnair -w jpatel --reason mistake
recorded "and one more came"
expect_out "V-14"
at 10:53 stock
expect_status 0

# another product, after the day was closed: its page of then stays, and those of both products add up
at 10:53 product add ketamine-10 --label "Ketamine 10" --drug ketamine --form multi-dose-vial --strength 10mg/mL \
    --strength-seen 10mg/mL --volume 20mL --overfill 0.5mL --schedule III --as mnair --officer jpatel
at 10:53 closing --as mnair
closing=$(entry_of)
at 10:53 correct "$receipt" --change ketamine-10 "3 vials" --lot L5 --expiry 2028-09-30 --as mnair -w jpatel --reason mistake
recorded "it was another product"
expect_out "V-14 has 200 mg (20 mL) left."
at 10:53 register --product ketamine-50 --to "$closing"
expect_status 0 "what was closed stays as it was"
expect_no_out "ketamine-10"
at 10:53 correct 7 --change ketamine-10 "10 vials" --lot 8J331A --expiry 2028-09-30 --as mnair -w jpatel --reason mistake
refused PH0256 "what was drawn from does not become another product"
expect_err "rests on what this would take back of V-1"
expect_err "--again where it stands" "and what can be done is said"
rests=$(sed -n 's/.*entry #\([0-9]*\) rests.*/\1/p' "$err")
at 10:53 correct 7 --change ketamine-10 "10 vials" --lot 8J331A --expiry 2028-09-30 "$rests" --again --as mnair -w jpatel \
    --reason mistake --dry-run
refused PH0256 "and the next that rests on it is named, until all are"
for page in "--product ketamine-10" "--product ketamine-50 --from $closing" "--place safe" "--vial V-14"; do
    # shellcheck disable=SC2086  # options and their values
    at 10:53 register $page
    expect_status 0 "the register $page adds up"
done

# several at once, all or nothing, from a file too
cat >lines.ndjson <<END
{"command":"correct","entries":"$receipt","change":true,"lot":"L6","reason":"mistake","as":"mnair"}
{"command":"correct","sources":["V-3","30mg"],"change":true,"entries":["$draw"],"reason":"mistake","as":"jpatel"}
END
at 10:54 import lines.ndjson --as mnair
recorded "a file of acts corrects in the same words"
at 10:55 show "$receipt"
expect_out "lot L6"
at 10:55 show "$draw"
expect_out "now          jpatel draws 30 mg (0.6 mL) of V-3"

# a loss, part of which came back
at 10:55 loss V-4 V-5 --discovered 10:55 --type unknown --as mnair -w jpatel
loss=$(entry_of)
at 10:55 recover V-4 10mL --place safe --as mnair -w jpatel
back=$(entry_of)
at 10:55 correct "$loss" --change V-4 --as mnair -w jpatel --reason mistake
recorded "less was lost than was thought"
expect_err "#$back (again)" "and what came back came back"
expect_out "V-5 has 500 mg (10 mL) left."

# a delivery that never was, of which somebody else has a paper
at 10:55 receive ketamine-50 "2 vials" --lot L5 --expiry 2028-09-30 --invoiced 2 --from acme --document-type invoice \
    --document INV-88130 --place safe --as mnair -w jpatel
delivery=$(entry_of)
vial=$(sed -n 's/.*vials \(V-[0-9]*\) to .*/\1/p' "$out")
at 10:55 ship "$vial" --to acme --document R-1 --as mnair -w jpatel
recorded "one of two vials goes back"
at 10:55 correct "$delivery" --void --as mnair -w jpatel --reason mistake
recorded "their delivery is taken back, and the shipment stands"
expect_out "PH0250 corrected sums: $vial  500 mg missing" "what was shipped came from somewhere: that is asked about"

at 10:56 register
expect_status 0 "the register adds up to what the book has"
at 10:56 register dispensing
expect_status 0
at 10:56 register uk
expect_status 0
at 10:56 report accountability
expect_status 0
at 10:56 report exceptions
expect_out "CORRECTED"
run help correct
expect_out "phial correct 48 --change V-2 35mg --reason mistake" "help shows it by examples"

run verify
expect_status 0 "all of it verifies"
