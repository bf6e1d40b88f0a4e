#!/usr/bin/env bash
# What happens in a house of two, an owner-physician and a nurse: each story is written down as it was, by those who were
# there, and the book claims nothing that they did not say.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
. "$root/tests/cli/house.bash"
begin_house 2

story "a vial behind a drawer is booked as it was found: nobody knows its lot, and the list does not claim that it has expired"
does 08:00 found ketamine-50 1 3.2mL --place room-3 --as mnair -w jpatel --remark "behind the drawer, when we moved"
says "PH0248"
reads 08:01 stock
says "160 mg (3.2 mL)"
says "ON HOLD: suspect, EXPIRY UNKNOWN"
conceals "EXPIRED"
ends "1 open case"

story "a delivery that lay a day with the neighbour is taken in, and used only when both have cleared it"
does 08:00 receive ketamine-50 5 vials --lot B7 --expiry 2028-01-31 --invoiced 5 --from acme --document-type invoice \
    --document 77 --place safe --as jpatel -w mnair --remark "the baker next door signed for it"
does 08:00 hold V-11..V-15 --why quarantine --as jpatel
does 08:01 session open P-1 O-1 --place safe --as mnair
refuses PH0213 08:02 draw V-12 40mg --session S-1 --as mnair
refuses PH0308 08:03 release V-11..V-15 --as jpatel
does 08:03 release V-11..V-15 --as jpatel --officer mnair --reason "acme says the seals are whole"
does 08:04 draw V-12 40mg --session S-1 --as mnair
ends "0 open cases"

story "a nurse who fainted over the syringe is written down by the one who was there, and the spill waits for another's word"
does 08:00 session open P-1 O-1 --place room-2 --as mnair
does 08:05 draw V-1 20mg --session S-1 --as jpatel --performed-by mnair --remark "she fell, the syringe lay on the floor"
says "Reported by jpatel. By their account done by mnair."
refuses PH0309 08:06 waste D-1 rest --method spilled --as jpatel --put 0.4mL
says "nobody there: phial hold DOSE --seal BAG-NUMBER"
does 08:06 hold D-1 --seal BAG-1 --as jpatel
does 08:07 waste D-1 rest --method spilled --as jpatel --put 0.4mL --irregular --reason "no third person in the house"
spill=$last
does 08:08 session close S-1 --outcome not-started --as jpatel
refuses PH0313 08:09 countersign "$spill" --as jpatel
does 09:00 countersign "$spill" --as mnair
ends "0 to countersign"

story "a patient walks out with the line in his arm: what was given, what left with him and what was wasted make the bag"
does 08:00 session open P-1 O-1 --place room-2 --systolic 120 --as mnair
does 08:01 draw V-1 40mg --session S-1 --dilute 100mL --container bag --as mnair
does 08:05 give D-1 --phase start --route iv --rate 150mL/h --as mnair
refuses PH0415 08:14 session close S-1 --outcome against-advice --as mnair
does 08:15 give D-1 --phase stop --stop 08:14 --read 25mL --as mnair
does 08:16 residual D-1 2mL --where line --as mnair --remark "in his arm"
does 08:17 waste D-1 rest --method pouch --as mnair -w jpatel --put 73mL --seen 73mL
says "40 mg drawn = 10 mg given + 29.2 mg wasted + 0.8 mg left behind"
does 08:18 session close S-1 --outcome against-advice --as mnair
conceals "escort"
ends "0 open doses"

story "a patient takes the bag along: nobody read the pump any more, so all that was not read as given is reported lost"
does 08:00 session open P-1 O-1 --place room-2 --systolic 120 --as mnair
does 08:01 draw V-1 40mg --session S-1 --dilute 100mL --container bag --as mnair
does 08:05 give D-1 --phase start --route iv --rate 150mL/h --as mnair
does 08:12 give D-1 --phase rate --read 15mL --rate 200mL/h --as mnair
does 08:21 loss D-1 --discovered 08:15 --type customer --as mnair -w jpatel --remark "he took the pump with him, running"
says "40 mg drawn = 6 mg given + 34 mg lost"
ends "1 open case"

story "the owner is locked out of a patient he was taken for a brother of: the accountant from outside approves that he may act again"
make_keys accountant
does 08:00 person add accountant --roles auditor --as jpatel -w mnair
does 08:01 patient add P-1 --may-not-act jpatel --as mnair
refuses PH0306 08:02 session open P-1 O-1 --place room-2 --as jpatel
refuses PH0310 08:03 patient add P-1 --may-act-again jpatel --as mnair --officer jpatel --reason "another Patel"
does 08:03 patient add P-1 --may-act-again jpatel --as mnair --officer accountant --reason "another Patel"
does 08:04 session open P-1 O-1 --place room-2 --as jpatel
ends "0 open cases"

