#!/usr/bin/env bash
# What may not happen in a treatment is refused, and written down as what it is where it has happened.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
begin_clinic
make_keys rosei tcho
at 08:01 person add rosei --roles clinician --as jpatel -w mnair
at 08:01 person add tcho --roles clinician --licence-until 2026-11-16 --as jpatel -w mnair
stock_clinic
at 08:12 product add ketamine-100 --label "Ketamine 100 mg/mL 5 mL" --drug ketamine --form multi-dose-vial --strength 100mg/mL \
    --strength-seen 100mg/mL --volume 5mL --overfill 0.3mL --schedule III --dilute-iv --as mnair --officer jpatel
at 08:13 product add spravato --label "Spravato 28 mg" --drug esketamine --form nasal-device --strength 28mg/0.2mL \
    --strength-seen 28mg/0.2mL --volume 0.2mL --overfill 0mL --schedule III --as mnair --officer jpatel
papers="--from acme --document-type invoice --place room-2 --as mnair -w jpatel"
# shellcheck disable=SC2086  # several options
at 08:14 receive ketamine-100 2 vials --lot K1 --expiry 2028-09-30 spravato 4 devices --lot E1 --expiry 2028-09-30 --document 2 $papers
at 08:14 move V-1 V-2 --to room-2 --as mnair
recorded "V-11 and V-12 hold 100 mg/mL, V-13 to V-16 are devices"
for _ in 2 3 4 5 6 7 8 9; do
    at 08:15 patient add --as jpatel
done
recorded "there are patients P-1 to P-9"
ordered() # TIME PATIENT OPTION...: an order, in $order
{
    local time=$1

    shift
    at "$time" order add "$@" --as jpatel
    recorded "there is an order: $*"
    order=$(born order)
}
treated() # TIME PATIENT ORDER: a session, in $session
{
    at "$1" session open "$2" "$3" --place room-2 --systolic 120 --as rosei
    recorded "$2 is treated by $3"
    session=$(born session)
}

# ---- who
forbidden PH0315 "nobody gives drugs whose licence ended yesterday" 08:20 session open P-2 --place room-2 --as tcho
at 08:21 person revoke tcho --as jpatel -w mnair
forbidden PH0303 "nor after being revoked" 08:22 observe S-1 --pulse 70 --as rosei --performed-by tcho

# ---- sessions and orders
ordered 08:30 P-3 --drug ketamine --route im --dose 40mg
treated 08:30 P-3 "$order"
forbidden PH0412 "a patient is not in two sessions at once" 08:31 session open P-3 --place room-2 --as rosei
without_order=$(born session)
forbidden PH0403 "nothing is drawn without an order" 08:32 draw V-1 1mg --session "$without_order" --as rosei
forbidden PH0401 "nor without a session" 08:33 draw V-1 2mg --as rosei
forbidden PH0430 "a treatment is at a place of this site" 08:34 session open P-4 --as rosei
forbidden PH0428 "an order is for one patient" 08:35 session open P-5 "$order" --place room-2 --as rosei
forbidden PH0406 "and for as many sessions as it says" 08:36 session open P-3 "$order" --place room-2 --as rosei
ordered 08:40 P-6 --drug ketamine --route iv --dose 40mg --from "$day 10:00" --until "$day 12:00" --sessions 9
forbidden PH0404 "it does not hold before its time" 09:59 session open P-6 "$order" --place room-2 --as rosei
at 10:00 session close "$(born session)" --outcome not-started --as rosei
at 10:00 session open P-6 "$order" --place room-2 --systolic 120 --as rosei --reason clinical
recorded "at its first minute it does"
session=$(born session)
elsewhere=$session
forbidden PH0404 "nor after it" 12:01 session open P-6 "$order" --place room-2 --as rosei
ordered 12:02 P-7 --drug ketamine --route iv --dose 40mg
at 12:03 order cancel "$order" --as jpatel
forbidden PH0405 "what its prescriber has ended is not carried out" 12:04 session open P-7 "$order" --place room-2 --as rosei
forbidden PH0421 "a weight of ninety-one days ago is no weight" \
    12:05 order add P-8 --drug ketamine --route iv --dose-per-kg 0.5mg/kg --weight 70kg --weighed 2026-08-18 --as jpatel
