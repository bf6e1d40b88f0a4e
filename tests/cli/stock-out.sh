#!/usr/bin/env bash
# Stock that is lost, comes back, turns up, is sent away, destroyed or handed to an authority; and what has to be filed.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"

# ---- a house with stock and parties
begin_clinic --holidays 2026-11-26
stock_clinic
make_keys rosei
at 08:12 person add rosei --roles clinician --as jpatel -w mnair
at 08:13 party add reverse --type reverse-distributor --label "Reverse Distributor" --registration dea:RA0123454 --as mnair --officer jpatel
at 08:13 party add other --type registrant --label "Other Clinic" --registration dea:RA0123454 --as mnair --officer jpatel
at 08:13 party add police --type agency --label "Police" --as mnair --officer jpatel
at 08:13 party add friend --type reverse-distributor --label "No papers" --as mnair --officer jpatel

# ---- lost, told of, and found again
at 08:30 loss V-1 V-2 --discovered 08:20 --since "2026-11-16 19:00" --type break-in --significant --as mnair -w jpatel
recorded "two vials are reported stolen"
expect_out "V-1 is finished.  V-2 is finished."
expect_out "PH0247 lost: V-1"
expect_err "mnair reports lost or stolen (break-in) V-1 to V-2, discovered 2026-11-17 08:20:00 -05:00, gone since 2026-11-16 19:00:00 -05:00 at the earliest; the authority is told."
expect_err "1 entry to file a notice about" "what is to be filed stays in sight"
loss=$(sed -n 's/^RECORDED #\([0-9]*\).*/\1/p' "$out")
at 08:31 pending
expect_out "#$loss  loss-notice about this loss  by the end of 2026-11-18  phial notice loss-notice --about $loss"
expect_out "#$loss  form-106 about this loss  by the end of 2027-01-01"
expect_out "0 to countersign, 2 to file, 1 open."
at 08:31 pending --csv
expect_out "\"notice\",\"#$loss\"," "as a table too"
at 08:31 status
expect_out "1 entry to file a notice about"
at 08:31 status --json
expect_out '"filings":1'
at 08:32 notice loss-notice --about "$loss" --number N-1 --as jpatel
recorded "an officer files the notice"
expect_err "jpatel filed loss-notice about entry #$loss with number N-1."
at 08:32 notice loss-notice --about "$loss" --as jpatel
refused PH0268 "twice needs a reason"
at 08:32 notice loss-notice --as jpatel
expect_status 3 "a notice with a last day names its entry"
at 08:33 loss V-1 --discovered 08:30 --as mnair -w jpatel
refused PH0212 "what is gone is not lost again"
at 08:33 loss V-3 --discovered "2026-11-18 09:00" --as mnair -w jpatel
refused PH0501 "nothing is discovered tomorrow"
at 08:33 recover V-1 10.001mL --place safe --as mnair -w jpatel
refused PH0238 "no more comes back than was lost"
expect_err "phial found"
at 08:34 recover V-1 10mL --place safe --case X-1 --as mnair -w jpatel
recorded "what was lost comes back"
expect_out "V-1 has 500 mg (10 mL) left."
at 08:34 show V-1
expect_out "ON HOLD: suspect" "and nobody draws from it before it is released"
at 08:35 loss V-3 --volume 2mL --discovered 08:30 --case X-1 --as mnair -w jpatel
recorded "a part of one vial, under the same case"
expect_out "V-3 has 400 mg (8 mL) left."
expect_no_out "PH0247" "opens no other"
at 08:36 loss --discovered 08:30 --as mnair -w jpatel
expect_status 3 "something must be lost"
expect_err "PH0108"
at 08:37 loss V-4 --discovered 08:30 --as mnair
refused PH0308 "one alone reports no loss"
at 08:37 loss V-4 --discovered 08:30 --as mnair -w mnair
refused PH0304 "nor one person twice"

# ---- sent away
at 08:40 ship V-4 V-5 --to friend --document RD-0 --as mnair -w jpatel
refused PH0260 "stock goes to registered parties alone"
at 08:40 ship V-4 V-5 --to friend --document RD-0 --as mnair -w jpatel --irregular --reason clinical
recorded "what was sent all the same is written down as that"
expect_out "PH0260"
at 08:41 ship V-6 --to reverse --document RD-1 --why disposal --as mnair -w jpatel
recorded "a reverse distributor takes stock to be destroyed"
shipment=$(sed -n 's/^RECORDED #\([0-9]*\).*/\1/p' "$out")
at 08:41 pending
expect_out "#$shipment  certificate about this ship  by the end of 2026-12-17" "and owes a certificate"
at 08:42 ship V-7 --to other --document T-1 --why transfer --as mnair -w jpatel
refused PH0269 "another practitioner gets the twentieth part at most"
at 08:43 surrender V-7 --to acme --as mnair
refused PH0239 "a supplier is no authority"
at 08:43 surrender V-7 --to police --document R-7 --as rosei
recorded "whoever is there hands over to the police"

# ---- destroyed, doses among the vials
at 08:50 session open P-1 O-1 --place room-2 --as rosei
at 08:51 draw V-8 35mg --session S-1 --as rosei
at 08:52 administer D-1 --route iv --read 20mg --as rosei
at 08:53 destroy V-9 D-1 --method incinerated --as mnair -w jpatel
refused PH0263 "what is destroyed stands on a form"
at 08:53 destroy V-9 D-1 --method incinerated --form-41 41-2 --as mnair -w jpatel
recorded "a vial and the rest of a dose"
expect_err "mnair destroyed V-9 and what is open of D-1: incinerated, form 41 number 41-2."
expect_out "V-9 is finished."
at 08:54 destroy D-1 --method incinerated --form-41 41-3 --as mnair -w jpatel
refused PH0230 "a settled dose is not there any more"
at 08:54 found ketamine-50 1 vial --place safe --as mnair -w jpatel
expect_status 2 "how much is in it must be said"
expect_err "--volume is missing"
at 08:55 found ketamine-50 1 vial 9mL --sealed --place safe --as mnair -w jpatel
refused PH0108 "what is sealed is full"
at 08:56 verify
expect_status 0 "the book verifies"

# ---- the last day passes
day=2026-12-10
at 08:00 patient add --name "Bo Example" --as jpatel
day=2027-01-02
at 08:00 pending
expect_no_out "loss-notice" "what was filed waits no more"
expect_out "OVERDUE" "what was not is overdue"
at 08:01 notice form-106 --about "$loss" --as jpatel
recorded "what is late is filed all the same"
expect_err "PH0265 filed 1 day after the last day for it."
at 08:02 verify
expect_status 0
