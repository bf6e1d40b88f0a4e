#!/usr/bin/env bash
# Esketamine: devices leave the stock whole, give sprays, and come back only unopened.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
begin_clinic
make_keys rosei
at 08:01 person add rosei --roles clinician --as jpatel -w mnair
at 08:03 place add safe --type safe --as mnair --officer jpatel
at 08:03 place add room-2 --type room --as mnair --officer jpatel
at 08:04 product add spravato --label "Spravato 28 mg" --drug esketamine --form nasal-device --strength 28mg/0.2mL \
    --strength-seen 28mg/0.2mL --volume 0.2mL --overfill 0mL --schedule III --as mnair --officer jpatel
recorded "a device of two sprays, 28 mg in 0.2 mL"
at 08:05 party add acme --type supplier --label Acme --registration dea:RA0123454 --as mnair --officer jpatel
at 08:06 receive spravato 4 devices --lot L1 --expiry 2028-09-30 --from acme --document-type invoice --document 1 --place safe \
    --as mnair -w jpatel
recorded "four devices come"
at 08:10 patient add --as rosei
recorded "a patient whom the programme for esketamine does not know yet"
at 08:11 order add P-1 --drug esketamine --route nasal --dose 56mg --sessions 8 --as jpatel
at 08:40 session open P-1 O-1 --place room-2 --systolic 121 --as rosei
at 08:41 draw V-1 --session S-1 --as rosei
refused PH0438 "who is not enrolled gets none"
expect_err "P-1 is not enrolled in the programme for esketamine."
at 08:50 patient add --patient P-1 --rems --identifier R-44123 --as rosei
recorded "the enrolment is confirmed"
at 09:01 draw V-1 --session S-1 --as rosei
recorded "a device needs no amount"
expect_out "V-1 is issued."
at 09:01 draw V-2 1 device S-1 --as rosei
recorded "or may be called one device"
at 09:02 draw V-3 1 spray S-1 --as rosei --reason clinical -w jpatel
refused PH0221 "half a device does not leave the stock"
at 09:02 draw V-3 2 sprays S-1 --as rosei --reason clinical -w jpatel
recorded "two sprays are all of it"
at 09:03 give D-1 --route nasal --read "2 sprays" --by patient-observed --as rosei
recorded "the patient sprays, observed"
expect_out "D-1 settled: 28 mg drawn = 28 mg given."
at 09:04 give D-2 --read 1 spray --by patient-observed --as rosei
expect_status 2 "an option's value of two words stands in quotes"
at 09:04 give D-2 --route nasal --read "1 spray" --by patient-observed --as rosei
refused PH0417 "devices rest five minutes"
at 09:10 give D-2 --route nasal --read "1 spray" --by patient-observed --as rosei
recorded "after which the next is used"
at 09:10 give D-2 --route nasal --read "3 sprays" --by patient-observed --as rosei
refused PH0418 "it holds two sprays"
at 09:11 waste D-2 rest --method pouch --reason defective --as rosei -w jpatel --put "1 spray" --seen "1 spray"
recorded "it fails after one spray, and what it did not give is wasted"
expect_out "D-2 settled: 28 mg drawn = 14 mg given + 14 mg wasted."
at 09:12 draw V-4 --session S-1 --as rosei
refused PH0408 "a third device is more than the order"
expect_err "98 mg" "by what is drawn and not wasted"
at 09:12 draw V-4 --session S-1 --reason "defective: V-2 gave one spray" --as rosei -w jpatel
recorded "it is drawn for the spray that is missing, and says why"
at 09:14 give D-4 --read "1 spray" --route nasal --by patient-observed --as rosei
refused PH0417 "the last spray was four minutes before"
at 09:15 give D-4 --read "1 spray" --route nasal --by patient-observed --as rosei
recorded "after five minutes it is given"
at 09:16 give D-4 --read "2 sprays" --route nasal --by patient-observed --as rosei
refused PH0407 "a second spray of it would be more than is ordered"
at 09:17 waste D-4 rest --method pouch --as rosei -w jpatel --put "1 spray" --seen "1 spray"
recorded "the other spray is wasted"
expect_out "D-4 settled: 28 mg drawn = 14 mg given + 14 mg wasted."
at 09:18 return D-3 --place safe --seal-whole --as rosei -w jpatel
recorded "an unopened device goes back"
at 09:18 stock
expect_out "V-3         1  safe   sealed"
at 09:19 show D-2
expect_out "V-2 28 mg (0.2 mL)" "a dose shows its source"
at 10:30 session close S-1 --outcome completed --escort --systolic 118 --as rosei
refused PH0416 "two hours of observation from the first spray"
at 11:02 session close S-1 --outcome completed --escort --systolic 118 --as rosei
refused PH0416 "to the minute"
at 11:03 session close S-1 --outcome completed --escort --systolic 118 --as rosei
recorded "then the session is closed"