ordered 12:06 P-8 --drug ketamine --route iv --dose-per-kg 0.5mg/kg --weight 70kg --weighed 2026-08-19
forbidden PH0435 "no more is ordered than may be ordered" \
    12:07 order add P-8 --drug ketamine --route iv --dose 1000.000001mg --as jpatel
at 12:08 order add P-8 --drug ketamine --route iv --dose 1g --as jpatel --reason clinical -w mnair
recorded "the most that may be is asked about, and ordered"
forbidden PH0437 "nor by a protocol that this site has not agreed on" \
    12:09 order add P-8 --drug ketamine --route iv --dose 40mg --weight 70kg --weighed "$day" --protocol high-dose-inpatient --as jpatel

# ---- drawn and given
ordered 13:00 P-1 --drug ketamine --route iv --dose 40mg --weight 70kg --weighed "$day" --protocol depression-infusion --sessions 9
treated 13:01 P-1 "$order"
forbidden PH0409 "the drug drawn is the drug ordered" 13:02 draw V-13 --session "$session" --as rosei
at 13:03 draw V-1 40mg --session "$session" --as rosei --reason clinical
dose=$(born dose)
forbidden PH0422 "what was drawn for one session is not filled up for another" \
    13:04 draw V-1 1mg --session "$elsewhere" --into "$dose" --as rosei
forbidden PH0410 "it is given by the route ordered" 13:05 give "$dose" --phase bolus --route im --read 0.1mL --as rosei
forbidden PH0439 "and no faster than the protocol allows, to the microlitre" \
    13:06 give "$dose" --phase start --route iv --rate 6.301mL/h --as rosei
at 13:07 give "$dose" --phase rate --rate 6.3mL/h --as rosei --reason clinical
recorded "as fast as it allows is asked about, and done"
forbidden PH0415 "a session with an open dose is not closed" 13:08 session close "$session" --outcome completed --escort --as rosei
at 13:09 session open P-1 "$order" --place room-2 --systolic 120 --as rosei --reason clinical
recorded "she is treated again"
session=$(born session)
at 13:10 draw V-11 20mg --session "$session" --as rosei
undiluted=$(born dose)
forbidden PH0411 "100 mg/mL goes into no vein undiluted" 13:11 give "$undiluted" --route iv --read 10mg --as rosei
at 13:12 draw V-1 31mg --session "$session" --use-by 13:20 --as rosei --reason clinical
use_by=$(born dose)
at 13:20 give "$use_by" --route iv --read 1mg --phase bolus --as rosei
recorded "what is to be used by 13:20 is given at 13:20"
forbidden PH0423 "and not at 13:21" 13:21 give "$use_by" --route iv --read 2mg --phase bolus --as rosei
at 13:22 give "$use_by" --route iv --read 30mg --phase bolus --as rosei --at 13:19
recorded "as much is given as was ordered, to the milligram"
forbidden PH0407 "and no more" 13:23 give "$use_by" --route iv --read 31mg --phase bolus --as rosei --at 13:19
at 13:24 waste "$undiluted" rest --method pouch --put 0.2mL --seen 0.2mL --as rosei -w jpatel
recorded "what is left is wasted"
forbidden PH0416 "an infusion is observed for half an hour" 13:30 session close "$session" --outcome completed --escort --as rosei
forbidden PH0402 "eight minutes after the end of a treatment nothing is drawn for it" 13:38 draw V-1 1mg --session "$session" --as rosei
ordered 13:39 P-9 --drug esketamine --route nasal --dose 28mg
treated 13:40 P-9 "$order"
forbidden PH0438 "esketamine is for those who are enrolled for it" 13:41 draw V-14 --session "$session" --as rosei
run verify
expect_status 0 "the book verifies"
