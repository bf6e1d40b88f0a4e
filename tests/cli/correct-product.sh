#!/usr/bin/env bash
# A whole delivery was another product, and a dose out of it has been given: what was drawn stands again, and the pages of both
# products add up, to the nanogram.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"

begin_clinic
stock_clinic
at 08:30 product add ketamine-10 --label "Ketamine 10" --drug ketamine --form multi-dose-vial --strength 10mg/mL \
    --strength-seen 10mg/mL --volume 20mL --overfill 0.5mL --schedule III --as mnair --officer jpatel
at 09:00 session open --patient P-1 --order O-1 --place room-2 --as jpatel
at 09:01 draw V-1 35mg --session S-1 --as jpatel
recorded "35 mg are drawn, which are 0.7 mL"
draw=$(sed -n 's/^RECORDED #\([0-9]*\).*/\1/p' "$out")
at 09:02 give D-1 --route iv --read 0.6mL --start 09:01 --stop 09:02 --as jpatel
recorded "and 0.6 mL of them given"

at 09:03 correct 7 --change ketamine-10 "10 vials" --lot 8J331A --expiry 2028-09-30 "$draw" --again --as mnair -w jpatel \
    --reason mistake
recorded "it was a fifth as strong"
expect_out "V-1 has 193 mg (19.3 mL) left."
expect_out "D-1 is open: 1 mg (0.1 mL) to account for."

# 0.7 mL of 10 mg/mL are 7 mg; 10 vials of 20 mL 2,000 mg; 0.6 mL 6 mg
at 09:05 register --product ketamine-50
expect_status 0 "the page of the one product adds up"
expect_out "0 mg (0 mL)" "to nothing"
at 09:05 register --product ketamine-10
expect_status 0 "and that of the other"
expect_out "1993 mg (199.3 mL)"
at 09:05 register --vial V-1
expect_status 0 "and those of the vial"
expect_out "CORRECTED" "which came as the one product"
expect_out "193 mg (19.3 mL)" "and is the other"
at 09:05 register dispensing
expect_status 0 "and what was given"
expect_out "-30 mg"
expect_out " 6 mg   0.6 mL"
at 09:05 report accountability
expect_status 0 "and the accounts"

run verify
expect_status 0 "all of it verifies"
