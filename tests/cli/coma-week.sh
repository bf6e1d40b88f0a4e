#!/usr/bin/env bash
# High doses for a week: 117.6 g in bags of ten vials, over shifts. It runs without a question under its protocol, and is
# refused where the policy has no limits for it, and where the order does not name it.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
begin_clinic
make_keys rosei lbrandt
at 08:01 person add rosei --roles clinician --as jpatel -w mnair + person add lbrandt --roles clinician
stock_clinic
at 08:20 product add ketamine-bag --label "Ketamine 50 mg/mL, single dose" --drug ketamine --form single-dose-vial \
    --strength 50mg/mL --strength-seen 50mg/mL --volume 10mL --overfill 0.5mL --schedule III --as mnair --officer jpatel
at 08:21 receive ketamine-bag "240 vials" --lot 9K1 --expiry 2028-09-30 --from acme --document-type invoice --document INV-2 \
    --place safe --as mnair -w jpatel
recorded "two hundred and forty vials of 500 mg come, V-11 to V-250"

week=(order add P-1 --drug ketamine --route iv --dose 117.6g --as jpatel)
weighed=(--weight 70kg --weighed "$day")
at 08:30 "${week[@]}" "${weighed[@]}"
refused PH0435 "a week's dose is refused where no protocol is named"
expect_err "this order comes to 117600 mg, and no more than 315 mg may be ordered so."
at 08:30 "${week[@]}" "${weighed[@]}" --protocol high-dose-inpatient
refused PH0437 "and under a protocol that this site has not agreed on"
at 08:31 policy set --protocols "high-dose-inpatient 0 120000 0 120000 10000 10000" --as jpatel -w mnair
recorded "two officers add it, with its limits"
expect_err "high-dose-inpatient" "which stand in what they sign"
at 08:32 "${week[@]}" --protocol high-dose-inpatient
refused PH0108 "its rates are told by weight, so it needs one"
at 08:32 order add P-1 --drug ketamine --route iv --dose 120001mg "${weighed[@]}" --protocol high-dose-inpatient --as jpatel
refused PH0435 "and it has a limit of its own"
at 08:33 "${week[@]}" "${weighed[@]}" --protocol high-dose-inpatient
recorded "then it is ordered without a question"

# Twenty-four bags of seven hours and twenty minutes, between 600 and 700 mg an hour. What a line keeps is booked;
# the last bag holds what is missing to the order and is given to its end.
python3 - "$day" >week.ndjson <<'PYTHON'
import datetime, json, sys

now = datetime.datetime.fromisoformat(sys.argv[1] + " 09:00")
nurses = ["rosei", "lbrandt"]
acts = 0


def line(after_min, command, **fields):
    global now, acts
    now += datetime.timedelta(minutes=after_min)
    acts += 1
    print(json.dumps({"command": command, "act": "%032x" % acts, "recorded_at": now.strftime("%Y-%m-%d %H:%M"), **fields}))
    return "@%032x" % acts  # what it gives birth to


session = line(0, "session open", patient="P-1", order="O-2", place="room-2", systolic=118, diastolic=70, **{"as": "rosei"})
for bag in range(24):
    vials, is_last = ["V-%d" % (11 + 10 * bag + i) for i in range(10)], bag == 23
    here, there = nurses if bag % 2 == 0 else nurses[::-1]
    dose = line(0, "draw", sources=[word for vial in vials for word in (vial, "8mL" if is_last and vial == vials[-1] else "10mL")],
                session=session, container="bag", dilute="490mL" if is_last else "500mL", **{"as": here})
    line(0, "give", dose=dose, phase="start", route="iv", rate="70mL/h", **{"as": here})
    line(120, "give", dose=dose, phase="rate", rate="60mL/h", read="140mL", **{"as": here})
    line(60, "handover", dose=dose, session=session, witness=there, **{"giver-read": "200mL", "taker-read": "200mL", "as": here})
    line(60, "give", dose=dose, phase="rate", rate="69mL/h", read="260mL", **{"as": there})
    line(0, "observe", session=session, systolic=130, diastolic=85, sedation="deep", **{"as": there})
    line(200, "give", dose=dose, phase="stop", read="490mL", **{"as": there})
    if is_last:
        line(0, "waste", vial=vials[-1], amount="rest", method="pouch", put="2mL", seen="2mL", witness=here, **{"as": there})
    else:
        line(0, "residual", dose=dose, amount="rest", where="line", **{"as": there})
    for vial in vials[:9 if is_last else 10]:
        line(0, "empty", vial=vial, **{"as": there})
line(40, "session close", session=session, outcome="completed", escort=True, systolic=124, **{"as": "rosei"})
PYTHON
run import week.ndjson --resume --secrets secrets --no-input
expect_status 0 "the week is recorded, a list for each day, without a reason given anywhere"
expect_equal 433 "$(wc -l <week.ndjson)" "433 acts of it"
run show S-1
expect_out "117600 mg" "all that was ordered was given"
run pending --clock "2026-11-24 18:00"
expect_no_out "S-1" "and nothing waits"
run verify
expect_status 0 "the week verifies"
expect_out "0 open doses, 0 open cases, 0 to countersign, 0 late"

at_end=(--clock "2026-11-24 19:00" --secrets secrets --no-input --as rosei)
run order add P-1 --drug ketamine --route iv --dose 5g --weight 70kg --weighed 2026-11-24 --protocol high-dose-inpatient \
    --clock "2026-11-24 19:00" --secrets secrets --no-input --as jpatel
run session open P-1 O-3 --place room-2 --systolic 120 --reason clinical "${at_end[@]}"
run draw V-1 10mL --session S-2 --container bag --dilute 50mL "${at_end[@]}"
run give D-25 --phase start --route iv --rate 70.001mL/h "${at_end[@]}"
refused PH0439 "a pump set a thousandth of a millilitre faster than the protocol allows is refused"
expect_err "this rate comes to 700.01 mg (70.001 mL) an hour, and the limit by weight is 700 mg (70 mL)."
run give D-25 --phase start --route iv --rate 70mL/h "${at_end[@]}"
recorded "at its limit it runs"

# An ambulance takes the patient, and what is left in the running pump.
run party add medic-7 --type ambulance --label "Medic 7" --clock "2026-11-24 19:05" --secrets secrets --no-input --as mnair --officer jpatel
at_end[1]="2026-11-24 19:10"
run handover D-25 --to medic-7 --taker "J. Doe" "${at_end[@]}"
refused PH0108 "a pump that runs is read before it leaves"
run handover D-25 --to acme --giver-read 11mL "${at_end[@]}"
refused PH0239 "a supplier takes no doses"
run handover D-25 --to medic-7 --giver-read 11mL --taker "J. Doe" "${at_end[@]}"
recorded "what it gave was given here, and the rest leaves with them"
expect_out "D-25 settled: 500 mg drawn = 110 mg given + 390 mg handed out."
run session close S-2 --outcome transferred "${at_end[@]}"
recorded "and the session ends"
