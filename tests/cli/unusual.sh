#!/usr/bin/env bash
# What is unusual wants a reason and a second look; what cannot have happened so is refused, and says what would be accepted.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
begin_clinic
make_keys rosei lbrandt
at 08:01 person add rosei --roles clinician --as jpatel -w mnair + person add lbrandt --roles clinician
stock_clinic
for _ in 2 3 4 5; do
    at 08:12 patient add --as jpatel
done
recorded "there are patients P-1 to P-5"

# asked CODE SENTENCE TIME ARGUMENT...: refused by this rule, and recorded with a reason
asked()
{
    local code=$1 told=$2

    shift 2
    at "$@"
    [ "$status" -eq 3 ] && grep -qE "^(phial:|  also) $code " "$err" && grep -qx 'Nothing was recorded.' "$err"
    verdict $? "$told is asked about"
    at "$@" --reason "it was so"
    recorded "  and with a reason it is recorded"
}

# ---- names and definitions
at 08:20 product add ketamine-50 --label Other --drug ketamine --form multi-dose-vial --strength 10mg/mL --strength-seen 10mg/mL \
    --volume 20mL --overfill 0.5mL --schedule III --as mnair --officer jpatel
refused PH0203 "a name stands for one thing for ever"
at 08:20 product add other-50 --label Other --drug ketamine --form multi-dose-vial --strength 50mg/mL --strength-seen 50mg/mL \
    --volume 10mL --overfill 0.5mL --schedule III --ndc 55150-439-10 --as mnair --officer jpatel
refused PH0203 "and so does a drug code"
at 08:21 product add esk-vial --label "Esketamine 25 mg/mL" --drug esketamine --form multi-dose-vial --strength 25mg/mL \
    --volume 10mL --overfill 0.5mL --schedule III --as mnair
recorded "one person alone defines a product"
papers="--from acme --document-type invoice --place room-2 --as mnair"
# shellcheck disable=SC2086  # several options
asked PH0218 "stock of a product that no officer has approved" \
    08:22 receive esk-vial 2 vials --lot E1 --expiry 2028-09-30 --document 2 $papers -w jpatel
other=$(born vial)
at 08:23 product add spray --label "Esketamine 28 mg" --drug esketamine --form nasal-device --strength 28mg/0.2mL \
    --strength-seen 28mg/0.2mL --volume 0.2mL --overfill 0mL --schedule III --gtins "20355150439106 pack 10" --as mnair --officer jpatel
at 08:23 product add spray-2 --label "Esketamine 28 mg" --drug esketamine --form nasal-device --strength 28mg/0.2mL \
    --strength-seen 28mg/0.2mL --volume 0.2mL --overfill 0mL --schedule III --replaces spray --as mnair --officer jpatel
recorded "a definition is replaced by another"
# shellcheck disable=SC2086  # several options
{
    at 08:24 receive spray 2 devices --lot S1 --expiry 2028-09-30 --document 3 $papers -w jpatel
    refused PH0237 "and nothing is booked by it any more"
    at 08:24 receive 00355150439119 2 vials --lot S1 --expiry 2028-09-30 --document 3 $papers -w jpatel
    expect_status 6 "a barcode that no product has is not guessed at"
    expect_err "PH0606"
    at 08:25 receive ketamine-50 2 vials --lot S2 --expiry 2028-09-30 --document 4 $papers
    recorded "one person alone takes stock in"
    unchecked=$(born vial)
    at 08:26 party add lapsed --type supplier --label Lapsed --registration dea:RA0123454 --valid-until 2026-11-16 --as mnair --officer jpatel
    asked PH0235 "a supplier whose registration ended yesterday" 08:27 receive ketamine-50 1 vial --lot S3 --expiry 2028-09-30 \
        --from lapsed --document-type invoice --document 5 --place room-2 --as mnair -w jpatel
    at 08:28 receive spray-2 2 devices --lot S4 --expiry 2028-09-30 --document 6 $papers -w jpatel
    device=$(born vial)
}
asked PH0227 "what is there already" 08:29 move V-1 --to safe --as mnair
at 08:29 release V-1 --as mnair --officer jpatel
refused PH0228 "what is not held is not released"
at 08:30 countersign 998 --as jpatel --json
expect_status 6 "an entry that is not there is not countersigned"

# ---- orders
asked PH0419 "an unusual dose" 08:31 order add P-1 --drug ketamine --route iv --dose 150.000001mg --as jpatel
asked PH0420 "a weight of a kilogram too much" \
    08:32 order add P-1 --drug ketamine --route iv --dose-per-kg 0.5mg/kg --weight 250.001kg --weighed "$day" --as jpatel
