#!/usr/bin/env bash
# How drug is taken aside, and by what each way is caught: refused at once, asked about, or shown to whoever looks.
. "$(dirname "$0")/harness.sh"
command -v python3 >/dev/null || skip "python3 is not here"
. "$root/tests/cli/clinic.bash"
. "$root/tests/cli/house.bash"
begin_house 4
delivery="--lot A2 --expiry 2028-09-30 --from acme --document-type invoice --document 2 --place safe --as mnair -w jpatel"

story "a carton of ten is booked as one vial: the first count of the safe finds nine that nobody booked"
# shellcheck disable=SC2086  # several options
does 08:00 receive ketamine-50 1 vial --invoiced 1 $delivery
does 08:30 count safe --whole --lines "product=ketamine-50 containers 18 vials 18 vials" --as rosei -w lbrandt
says "PH0246"
says "4500 mg too much"
ends "1 open case"

story "ten vials are booked as a hundred: what came is held against the paper, and asked about"
# shellcheck disable=SC2086
does 08:00 receive ketamine-50 100 vials --invoiced 10 $delivery
says "PH0243"
ends "1 open case"

story "a break-in on Friday night is found on Monday: the authority is told by Tuesday, and the form follows by the 45th day"
day=2026-11-23
does 08:00 loss V-3 V-4 --discovered "2026-11-23 08:00" --since "2026-11-20 23:00" --type break-in --significant --as mnair -w jpatel
reads 08:01 pending
says "loss-notice about this loss  by the end of 2026-11-24"
says "form-106 about this loss  by the end of 2027-01-07"
ends "1 open case"

story "the drop that is in every vial above its label: whose vials never have it stands beside those of the others"
does 08:00 session open P-1 O-1 --place room-2 --systolic 120 --as rosei
does 08:01 draw V-1 9.9mL --session S-1 --as rosei --reason clinical
does 08:02 empty V-1 --as rosei -w lbrandt
does 08:03 draw V-2 10.4mL --overfill --session S-1 --as lbrandt --reason clinical
does 08:04 empty V-2 --as lbrandt -w rosei
reads 08:05 report variance --json
says '"by":"rosei","vials":1,"draws":1,"closing_loss_ul":100,"gained_ul":0'
says '"by":"lbrandt","vials":1,"draws":1,"closing_loss_ul":0,"gained_ul":400'
ends

story "a patient who never was: three minutes without a blood pressure are no treatment that was completed"
does 08:00 session open P-1 O-1 --place room-2 --as rosei
does 08:01 draw V-1 40mg --session S-1 --as rosei
does 08:02 give D-1 --route iv --read rest --start 08:01 --stop 08:02 --as rosei
refuses PH0416 08:03 session close S-1 --outcome completed --escort --as rosei
says "the patient was observed for 1 min"
says "also PH0432"
ends

story "a dose is drawn eight minutes after a treatment has ended: it is for nobody"
does 08:00 session open P-1 O-1 --place room-2 --systolic 120 --as rosei
does 08:20 session close S-1 --outcome not-started --as rosei
refuses PH0402 08:28 draw V-1 40mg --session S-1 --as rosei
ends "0 open doses"

story "old vials are said to be sent away to be destroyed: the certificate that does not come stays owed"
does 08:00 party add reverse --type reverse-distributor --label Reverse --registration dea:RA0123454 --as mnair --officer jpatel
does 08:01 ship V-3 V-4 --to reverse --document RD-1 --why disposal --as mnair -w jpatel
day=2026-12-17
does 08:00 move V-5 --to room-2 --as mnair
day=2026-12-18
does 08:00 move V-5 --to safe --as mnair
reads 08:01 pending
says "certificate about this ship  by the end of 2026-12-17"
says "OVERDUE"
ends

story "two who always witness for each other, seconds apart: whoever reads the statement reads how many seconds"
does 08:00 session open P-1 O-1 --place room-2 --systolic 120 --as rosei
does 08:01 draw V-1 40mg --session S-1 --as rosei
for _ in 1 2 3; do
    does 08:02 waste D-1 0.2mL --method pouch --put 0.2mL --seen 0.2mL --as rosei -w lbrandt --reason intended-twice
done
day=2026-11-18
reads 08:00 closing --as mnair
reads 08:01 attest --from 2026-11-17 --to 2026-11-17 --dry-run
says "4 of them under 5 s apart"
ends

story "a patient would like to take the second device home: it does not leave, and the treatment does not end with it open"
does 08:00 product add spray --label "Esketamine 28 mg" --drug esketamine --form nasal-device --strength 28mg/0.2mL \
    --strength-seen 28mg/0.2mL --volume 0.2mL --overfill 0mL --schedule III --as mnair --officer jpatel
does 08:01 receive spray 2 devices --lot E1 --expiry 2028-09-30 --from acme --document-type invoice --document 3 --place room-2 --as mnair -w jpatel
does 08:02 patient add --patient P-1 --rems --as jpatel
does 08:02 order add P-1 --drug esketamine --route nasal --dose 56mg --as jpatel
does 08:03 session open P-1 O-3 --place room-2 --systolic 120 --as rosei
does 08:04 draw V-11 --session S-1 --as rosei
does 08:05 give D-1 --route nasal --read "2 sprays" --by patient-observed --as rosei
does 08:06 draw V-12 --session S-1 --as rosei
refuses PH0316 08:07 give D-2 --route nasal --read "2 sprays" --to-outsider --as rosei
refuses PH0415 10:10 session close S-1 --outcome completed --escort --systolic 118 --as rosei
does 10:11 return D-2 --place room-2 --seal-whole --as rosei -w lbrandt
does 10:12 session close S-1 --outcome completed --escort --systolic 118 --as rosei
ends "0 open doses"
