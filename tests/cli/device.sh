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
at 08:11 order add P-1 --drug esketamine --route nasal --dose 56mg --sessions 8 --as jpatel
at 09:00 session open P-1 O-1 --place room-2 --as rosei
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
at 09:11 waste D-2 rest --method pouch --as rosei -w jpatel --put "1 spray" --seen "1 spray"
recorded "what is not sprayed is wasted"
expect_out "D-2 settled: 28 mg drawn = 14 mg given + 14 mg wasted."
at 09:12 return D-3 --place safe --seal-whole --as rosei -w jpatel
recorded "an unopened device goes back"
at 09:12 stock
expect_out "V-3 … V-4      2  safe   sealed"
at 09:13 show D-2
expect_out "V-2 28 mg (0.2 mL)" "a dose shows its source"
at 10:30 session close S-1 --outcome completed --as rosei
refused PH0416 "two hours of observation from the first spray"
at 11:04 session close S-1 --outcome completed --as rosei
recorded "then the session is closed"
