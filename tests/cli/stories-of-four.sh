#!/usr/bin/env bash
# What happens in a house of four, two officers and two nurses, and is written down as it was.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
. "$root/tests/cli/house.bash"
begin_house 4

# Rosei has 40 mg in a syringe for P-1, and has given 30 mg of them.
thirty_of_forty_given()
{
    does 08:00 session open P-1 O-1 --place room-2 --systolic 120 --as rosei
    does 08:01 draw V-1 40mg --session S-1 --as rosei
    does 08:05 give D-1 --route iv --read 30mg --as rosei
}

story "two people sure of different amounts are both written down, and a case asks"
thirty_of_forty_given
does 08:06 waste D-1 0.2mL --method pouch --as rosei -w lbrandt --put 0.2mL --seen 0.1mL
says "rosei put away 10 mg (0.2 mL); lbrandt saw 5 mg (0.1 mL)."
says "PH0240"
ends "1 open case"

story "a witness who saw nothing go into the pouch signs that she saw nothing"
thirty_of_forty_given
refuses PH0304 08:06 waste D-1 rest --method pouch --as rosei -w rosei --put 0.2mL --seen 0.2mL
does 08:07 waste D-1 rest --method pouch --as rosei -w lbrandt --put 0.2mL --seen 0mL
says "lbrandt saw 0 mL."
says "PH0240"
refuses PH0314 08:08 countersign "$last" --as mnair
ends "1 open case"

story "a witness who will not sign at all has not signed: the bag is sealed, and another sees it wasted"
thirty_of_forty_given
does 08:06 hold D-1 --seal BAG-1 --place safe --as rosei --reason "lbrandt did not see it and will not sign"
does 08:40 session close S-1 --outcome completed --systolic 118 --escort --as rosei
refuses PH0234 18:00 waste D-1 rest --method pouch --as mnair -w jpatel --put 0.2mL --seen 0.2mL
says "rosei, who is not among those who sign this"
does 18:00 waste D-1 rest --method pouch --as mnair -w jpatel --put 0.2mL --seen 0.2mL --reason "rosei has gone home"
conceals "lbrandt"
ends "0 open doses"

story "an ambulance takes the patient and the pump that runs: what was given here and what left are two amounts"
does 08:00 session open P-1 O-1 --place room-2 --systolic 120 --as rosei
does 08:01 draw V-1 40mg --session S-1 --dilute 50mL --container pump-syringe --as rosei
does 08:05 give D-1 --phase start --route iv --rate 50mL/h --as rosei
does 08:20 handover D-1 --to rescue --taker "Medic 12" --giver-read 12mL --as rosei
says "40 mg drawn = 9.6 mg given + 30.4 mg handed out"
does 08:21 session close S-1 --outcome transferred --as rosei
ends "0 open doses"

story "police seize the safe: whoever is there hands it over, what stood elsewhere stays, and what they bring back is received"
does 10:00 surrender V-3..V-10 --to police --as rosei
refuses PH0212 10:01 surrender V-3 --to police --document R-1 --as rosei
refuses PH0238 12:00 recover V-3 10mL --place safe --as mnair -w jpatel
does 12:00 receive ketamine-50 8 vials --lot A1 --expiry 2028-09-30 --from police --document-type transfer --document R-1 \
    --place safe --as mnair -w jpatel
reads 12:01 stock
says "10 containers of 1 product."
ends "0 open cases"

story "the power fails at 23:58 in the middle of an infusion, and it is written down past midnight with the times it had"
does 23:30 session open P-1 O-1 --place room-2 --systolic 120 --as rosei
does 23:35 draw V-1 40mg --session S-1 --dilute 50mL --container pump-syringe --as rosei
does 23:40 give D-1 --phase start --route iv --rate 75mL/h --as rosei
day=2026-11-18
refuses PH1009 00:40 give D-1 --phase stop --stop 23:58 --read 20mL --as rosei
does 00:40 give D-1 --phase stop --stop "2026-11-17 23:58" --read 20mL --as rosei
says "LATE: recorded 42 min after it happened"
says "The day before was closed first"
does 00:41 waste D-1 rest --at 00:10 --method pouch --as rosei -w lbrandt --put 30mL --seen 30mL
does 00:42 session close S-1 --outcome stopped --systolic 118 --escort --as rosei
ends "1 late"

