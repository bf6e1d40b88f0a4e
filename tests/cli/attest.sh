#!/usr/bin/env bash
# What the book shows in eight lines: each of them shown, not shown and contradicted once, by a story acted out; the signed file,
# checked alone and against the book; a period that has not ended; a book that does not verify.
. "$(dirname "$0")/harness.sh"
command -v python3 >/dev/null || skip "python3 is not here"
. "$root/tests/cli/clinic.bash"
. "$root/tests/cli/house.bash"
begin_house 4

next_day()
{
    day=2026-11-18
    at 08:00 closing --as mnair
}

# shows LINE VERDICT [TEXT]: of the day that the story tells of, once it is over
shows()
{
    [ "$day" != 2026-11-17 ] || next_day
    at 09:00 attest --from 2026-11-17 --to 2026-11-17 --dry-run --json
    python3 - "$out" "$@" 2>"$err" <<'END_OF_PYTHON' || amiss "line $1 is not $2: ${3:-}"
import json, sys
statement = json.load(open(sys.argv[1]), parse_float=lambda text: 1 / 0)
line = statement["lines"][int(sys.argv[2]) - 1]
assert line["line"] == int(sys.argv[2]) and line["text"].endswith(" TRAINING."), line
assert (line["verdict"] or "") == sys.argv[3], line
assert len(sys.argv) < 5 or sys.argv[4] in line["text"], line
assert all(entry <= statement["size"] for entry in line["entries"]), line
END_OF_PYTHON
}

treat() # a session as it should be: drawn, given, the rest wasted before two, observed and closed
{
    does 08:00 session open P-1 O-1 --place room-2 --systolic 120 --diastolic 70 --as rosei
    does 08:01 draw V-1 40mg --session S-1 --as rosei
    does 08:30 give D-1 --route iv --start 08:05 --stop 08:25 --read 30mg --as rosei
    does 08:31 waste D-1 rest --method pouch --put 10mg --seen 10mg --as rosei -w lbrandt
    does 09:30 observe S-1 --systolic 118 --diastolic 70 --sedation alert --ready --as rosei
    does 09:31 session close S-1 --outcome completed --escort --as rosei
}

story "a day as it should be is shown in six lines, and the first is not, for want of a mark outside"
treat
does 17:00 count safe --whole --lines "product=ketamine-50 containers 8 vials 8 vials" --as rosei -w lbrandt
does 17:05 count room-2 --whole --lines "product=ketamine-50 containers 1 vials 1 vials" \
    --lines "vial=V-1 measured 9.2mL 9.25mL" --as rosei -w lbrandt
shows 1 "NOT SHOWN" "no mark made outside this site"
shows 2 SHOWN "5000 mg received = 30 mg given + 10 mg wasted + 4960 mg on hand"
shows 2 SHOWN "960 mg and 962.5 mg of ketamine-50 in room-2 where the book has 960 mg (C-2 #"
shows 3 SHOWN "of 1 dose recorded as drawn 1 stand settled"
shows 4 SHOWN "1 patient with recorded sessions, of whom 0 have such a list"
shows 5 SHOWN "each of 1 dose"
shows 6 SHOWN "1 receipt, 1 waste, 2 counts: 4 of 4 signed with the keys of two different persons"
shows 7 SHOWN "0 of "
shows 8 "" "0 rules set aside; 0 corrections; 0 irregular; 0 waiting"
ends

story "accounted: a correction after the count, which no longer is what the book has"
does 08:00 session open P-1 O-1 --place room-2 --as rosei
does 08:02 draw V-1 40mg --session S-1 --as rosei
draw=$last
does 08:10 give D-1 --route iv --start 08:03 --stop 08:10 --read rest --as rosei
does 17:00 count safe --whole --lines "product=ketamine-50 containers 8 vials 8 vials" --as rosei -w lbrandt
does 17:05 count room-2 --whole --lines "product=ketamine-50 containers 1 vials 1 vials" \
    --lines "vial=V-1 measured 9.2mL 9.2mL" --as rosei -w lbrandt
does 17:10 correct "$draw" --change V-1 110mg --reason mistake --as rosei --officer jpatel
shows 2 "NOT SHOWN" "not what the book has: 960 mg and 960 mg of ketamine-50 in room-2 where the book has 890 mg"
ends

