#!/usr/bin/env bash
# What may not be done with stock is refused, and written down as what it is where it has happened.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
begin_clinic
stock_clinic
make_keys rosei
at 08:12 person add rosei --roles clinician --as jpatel -w mnair
at 08:13 product add amp-50 --label "Ketamine 50 mg/mL 10 mL, single dose" --drug ketamine --form single-dose-vial --strength 50mg/mL \
    --strength-seen 50mg/mL --volume 10mL --overfill 0.5mL --schedule III --gtins "20355150439106 pack 10" --as mnair --officer jpatel
at 08:14 party add other --type registrant --label "Other Clinic" --registration dea:RA0123454 --as mnair --officer jpatel
at 08:15 patient add --as jpatel + patient add
for patient in P-1 P-2 P-3; do
    at 08:16 order add $patient --drug ketamine --route iv --dose 40mg --sessions 20 --as jpatel
done
recorded "three patients have an order each"
papers="--from acme --document-type invoice --place room-2 --as mnair -w jpatel"
on_prescription="--from acme --document-type prescription --place room-2 --as mnair -w jpatel"

# ---- as it comes
# shellcheck disable=SC2086  # several options
{
    at 08:20 receive 20355150439106 1 carton --lot C1 --expiry 2028-09-30 --serial S001 --gtin 20355150439106 --document 2 $papers
    recorded "a carton with a serial number comes, V-11 to V-20"
    forbidden PH0204 "a serial number is received once" \
        08:21 receive 20355150439106 1 carton --lot C1 --expiry 2028-09-30 --serial S001 --gtin 20355150439106 --document 3 $papers
    forbidden PH0223 "what expired yesterday is not received" \
        08:22 receive amp-50 1 vial --lot C2 --expiry 2026-11-16 --document 4 $papers
    at 08:23 receive amp-50 1 vial --lot C3 --expiry 2026-11-17 --document 5 $papers
    refused PH0224 "what expires tonight is asked about"
    at 08:23 receive amp-50 1 vial --lot C3 --expiry 2026-11-17 --document 5 $papers --reason clinical
    recorded "and may be received for a reason"
    tonight=$(born vial)
    forbidden PH0225 "stock on a prescription names its patient" \
        08:24 receive amp-50 1 vial --lot C4 --expiry 2028-09-30 --document RX-1 $on_prescription
    at 08:25 receive ketamine-50 2 vials --lot C5 --expiry 2028-09-30 --document RX-2 --patient P-2 $on_prescription
    recorded "with its patient it is received"
    named=$(born vial)
}
at 08:26 move V-1 V-2 V-3 V-4 --to room-2 --as mnair

# ---- as it is drawn
at 08:30 session open P-1 O-2 --place room-2 --systolic 120 --as rosei
recorded "P-1 is treated"
at 08:31 hold V-1 --why recall --notice R-1 --as rosei
forbidden PH0213 "a recalled vial is not drawn from" 08:32 draw V-1 1mg --session S-1 --as rosei
at 08:33 hold V-2 --why quarantine --as rosei
forbidden PH0213 "nor one in quarantine" 08:34 draw V-2 1mg --session S-1 --as rosei
forbidden PH0220 "stock that came for one patient is drawn for no other" 08:35 draw "$named" 1mg --session S-1 --as rosei
at 08:36 draw V-11 1mg --session S-1 --as rosei
recorded "a single-dose vial is opened for P-1"
at 08:36 draw V-3 1mg --session S-1 --as rosei
recorded "and a multi-dose vial"
at 08:37 session open P-2 O-3 --place room-2 --systolic 120 --as rosei
forbidden PH0219 "a single-dose vial is for one patient" 08:38 draw V-11 1mg --session S-2 --as rosei
forbidden PH0229 "what was never opened is not waste" 08:39 waste V-4 rest --method pouch --put 10mL --seen 10mL --as rosei -w jpatel
at 08:40 draw "$named" 1mg --session S-2 --as rosei
recorded "what came for P-2 is drawn for P-2"
at 14:36 draw V-11 1mg --session S-1 --as rosei --reason clinical
recorded "six hours after it was opened a single-dose vial is still used"
forbidden PH0215 "a minute later it is not" 14:37 draw V-11 2mg --session S-1 --as rosei
at 23:59 draw "$tonight" 1mg --session S-1 --as rosei --reason clinical
recorded "the label holds until midnight"
day=2026-11-18
forbidden PH0214 "and a minute later the vial has expired" 00:00 draw "$tonight" 2mg --session S-1 --as rosei
day=2026-12-15
at 23:59 draw V-3 1mg --session S-1 --as rosei --reason clinical
recorded "to the end of its 28th day a multi-dose vial is used"
day=2026-12-16
forbidden PH0215 "and not on the 29th" 00:00 draw V-3 2mg --session S-1 --as rosei
day=2027-01-01
last=$((${named#V-} + 1))
at 23:59 draw "V-$last" 1mg --session S-2 --as rosei --reason clinical
recorded "within 45 days, over the end of the year, stock is used for its patient"
day=2027-01-02
forbidden PH0270 "and not after them" 00:00 draw "V-$last" 2mg --session S-2 --as rosei

# ---- as it leaves
forbidden PH0269 "more than the twentieth part goes to no other practitioner" \
    09:00 ship V-5 --to other --document T-1 --why transfer --as mnair -w jpatel
run verify
expect_status 0 "the book verifies"
