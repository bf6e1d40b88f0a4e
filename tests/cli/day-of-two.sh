#!/usr/bin/env bash
# A whole day of a clinic of two: an owner-physician and one nurse, both officers. Nothing needs a third.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
make_keys drlee nkim
echo "safe-key:safe's words" >>secrets
run key recovery safe-key --secrets secrets --no-input
run init clinic --site "Lee Ketamine" --registration dea:AB1234563 --officer drlee:prescriber,clinician,custodian \
    --officer nkim:clinician,custodian --recovery safe-key.pub --zone America/New_York --training \
    --clock "$day 08:00" --secrets secrets --no-input
expect_status 0 "two officers begin a ledger"
expect_out "RECORDED #1  persons drlee, nkim, safe-key."
expect_out "a TRAINING ledger"
export PHIAL_LEDGER=$PWD/clinic

at 08:02 place add safe --type safe --as nkim --officer drlee
recorded "the safe is defined by one and approved by the other"
at 08:02 place add room-1 --type room --as nkim -w drlee
recorded "-w stands for the officer where nobody witnesses anything"
at 08:03 product add ketamine-50 --label "Ketamine 50 mg/mL 10 mL" --drug ketamine --form multi-dose-vial \
    --strength 50mg/mL --strength-seen 50mg/mL --volume 10mL --overfill 0.5mL --schedule III --as nkim --officer drlee
recorded "the product, its strength typed by both"
at 08:04 party add acme --type supplier --label "Acme Supplies" --registration dea:RA0123454 --as nkim
recorded "a supplier defined by one person alone"
expect_out "approval by an officer: phial countersign 6" "waits for the other"
at 08:05 pending
expect_out "approval by an officer"
expect_out "an officer who is not in it"
at 08:05 countersign 6 --as nkim
expect_status 3
expect_err "PH0313" "who entered it cannot approve it"
at 08:06 countersign 6 --as drlee
recorded "the other officer countersigns"
expect_err '#6  "nkim defines' "and is shown what"

at 08:10 receive ketamine-50 2 vials --lot A1 --expiry 2028-09-30 --from acme --document-type invoice --document 17 \
    --place safe --as nkim -w drlee
recorded "two vials are received and counted by both"
expect_out "vials V-1 to V-2"

at 08:20 patient add --as nkim
recorded "a patient without a name is a patient"
at 08:21 order add --patient P-1 --drug ketamine --route im --dose 50mg --as drlee
recorded "the physician orders"
expect_out "order O-1"

at 09:00 session open --patient P-1 --order O-1 --place room-1 --systolic 122 --diastolic 78 --as nkim
recorded "a session is opened"
at 09:01 draw v1 1 mL --session s-1 --as nkim
recorded "a dose is drawn: ids in small letters, the unit as a word of its own"
expect_out "V-1 has 450 mg (9 mL) left."
expect_out "D-1 is open: 50 mg (1 mL) to account for."
at 09:05 give D-1 --route im --read 1mL --as nkim
recorded "it is given"
expect_out "D-1 settled: 50 mg drawn = 50 mg given."
at 09:06 session close S-1 --outcome completed --as nkim
refused PH0416 "a session cannot be completed before the observation is over"
at 09:40 observe S-1 --systolic 118 --diastolic 76 --pulse 70 --oxygen 98 --ready --as nkim
recorded "the patient is observed"
at 09:41 session close S-1 --outcome completed --escort --as nkim
recorded "and the session closed"

at 10:00 session open P-1 O-1 --place room-1 --as drlee
refused PH0406 "the order was for one session"
at 10:01 order add P-1 --drug ketamine --route im --dose 40mg --sessions 2 --as drlee
recorded "a new order"
at 10:02 session open P-1 O-2 --place room-1 --as nkim
refused PH0414 "a second session on one day is asked about"
at 10:02 session open P-1 O-2 --place room-1 --systolic 120 --as nkim --reason "clinical: came back" -w drlee
recorded "and allowed with a reason and the second person"
at 10:03 draw V-1 40mg S-2 --as nkim
recorded "40 mg are drawn"
at 10:10 give D-2 --route im --read 0.5mL --as nkim
recorded "25 mg of them given"
at 10:12 waste D-2 rest --method pouch --as nkim -w nkim --put 0.3mL --seen 0.3mL
expect_status 3
expect_err "PH0304" "nobody witnesses their own waste"
at 10:12 hold D-2 --seal BAG-7 --place safe --as nkim
recorded "the rest is sealed until a witness is there"
expect_out "D-2 is held sealed: 15 mg (0.3 mL) to account for."
at 10:15 status
expect_out "D-2"
at 11:00 session close S-2 --outcome completed --as nkim
refused PH0432 "no blood pressure was taken after it began"
expect_err "S-2 has 1 of the 2 blood pressures"
at 11:00 session close S-2 --outcome completed --systolic 119 --as nkim
refused PH0433 "nothing says that anybody took the patient home"
at 11:00 session close S-2 --outcome completed --systolic 119 --escort --as nkim
recorded "a session may be closed while a remainder is held"
at 16:00 waste D-2 rest --method pouch --as nkim -w drlee --put 0.3mL --seen 0.25mL
recorded "they waste it later, and type different amounts"
expect_out "PH0240" "both are kept, and a case is opened"
expect_out "D-2 settled: 40 mg drawn = 25 mg given + 15 mg wasted."

at 17:00 order add P-1 --drug ketamine --route im --dose 40mg --as nkim --performed-by drlee
recorded "a verbal order is entered by the nurse"
expect_out "countersign by the prescriber"
verbal=$(grep -o 'RECORDED #[0-9]*' "$out" | tr -dc 0-9)
at 17:01 countersign "$verbal" --as drlee
recorded "and signed by the physician later"

at 17:30 handover --keys "safe key 2" --as nkim --to drlee
recorded "keys change hands, both signing"
at 18:00 closing
expect_status 0
expect_out "closing."
expect_out "2026-11-17  entries 1" "it says which day and what it covers"
expect_out "ketamine-50       received 1000 mg, given 75 mg, wasted 15 mg, on-hand 910 mg" "and what the book's sums are"
expect_err "Still open: 1 open case."
before=$("$phial" status --json | grep -o '"entries":[0-9]*')
at 18:01 closing
expect_status 0
expect_out "Nothing has happened since closing #" "a second closing closes nothing"
expect_equal "$before" "$("$phial" status --json | grep -o '"entries":[0-9]*')" "and records nothing"
day=2026-11-18
at 08:00 place add bin --type bin --as nkim --officer drlee
recorded "the next day begins"
at 08:01 verify
expect_status 0
expect_out "PASS whole"