story "accounted: a correction that moves a draw to another vial, which no sum shows and the lines of the count do"
does 08:00 session open P-1 O-1 --place room-2 --as rosei
does 08:02 draw V-1 40mg --session S-1 --as rosei
draw=$last
does 08:10 give D-1 --route iv --start 08:03 --stop 08:10 --read rest --as rosei
does 17:00 count safe --whole --lines "product=ketamine-50 containers 8 vials 8 vials" --as rosei -w lbrandt
does 17:05 count room-2 --whole --lines "product=ketamine-50 containers 1 vials 1 vials" \
    --lines "vial=V-1 measured 9.2mL 9.2mL" --as rosei -w lbrandt
count=$last
does 17:10 correct "$draw" --change V-2 40mg --reason mistake --as rosei --officer jpatel
shows 2 "NOT SHOWN" "1 line of these counts, and not what the book has by now as of then: 460 mg and 460 mg in V-1 where the book has 500 mg (C-2 #$count)"
ends

story "accounted: what nobody counted is not shown, nor while a case is open"
does 17:00 count safe --whole --lines "product=ketamine-50 containers 7 vials 7 vials" --as rosei -w lbrandt
shows 2 "NOT SHOWN" "of what stood in room-2"
shows 2 "NOT SHOWN" "1 case not resolved"
ends

story "accounted: a loss is contradicted, and stays so when its case is resolved"
does 17:00 loss V-9 --discovered 16:50 --type unknown --as mnair -w rosei
does 17:10 case resolve X-1 --cause theft --text "a door forced" --as lbrandt --officer jpatel \
    --reason "the loss itself opened it"
shows 2 CONTRADICTED "1 case resolved as unexplained, lost or stolen: X-1 #"
shows 2 CONTRADICTED "recorded as lost or stolen and not as recovered: 500 mg of ketamine-50; reported by #"
ends

story "accounted: what was drawn from a vial on hold is contradicted"
does 08:00 session open P-1 O-1 --place room-2 --as rosei
does 08:01 hold V-1 --why suspect --as rosei
does 08:02 draw V-1 40mg --session S-1 --as rosei --irregular --reason "no other vial" --officer jpatel
shows 2 CONTRADICTED "1 act recorded as going against a rule about stock (PH0213): #"
shows 8 "" "1 irregular: #"
ends

story "settled: an open dose is not shown, one sealed in a bag is told"
does 08:00 session open P-1 O-1 --place room-2 --as rosei
does 08:01 draw V-1 40mg --session S-1 --as rosei
shows 3 "NOT SHOWN" "1 dose neither settled nor sealed"
ends
story "settled: a dose in a numbered bag is told and does not stand against it"
does 08:00 session open P-1 O-1 --place room-2 --as rosei
does 08:01 draw V-1 40mg --session S-1 --as rosei
does 08:02 hold D-1 --seal B-1 --as rosei
shows 3 SHOWN "1 dose recorded as sealed in a numbered bag, not settled: D-1"
ends

story "settled: what was given over the order is contradicted"
does 08:00 session open P-1 O-1 --place room-2 --as rosei
does 08:01 draw V-1 50mg --session S-1 --as rosei --reason clinical -w lbrandt
does 08:30 give D-1 --route iv --start 08:05 --stop 08:25 --read 50mg --as rosei --irregular --reason "her weight" --officer jpatel
shows 3 CONTRADICTED "rule about orders, doses or observation (PH0407)"
ends

story "not self: who was put on the list afterwards is not shown"
treat
does 10:00 patient add P-1 --may-not-act rosei --as mnair
shows 4 "NOT SHOWN" "by somebody who is on that patient's list now and was not then: rosei #"
ends

story "not self: a dose given to a nurse is contradicted, with the name"
does 08:00 session open P-1 O-1 --place room-2 --as rosei
does 08:01 draw V-1 40mg --session S-1 --as rosei
does 08:10 give D-1 --route iv --phase bolus --read 40mg --to-person rosei --as lbrandt --performed-by rosei --irregular \
    --reason "seen at the sink" --officer jpatel
shows 4 CONTRADICTED "in which a member of staff got the dose: rosei #"
shows 4 CONTRADICTED "one person gave the dose and got it: rosei #"
ends

