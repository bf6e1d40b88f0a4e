#!/usr/bin/env bash
# Several people record at once: everybody's act is in the book, and nobody has to begin again.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
begin_clinic
make_keys rosei lbrandt tcho
for handle in rosei lbrandt tcho; do
    at 08:01 person add $handle --roles clinician --as jpatel -w mnair
done
stock_clinic
at 08:30 session open P-1 O-1 --place room-2 --as rosei
at 08:31 draw V-1 35mg --session S-1 --as rosei
at 08:32 administer D-1 --phase start --route iv --as rosei
entries()
{
    "$phial" status --json | grep -o '"entries":[0-9]*' | tr -dc 0-9
}
before=$(entries)

# One dose, touched by three at a time: what one signs, another has not seen.
record()
{
    "$phial" administer D-1 --rate "$2"mL/h --as "$1" --reason clinical -w mnair --secrets secrets --no-input \
        --clock "$day 08:40" >"$1.out" 2>"$1.err" || { echo "$1 ended with $?" && cat "$1.err"; } >>failed
}
: >failed
for turn in 1 2 3; do
    record rosei 10$turn &
    record lbrandt 11$turn &
    record tcho 12$turn &
    wait
done
sed 's/^/# /' failed
expect_equal 0 "$(wc -l <failed)" "nine acts of three people are all recorded"
expect_equal $((before + 9)) "$(entries)" "each once"
run verify
expect_status 0
expect_out "PASS whole"

# Two draw from a single-dose vial on hold, each for a patient: when the one is recorded, the other goes against one rule more,
# and that is not what he read.
at 08:50 product add amp-50 --label "Ketamine 50 mg/mL, single dose" --drug ketamine --form single-dose-vial --strength 50mg/mL \
    --strength-seen 50mg/mL --volume 10mL --overfill 0.5mL --schedule III --as mnair --officer jpatel
at 08:50 receive amp-50 1 vial --lot A1 --expiry 2028-09-30 --from acme --document-type invoice --document 2 --place room-2 --as mnair -w jpatel
at 08:50 hold V-11 --why suspect --as rosei
at 08:50 patient add --as jpatel + order add P-new --drug ketamine --route iv --dose 35mg
at 08:50 session open P-2 O-2 --place room-2 --as tcho
recorded "there are two sessions and a vial on hold"
python3 - "$PHIAL_LEDGER/gate" <<'END' &
import fcntl, os, sys, time
gate = os.open(sys.argv[1], os.O_RDWR)
fcntl.lockf(gate, fcntl.LOCK_EX)
open("held", "w").close()
while not os.path.exists("read"):
    time.sleep(0.05)
END
until [ -e held ]; do
    sleep 0.05
done
: >ended
draw() # HANDLE SESSION
{
    "$phial" draw V-11 10mg --session "$2" --irregular --reason clinical --as "$1" --secrets secrets --no-input \
        --clock "$day 08:51" >"$1.out" 2>"$1.err"
    echo "$? $1" >>ended
}
draw rosei S-1 &
draw tcho S-2 &
until grep -q 'rosei draws' rosei.err 2>/dev/null && grep -q 'tcho draws' tcho.err 2>/dev/null; do
    sleep 0.05
done
touch read
wait
expect_equal "0 5 " "$(cut -d ' ' -f 1 ended | sort | tr '\n' ' ')" "one of the two is recorded"
run_command bash -c 'cat "$1.err" >&2; exit 5' - "$(sed -n 's/^5 //p' ended)"
expect_err "PH0507 the book moved on, and the act now reads otherwise." "the other is not recorded with what he did not read"
expect_err "PH0219 single dose" "he is shown how it reads now"
expect_err "Nothing was recorded."
run verify
expect_status 0 "and the book verifies"
