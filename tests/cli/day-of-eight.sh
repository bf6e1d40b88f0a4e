#!/usr/bin/env bash
# A whole day with eight people, each in the role they have; everything that happens can be written down.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
begin_clinic
make_keys rosei lbrandt tcho mdiaz aweber kpark

enrol()
{
    at 08:01 person add "$1" --roles "$2" --as jpatel -w mnair --name "$3"
    recorded "$1 is enrolled as $2"
}
enrol rosei clinician "Robin Osei"
enrol lbrandt clinician,witness "Lee Brandt"
enrol tcho clinician "Tae Cho"
enrol mdiaz prescriber "Maria Diaz"
enrol aweber custodian,witness "Anna Weber"
at 08:02 person add kpark --roles auditor --as jpatel
recorded "an auditor enrolled by one officer alone"
expect_out "countersign by a second officer"
stock_clinic

at 08:15 countersign 8 --as mnair
recorded "the second officer follows"

at 08:20 receive ketamine-50 5 vials --lot B2 --expiry 2027-01-31 ketamine-50 2 vials --lot C3 --expiry 2028-01 --damaged 1 \
    --from acme --document-type invoice --document INV-2 --invoiced 8 --place safe --as aweber
recorded "two lines are received by one person"
expect_out "vials V-11 to V-17"
expect_out "second check of a receipt" "waiting for a second"
expect_out "X-1" "the missing vial opens a case"
receipt=$(grep -o 'RECORDED #[0-9]*' "$out" | tr -dc 0-9)
at 08:21 stock
expect_out "ON HOLD: damaged" "the damaged one is on hold"
expect_out "UNCHECKED"
at 08:22 countersign "$receipt" --as rosei
recorded "another counts them"

at 08:30 move V-1 V-2 --to room-2 --as rosei
recorded "vials are carried to the room"
at 08:30 hold V-3..V-5 --why recall --notice R-9 --as kpark
recorded "anybody holds what is recalled"
at 08:31 release V-4 --as aweber --officer jpatel
recorded "a custodian and an officer release one"

at 08:32 patient add --name "Bo Example" --may-not-act tcho --as rosei
recorded "a second patient, whom one of the staff may not treat"
at 08:33 order add P-2 --drug ketamine --route iv --dose-per-kg 0.5mg/kg --weight 80kg --weighed $day --sessions 3 --as mdiaz
recorded "ordered by weight"

at 09:00 session open P-1 O-1 --place room-2 --systolic 131 --as rosei
recorded "the first session"
at 09:00 session open P-2 O-2 --place room-2 --as tcho
refused PH0306 "who may not act for a patient opens no session for them"
at 09:01 session open P-2 O-2 --place room-2 --systolic 117 --as lbrandt
recorded "another does"

at 09:02 draw V-1 35mg --session S-1 --dilute 100mL --container bag --as rosei
recorded "a bag for the first"
at 09:03 draw V-2 30mg V-1 10mg --session S-2 --as lbrandt
recorded "a syringe from two vials for the second"
expect_out "D-2 is open: 40 mg"
at 09:03 draw V-3 10mg --session S-2 --as lbrandt
refused PH0213 "nobody draws from what is recalled"
at 09:04 draw V-1 600mg --session S-1 --as rosei
refused PH0210 "no more can be drawn than there is"
expect_err "last entries" "the refusal says what the book says"
expect_err "short by" "and the difference"
expect_err "next" "and what to type next"

at 09:10 administer D-1 --phase start --route iv --rate 150mL/h --as rosei
recorded "the infusion begins"
at 09:20 administer D-1 --rate 120mL/h --as rosei
recorded "its rate changes"
at 09:30 handover D-1 --to tcho --giver-read 40mL --taker-read 40mL --as rosei
recorded "the dose is handed over, both reading the pump"
at 09:45 administer D-1 --stop 09:44 --read 30.0mg --as tcho
recorded "it is stopped before the end"
expect_out "D-1 is open: 5 mg"
at 09:46 residual D-1 1mg --where line --as tcho
recorded "some stays in the line"
at 09:47 waste D-1 rest --method pouch --as tcho -w lbrandt --put 11.43mL --seen 11.43mL
recorded "the rest is wasted before a witness"
expect_out "D-1 settled: 35 mg drawn = 30 mg given + 4 mg wasted + 1 mg left behind."

at 09:20 give D-2 --route iv --start 09:05 --stop 09:19 --read 40mg --as lbrandt --clock "$day 09:50" 2>/dev/null
expect_status 2 "--clock is given once"
at 09:50 give D-2 --route iv --start 09:05 --stop 09:19 --read 40mg --as lbrandt
recorded "a gift written down half an hour later"
expect_out "LATE" "says LATE"
at 09:51 log --limit 1
expect_out "LATE"

at 10:00 draw V-2 5mg --as rosei
refused PH0401 "no dose without a session"
expect_err "--irregular" "and how to record that it happened all the same"
at 10:00 draw V-2 5mg --as rosei --irregular --reason "emergency in the corridor" --officer jpatel
recorded "what has happened can be written down"
expect_out "IRREGULAR"
expect_out "X-2" "it opens a case by itself"
at 10:01 waste D-3 rest --method spilled --as rosei -w lbrandt --put 0.1mL --seen 0.1mL
recorded "and ends"

at 10:30 observe S-1 --systolic 128 --sedation alert --ready --as tcho
at 10:31 session close S-1 --outcome completed --escort --as tcho
recorded "the first session is closed"
at 10:32 session close S-2 --outcome completed --systolic 121 --escort --as lbrandt
recorded "and the second"

at 11:00 empty V-1 --reason clinical --as rosei -w aweber
recorded "a vial is finished"
expect_out "V-1 is finished."

at 12:00 person roles tcho --roles clinician,witness --as jpatel -w mnair
recorded "a role is added"
at 12:01 person revoke kpark --as jpatel
recorded "rights are taken away by one officer"
at 12:02 log --as kpark
expect_status 0 "looking needs no rights"
at 12:02 hold V-6 --why suspect --as kpark
expect_status 4 "but signing does"
run key new rosei --key rosei-new.pem --secrets secrets --no-input
at 12:05 person rekey rosei --key-file rosei-new.pub --as jpatel -w mnair
recorded "a lost key is replaced"
at 12:06 move V-6 --to room-2 --as rosei
expect_status 4
expect_err "PH0805" "the old key signs no more"
at 12:06 move V-6 --to room-2 --as rosei --key rosei=rosei-new.pem
recorded "the new one does"

at 13:00 policy set --late 20 --as jpatel -w mnair
recorded "two officers change a number of the rules"
at 13:01 policy show
expect_out "20 min"
at 13:02 order cancel O-2 --as mdiaz
recorded "an order is ended"
at 13:03 order list
expect_no_out "O-2" "and no longer listed"
at 13:03 order list --all
expect_out "CANCELLED"
at 13:04 patient add P-1 --may-not-act lbrandt --as rosei --key rosei=rosei-new.pem
recorded "somebody is locked out of a patient's care"

at 14:00 checkpoint
expect_out "phial/"
at 14:01 export -o day.phial --recipient "State Board" --purpose inspection --certify jpatel
expect_status 0
expect_out "EXPORTED entries 1"
expect_out "TRAINING"
run inspect day.phial
expect_out "This is an export of a TRAINING ledger"
expect_out "State Board"
run key show --seal
cp "$out" site.pub
run verify day.phial --key site.pub
expect_status 0
expect_out "PASS whole"
run verify
expect_status 0
expect_out "PASS whole"