story "not self: an order by somebody on the list is contradicted, with the name"
does 08:00 patient add P-1 --may-not-act jpatel --as mnair
does 08:01 order add P-1 --drug ketamine --route iv --dose 30mg --as jpatel --irregular --reason "no other prescriber in town" \
    --officer mnair
shows 4 CONTRADICTED "who may not act for that patient: jpatel #"
ends

story "on site: a dose that left with an ambulance is not shown"
does 08:00 session open P-1 O-1 --place room-2 --as rosei
does 08:01 draw V-1 40mg --session S-1 --as rosei --container bag --dilute 100mL
does 08:05 give D-1 --route iv --phase start --rate 100mL/h --start 08:05 --as rosei
does 08:20 handover D-1 --to rescue --taker "Medic 12" --giver-read 12mL --as rosei
shows 5 "NOT SHOWN" "1 dose recorded as gone with the patient in the charge of rescue #"
ends

story "on site: a dose without a session is contradicted, and has no patient either"
does 08:00 draw V-1 50mg --as mnair --irregular --reason "on the pavement" --at 07:50 --officer jpatel
does 08:01 give D-1 --route im --read 50mg --to-outsider --as mnair --irregular --reason "on the pavement" --start 07:51 \
    --stop 07:51 --officer jpatel
shows 5 CONTRADICTED "1 dose recorded without a session at a place of this site: D-1 #"
shows 4 CONTRADICTED "2 acts with a dose that has no patient: #"
ends

story "two people: a receipt that nobody has checked is not shown; once checked it is, and says that this was later"
does 08:00 receive ketamine-50 "10 vials" --lot A2 --expiry 2028-09-30 --invoiced 10 --from acme --document-type invoice \
    --document 2 --place safe --as mnair
receipt=$last
next_day
shows 6 "NOT SHOWN" "1 act waiting for the second at #"
does 09:30 countersign "$receipt" --as rosei
shows 6 SHOWN "1 of them by the second later: #$receipt"
ends

story "two people: a waste that nobody saw is contradicted"
does 08:00 session open P-1 O-1 --place room-2 --as rosei
does 08:01 draw V-1 40mg --session S-1 --as rosei
does 08:10 waste D-1 rest --method pouch --as rosei --put 0.8mL --irregular --reason "alone on the floor" --officer jpatel
shows 6 CONTRADICTED "without the rights, role, licence or witness it takes (PH0309): #"
ends

story "in time: a countersign that is overdue is not shown"
does 08:00 receive ketamine-50 "10 vials" --lot A2 --expiry 2028-09-30 --invoiced 10 --from acme --document-type invoice \
    --document 2 --place safe --as mnair
day=2026-11-24
does 08:30 move V-3 --to room-2 --as mnair
shows 7 "NOT SHOWN" "1 act past the time for a countersign: #"
ends

story "in time: an act of that day that is written down on the next is told"
next_day
does 08:30 waste V-2 1mL --method spilled --put 1mL --seen 1mL --at "2026-11-17 18:00" --as mnair -w jpatel
shows 7 "NOT SHOWN" "1 act of these days, by the times recorded, entered after their closing and not told here: #$last"
ends

story "in time: a notice filed after its day is contradicted"
does 17:00 loss V-9 --discovered 16:50 --type unknown --significant --as mnair -w jpatel
loss=$last
day=2026-11-20
does 08:00 notice loss-notice --about "$loss" --number N-1 --as jpatel
shows 7 CONTRADICTED "1 notice recorded as filed after its day: loss-notice about #$loss"
ends

story "in time: an act entered as of now and put back by hours afterwards was entered late all the same"
does 17:50 session open P-1 O-1 --place room-2 --as rosei
first=$last
does 17:55 correct "$first" --change --happened 08:50 --reason mistake --as rosei --officer jpatel
shows 7 SHOWN "1 act given another time by a correction, and counted by the one first signed: #$first"
ends

story "exceptions: a correction in the period and one after it are told apart"
does 08:00 session open P-1 O-1 --place room-2 --as rosei
first=$last
does 08:02 session open P-2 O-2 --place room-3 --as rosei
second=$last
does 08:05 correct "$first" --void --reason mistake --as rosei --officer jpatel
shows 8 "" "1 correction: #$last; 0 irregular"
does 09:10 correct "$second" --void --reason mistake --as rosei --officer jpatel
shows 8 "" "1 act corrected after the period: #$second"
ends