story "two syringes are swapped: the register names the patient who got it, and no order for it"
does 08:00 move V-2 --to room-3 --as mnair
does 08:00 session open P-1 O-1 --place room-2 --systolic 120 --as mnair
does 08:01 session open P-2 O-2 --place room-3 --systolic 120 --as jpatel
does 08:02 draw V-1 40mg --session S-1 --as mnair
does 08:03 draw V-2 50mg --session S-2 --as mnair
refuses PH0316 08:05 give D-2 --route iv --read 30mg --to-patient P-1 --as mnair
does 08:05 give D-2 --route iv --read 30mg --to-patient P-1 --as mnair --irregular --reason "swapped, seen at 30 mg" --officer jpatel
reads 08:06 register dispensing --csv
says '"P-1"'
conceals '"P-2"'
conceals '"O-2"'
reads 08:06 register uk --csv
says '"SUPPLIED"'
conceals '"P-2"'
conceals '"O-2 jpatel"'
does 08:07 waste D-2 rest --method pouch --as mnair -w jpatel --put 0.4mL --seen 0.4mL
does 08:07 waste D-1 rest --method pouch --as mnair -w jpatel --put 0.8mL --seen 0.8mL
does 08:08 session close S-2 --outcome not-started --as jpatel
ends "1 open case"

story "a passer-by is treated before the door: no patient of the house is said to have got it"
does 08:00 draw V-1 50mg --as mnair --irregular --reason "on the pavement" --at 07:50
drawn=$last
does 08:00 give D-1 --route im --read 50mg --to-outsider --as mnair --irregular --reason "on the pavement" --start 07:51 --stop 07:51
given=$last
reads 08:01 register dispensing
says "outsider"
conceals "P-1"
does 08:30 countersign "$drawn" --as jpatel
does 08:30 countersign "$given" --as jpatel
ends "2 open cases"

story "a broken box: what came is booked, the broken is kept apart, and what each of two leaked is said"
does 08:00 receive ketamine-50 7 vials --damaged 2 --lot B7 --expiry 2028-01-31 --invoiced 10 --from acme \
    --document-type packing-slip --document 77 --place safe --as mnair -w jpatel
says "PH0243 7 containers came, and the document says 10."
reads 08:01 stock
says "ON HOLD: damaged"
does 08:02 waste V-16 rest --method broken --as mnair -w jpatel --put 10mL --seen 10mL
does 08:02 waste V-17 rest --method spilled --as mnair -w jpatel --put 4mL --seen 4mL
says "PH0240 the amounts for V-17 do not agree: 200 mg (4 mL) and 500 mg (10 mL)."
refuses PH0212 08:03 release V-16 --as mnair --officer jpatel
ends "2 open cases"

story "a substitute physician enrolled over the telephone orders at once, and the owner still has to agree"
make_keys locum
does 08:00 person add locum --roles prescriber,clinician --as mnair --until "2026-11-18 20:00"
enrolled=$last
does 08:05 order add P-1 --drug ketamine --route iv --dose 30mg --as locum
refuses PH0313 08:06 countersign "$enrolled" --as mnair
does 09:00 countersign "$enrolled" --as jpatel
ends "0 to countersign"

story "a vial that gives more than its label is booked to its bound, and beyond it the book does not believe"
does 08:00 session open P-1 O-1 --place room-2 --as mnair
does 08:01 draw V-1 10mL --session S-1 --as mnair -w jpatel --reason "for two pumps"
refuses PH0210 08:02 draw V-1 0.4mL --session S-1 --as mnair -w jpatel --reason "there was more"
says "the same draw with --overfill"
does 08:02 draw V-1 0.4mL --session S-1 --overfill --as mnair -w jpatel --reason "there was more"
refuses PH0211 08:09 draw V-1 0.4mL --session S-1 --overfill --as mnair -w jpatel --reason "and more"
ends "2 open doses"

story "the last the supplier had, good for two weeks, is taken with a reason; what has expired is refused"
refuses PH0224 08:00 receive ketamine-50 2 vials --lot Z --expiry 2026-12-01 --from acme --document-type invoice \
    --document 9 --place safe --as mnair -w jpatel
does 08:00 receive ketamine-50 2 vials --lot Z --expiry 2026-12-01 --from acme --document-type invoice \
    --document 9 --place safe --as mnair -w jpatel --reason "the last they had"
refuses PH0223 08:01 receive ketamine-50 2 vials --lot Z --expiry 2026-10-01 --from acme --document-type invoice \
    --document 10 --place safe --as mnair -w jpatel
ends "0 open cases"