story "the owner's brother is the patient: the owner neither orders nor witnesses unmarked, and cannot let himself in again"
does 08:00 patient add P-1 --may-not-act jpatel --as mnair
refuses PH0306 08:01 order add P-1 --drug ketamine --route iv --dose 30mg --as jpatel
does 08:01 order add P-1 --drug ketamine --route iv --dose 30mg --as jpatel --irregular --reason "no other prescriber in town"
order=$last
does 08:02 session open P-1 O-3 --place room-2 --as rosei
does 08:03 draw V-1 30mg --session S-1 --as rosei
refuses PH0306 08:04 waste D-1 0.1mL --method pouch --as rosei -w jpatel --put 0.1mL --seen 0.1mL
refuses PH0310 08:05 patient add P-1 --may-act-again jpatel --as jpatel --officer mnair
refuses PH0310 08:05 patient add P-1 --may-act-again jpatel --as rosei --officer jpatel
does 08:06 countersign "$order" --as mnair
does 08:07 patient add P-1 --may-act-again jpatel --as rosei --officer mnair --reason "half-brothers, and he has moved away"
ends "1 open case"

story "the maker's letter says that the lot is twice as strong: it is held and sent back, and no strength in the book changes"
thirty_of_forty_given
does 09:00 hold V-1..V-10 --why recall --notice FDA-77 --as rosei --remark "lot A1 is 100 mg/mL"
refuses PH0236 09:01 product add ketamine-100 --label "Ketamine 100 mg/mL" --drug ketamine --form multi-dose-vial \
    --strength 100mg/mL --strength-seen 100mg/mL --volume 10mL --overfill 0.5mL --schedule III \
    --replaces ketamine-50 --as mnair --officer jpatel
does 09:02 observe S-1 --sedation deep --oxygen 92 --as rosei --remark "twice the dose, by the letter"
does 09:03 notice complaint --about "$last" --number MW-1 --as jpatel
does 09:04 ship V-2..V-10 --to acme --document RMA-1 --why recall --as mnair -w jpatel
refuses PH0213 09:05 draw V-1 10mg --session S-1 --as rosei --reason "to finish" -w lbrandt
ends "1 open dose"

story "two syringes without a label are both wasted as what both of them were, and drawn again"
does 08:00 session open P-1 O-1 --place room-2 --as rosei
does 08:01 draw V-1 20mg --session S-1 --as rosei
does 08:02 session open P-2 O-2 --place room-2 --as lbrandt
does 08:03 draw V-1 20mg --session S-2 --as lbrandt
does 08:05 waste D-1 rest --method pouch --as rosei --put 0.4mL --seen 0.4mL + \
    waste D-2 rest --method pouch --as rosei --put 0.4mL --seen 0.4mL -w lbrandt --remark "alike, and no label on either"
does 08:06 draw V-1 20mg --session S-1 --as rosei
ends "1 open dose"

story "a nurse alone drops a sealed vial: it is said at once, and a colleague and an officer say later what they know of it"
refuses PH0309 10:00 waste V-4 rest --method broken --as rosei --put 10mL
does 10:00 waste V-4 rest --method broken --as rosei --put 10mL --irregular --reason "nobody else on the floor"
broken_vial=$last
does 10:05 countersign "$broken_vial" --as lbrandt
refuses PH0319 10:06 countersign "$broken_vial" --as lbrandt
does 10:07 countersign "$broken_vial" --as jpatel
ends "0 to countersign"

story "a syringe that went home in a pocket is lost in the evening, and found, not conjured away, in the morning"
thirty_of_forty_given
refuses PH0415 08:40 session close S-1 --outcome completed --systolic 120 --escort --as rosei
does 20:00 loss D-1 --discovered 20:00 --type unknown --as mnair -w lbrandt
says "40 mg drawn = 30 mg given + 10 mg lost"
day=2026-11-18
refuses PH0230 07:00 waste D-1 rest --method pouch --as rosei -w lbrandt --put 0.2mL --seen 0.2mL
does 07:01 found ketamine-50 1 0.2mL --place safe --case X-1 --as mnair -w lbrandt --remark "the syringe of D-1"
does 07:02 session close S-1 --outcome completed --systolic 120 --escort --as rosei --at "2026-11-17 08:40"
ends "1 open case"
