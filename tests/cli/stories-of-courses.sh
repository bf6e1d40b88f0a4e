#!/usr/bin/env bash
# Courses of treatment in a house of four: what was ordered, how it is kept to, and what is written down where it was not.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
. "$root/tests/cli/house.bash"
begin_house 4
at 07:07 product add spravato --label "Spravato 28 mg" --drug esketamine --form nasal-device --strength 28mg/0.2mL \
    --strength-seen 28mg/0.2mL --volume 0.2mL --overfill 0mL --schedule III --as mnair --officer jpatel
at 07:08 receive spravato "6 devices" --lot S7 --expiry 2028-09-30 --invoiced 6 --from acme --document-type invoice \
    --document 2 --place safe --as mnair -w jpatel
at 07:09 patient add --rems --identifier R-1 --as jpatel
at 07:10 order add P-3 --drug esketamine --route nasal --dose 56mg --sessions 8 --interval 3 --as jpatel
rm -rf "house-4-courses" && cp -a "$house" house-4-courses && house="house-4-courses"

story "he comes a day too early because he is worse: the interval is asked about, and a colleague and a reason let him in"
does 08:00 session open P-3 O-3 --place room-2 --systolic 120 --as rosei
does 08:01 draw V-11 --session S-1 --as rosei
does 08:05 give D-1 --route nasal --read "2 sprays" --by patient-observed --as rosei
does 10:04 observe S-1 --systolic 130 --ready --as rosei
refuses PH0416 10:04 session close S-1 --outcome completed --escort --as rosei
does 10:05 session close S-1 --outcome completed --escort --as rosei
day=2026-11-19
refuses PH0413 08:00 session open P-3 O-3 --place room-2 --systolic 120 --as rosei
does 08:00 session open P-3 O-3 --place room-2 --systolic 120 --as rosei --reason "clinical: worse since Monday" -w lbrandt
ends "0 open cases"

story "the patient sprays one nostril, sneezes, and the nurse does not give it again: what the device gave is given"
does 08:00 session open P-3 O-3 --place room-2 --systolic 120 --as rosei
does 08:01 draw V-11 --session S-1 --as rosei
does 08:05 give D-1 --route nasal --read "1 spray" --by patient-observed --as rosei
does 08:06 observe S-1 --systolic 140 --medication "nothing; he sneezed" --as rosei
does 08:07 waste D-1 rest --method pouch --as rosei -w lbrandt --put "1 spray" --seen "1 spray"
says "28 mg drawn = 14 mg given + 14 mg wasted"
ends "0 open doses"

story "an hour after the last spray he wants to go: it is not completed, and nobody says that he was fit"
does 08:00 session open P-3 O-3 --place room-2 --systolic 120 --as rosei
does 08:01 draw V-11 --session S-1 --as rosei
does 08:05 give D-1 --route nasal --read "2 sprays" --by patient-observed --as rosei
does 08:45 observe S-1 --systolic 150 --diastolic 95 --as rosei
refuses PH0416 09:05 session close S-1 --outcome completed --escort --systolic 130 --as rosei
does 09:05 session close S-1 --outcome against-advice --as rosei
reads 09:06 show S-1
says "against-advice"
conceals "escort"
ends "0 open doses"

story "his pressure is 182 before anything is given: the unopened device goes back, and the order has used no dose"
does 08:00 session open P-3 O-3 --place room-2 --systolic 182 --diastolic 104 --as rosei
does 08:01 draw V-11 --session S-1 --as rosei
does 08:05 observe S-1 --systolic 178 --diastolic 101 --as rosei
does 08:06 return D-1 --place safe --seal-whole --as rosei -w lbrandt
does 08:07 session close S-1 --outcome not-started --as rosei
reads 08:08 stock spravato
says "168 mg"
ends "0 open doses"

story "a device falls out of its box: it is wasted unused, with a witness, and another is taken for it"
does 08:00 session open P-3 O-3 --place room-2 --systolic 120 --as rosei
does 08:01 draw V-11 --session S-1 --as rosei
does 08:02 waste D-1 rest --method broken --as rosei -w lbrandt --put "2 sprays" --seen "2 sprays" --remark "the nozzle broke on the floor"
does 08:03 draw V-12 --session S-1 --as rosei
does 08:05 give D-2 --route nasal --read "2 sprays" --by patient-observed --as rosei
ends "0 open doses"

story "she has lost thirty kilos since June: the old weight gives no order unmarked, and the new one gives less"
refuses PH0421 08:00 order add P-1 --drug ketamine --route iv --dose-per-kg 0.5mg/kg --weight 92kg --weighed 2026-06-01 --as jpatel
does 08:10 order cancel O-1 --as jpatel
does 08:11 order add P-1 --drug ketamine --route iv --dose-per-kg 0.5mg/kg --weight 61kg --weighed 2026-11-17 --sessions 6 --as jpatel
refuses PH0405 08:12 session open P-1 O-1 --place room-2 --systolic 120 --as rosei
does 08:12 session open P-1 O-4 --place room-2 --systolic 120 --as rosei
refuses PH0408 08:13 draw V-1 46mg --session S-1 --as rosei
does 08:13 draw V-1 30.5mg --session S-1 --as rosei
ends "0 open cases"

story "two nurses start the pump together and each books it: the second is told that it runs"
does 08:00 session open P-1 O-1 --place room-2 --systolic 120 --as rosei
does 08:01 draw V-1 40mg --session S-1 --dilute 50mL --container pump-syringe --as rosei
does 08:05 give D-1 --phase start --route iv --rate 75mL/h --as rosei
refuses PH0425 08:05 give D-1 --phase start --route iv --rate 75mL/h --as lbrandt
does 08:20 give D-1 --phase pause --read 20mL --as lbrandt
does 08:25 give D-1 --phase start --route iv --rate 60mL/h --as lbrandt
does 08:55 give D-1 --phase stop --read 50mL --as rosei
says "40 mg drawn = 40 mg given"
ends "0 open doses"

story "the pump says less than it said before: a reading does not run backwards, and what it says is written down as a question"
does 08:00 session open P-1 O-1 --place room-2 --systolic 120 --as rosei
does 08:01 draw V-1 40mg --session S-1 --dilute 50mL --container pump-syringe --as rosei
does 08:05 give D-1 --phase start --route iv --rate 75mL/h --as rosei
does 08:20 give D-1 --phase rate --rate 60mL/h --read 20mL --as rosei
refuses PH0233 08:30 give D-1 --phase stop --read 18mL --as rosei
does 08:30 give D-1 --phase stop --read 20mL --as rosei --remark "it shows 18 mL; battery changed"
does 08:31 case open D-1 --text "the pump lost two millilitres of its reading when its battery was changed" --as rosei
does 08:32 waste D-1 rest --method pouch --as rosei -w lbrandt --put 30mL --seen 32mL
says "PH0240"
ends "2 open cases"