at 08:33 order add P-1 --drug ketamine --route iv --dose 40mg --from "$day 12:00" --until "$day 11:59" --as jpatel
refused PH0426 "an order does not end before it begins"
at 08:34 order add P-1 --drug ketamine --route iv --dose 40mg --weight 70kg --weighed "$day" --protocol depression-infusion \
    --sessions 9 --interval 2 --lapse 3 --as jpatel
recorded "an order for a course, two days apart and over after three"
order=$(born order)
at 08:35 session open P-1 "$order" --place room-2 --systolic 120 --as rosei
session=$(born session)

# ---- drawn, mixed, given
at 08:36 move V-2 --to room-2 --as mnair + place add room-3 --type room --as mnair --officer jpatel + move V-3 --to L-new
recorded "V-3 stands in another room"
asked PH0216 "a vial from another room" 08:37 draw V-3 1mg --session "$session" --as rosei
asked PH0217 "a vial whose receipt nobody has checked" 08:38 draw "$unchecked" 1mg --session "$session" --as rosei
at 08:39 draw V-2 20mg "$other" 5mg --session "$session" --as rosei
refused PH0226 "two drugs are not in one syringe"
at 08:39 draw V-2 20mg --session "$session" --as rosei
dose=$(born dose)
at 08:40 give "$dose" --phase rate --rate 1mL/h --route iv --as rosei
refused PH0425 "what was not begun is not changed"
at 08:41 give "$dose" --phase start --route iv --rate 1mL/h --as rosei
at 08:42 draw V-2 1mg --session "$session" --into "$dose" --as rosei
refused PH0232 "to a dose that runs nothing is added"
asked PH0436 "a rate above the usual, by a microlitre an hour" 08:43 give "$dose" --phase rate --rate 1.401mL/h --as rosei
at 08:44 give "$dose" --phase rate --rate 1.4mL/h --as rosei
recorded "the usual rate is not"
at 08:50 handover "$dose" --to lbrandt --giver-read 0.1mL --taker-read 0.2mL --as rosei
recorded "two who read different amounts are both written down"
expect_out "PH0244" "and it is a case"
asked PH0429 "a dose that another answers for" 08:51 handover "$dose" --to rosei --as jpatel
at 09:01 give "$dose" --phase stop --read 10mg --as rosei
recorded "it is stopped"
at 09:02 residual "$dose" rest --where line --as rosei
recorded "all that is left is said to be in the line"
expect_out "PH0242" "which is a case"
at 09:03 return "$dose" --place safe --seal-whole --as rosei -w lbrandt
expect_status 3 "what was drawn up does not go back into stock"
at 09:40 waste D-1 rest --method pouch --put 0.02mL --seen 0.02mL --as rosei -w lbrandt + \
    waste D-2 rest --method pouch --put 0.02mL --seen 0.02mL
recorded "what was drawn too much is wasted"
at 09:45 session close "$session" --outcome completed --escort --systolic 118 --as rosei
recorded "the session ends"
at 09:46 session close "$session" --outcome completed --escort --systolic 118 --as rosei
refused PH0431 "once"

# ---- the next sessions of the course
day=2026-11-18
asked PH0413 "a session on the next day" 09:00 session open P-1 "$order" --place room-2 --systolic 120 --as rosei
at 09:10 session close "$(born session)" --outcome not-started --as rosei
day=2026-11-22
asked PH0434 "a course that goes on after four days, when it is over after three" \
    09:00 session open P-1 "$order" --place room-2 --systolic 120 --as rosei

# ---- a device whose seal is broken
at 09:10 patient add --patient P-2 --rems --as jpatel + order add P-2 --drug esketamine --route nasal --dose 28mg
recorded "a patient is enrolled for esketamine"
at 09:11 session open P-2 "$(born order)" --place room-2 --systolic 120 --as rosei
at 09:12 draw "$device" --session "$(born session)" --as rosei
recorded "a device is taken"
at 09:13 return "$(born dose)" --place safe --as rosei -w lbrandt
refused PH0427 "what has no whole seal does not go back into stock"

# ---- counts and people
day=2026-11-24
at 09:00 count safe --as-of 20 --lines "vial=V-1 measured 10mL 10mL" --as mnair -w jpatel
refused PH0252 "a count is not held against the book of days ago"
at 09:10 person revoke mnair --as jpatel
recorded "one officer of two is revoked"
at 09:11 person revoke jpatel --as jpatel
refused PH0312 "the last one is not"
for verb in edit delete update purge; do
    run $verb 12
    expect_status 2 "there is no command to $verb an entry with"
done
run verify
expect_status 0 "the book verifies"
