#!/usr/bin/env bash
# Registers: every movement with the balance after it, ending as the closing states; and the forms that laws ask for.
. "$(dirname "$0")/harness.sh"
command -v python3 >/dev/null || skip "python3 is not here"
. "$root/tests/cli/clinic.bash"
begin_clinic
stock_clinic
at 08:12 product add ketamine-100 --label "Ketamine 100 mg/mL" --drug ketamine --form single-dose-vial --strength 100mg/mL \
    --strength-seen 100mg/mL --volume 5mL --overfill 0.3mL --schedule III --dilute-iv --as mnair --officer jpatel
at 08:13 receive ketamine-100 "2 vials" --lot B2 --expiry 2028-09-30 --invoiced 2 --from acme --document-type invoice \
    --document "=1+1" --place safe --as mnair -w jpatel
at 08:14 patient add --name "=Bo Example" --address "1 Long Road, Harbor" --born 1980-02-03 --as jpatel
at 08:15 order add P-2 --drug ketamine --route iv --dose 50mg --sessions 3 --as jpatel
at 08:30 session open P-2 O-2 --place room-2 --as jpatel
at 08:31 draw V-1 50mg --session S-1 --as jpatel
at 08:50 give D-1 --route iv --start 08:40 --stop 08:49 --read 33.333333mg --as jpatel
recorded "a dose is given in part, to the nanogram"
at 08:52 waste D-1 rest --method pouch --put 0.33mL --seen 0.33mL --as jpatel -w mnair
recorded "and the rest is wasted"
at 08:53 move V-1 V-2 --to room-2 --as mnair
at 08:53 waste V-11 1mL --method broken --put 1mL --seen 1mL --as jpatel -w mnair
at 08:54 empty V-11 --reason breakage --as mnair -w jpatel
recorded "a vial is finished with what was in it"
at 09:40 waste V-3 1mL --method spilled --put 1mL --seen 1mL --at 08:20 --as jpatel -w mnair
recorded "a waste is written down late"
at 09:50 closing --as mnair
closing=$(grep -o '#[0-9]*' "$out" | head -1 | tr -d '#')

# Its columns added up here, product by product, are what the closing says.
at 10:00 register --to "#$closing" --json
cp "$out" register.json
at 10:00 show "$closing" --json
cp "$out" closing.json
python3 - >"$out" 2>"$err" <<'END_OF_PYTHON'
import json
register = json.load(open("register.json"), parse_float=lambda text: 1 / 0)
stated = json.dumps(json.load(open("closing.json")))
balance = {}
for row in register["rows"]:
    have = balance.setdefault(row["product"], {"on_hand": 0, "in_doses": 0, "given": 0, "wasted": 0, "in": 0, "other": 0})
    into, drawn = row["in_ng"] or 0, row["drawn_ng"] or 0
    gone = (row["given_ng"] or 0) + (row["wasted_ng"] or 0) + (row["residual_ng"] or 0) + (row["other_ng"] or 0)
    of_vial = row["vial"] is not None
    have["on_hand"] += into - drawn - (gone if of_vial else 0)
    have["in_doses"] += drawn - (0 if of_vial else gone)
    for name in "given", "wasted", "in", "other":
        have[name] += row[name + "_ng"] or 0
    assert have["on_hand"] == row["balance_ng"], row
    assert have["in_doses"] == row["in_doses_ng"], row
assert balance == {
    "ketamine-50": {"on_hand": 5000000000 - 50000000 - 50000000, "in_doses": 0, "given": 33333333, "wasted": 66666667,
                    "in": 5000000000, "other": 0},
    "ketamine-100": {"on_hand": 500000000, "in_doses": 0, "given": 0, "wasted": 100000000,
                     "in": 1000000000, "other": 400000000}}, balance
for number in 33333333, 66666667, 4900000000, 1000000000:
    assert str(number) in stated, number
assert register["ended"] is True and register["training"] is True and register["up_to"].startswith("closing #"), register["up_to"]
END_OF_PYTHON
verdict $? "the lines of a register add up to its closing's totals, and each balance to those above it"

at 10:00 register --product ketamine-50
expect_out "TRAINING"
expect_out "This period has not ended"
expect_out "33.333333 mg" "mg are shown with all their digits"
expect_out "LATE 80 min" "a late entry says how late"
expect_out "brought forward"
expect_no_out "ketamine-100" "and no other product"
at 10:00 register --csv
expect_err "TRAINING" "what a CSV has no place for is said beside it"
expect_err "This period has not ended"
expect_out "\"'=1+1\"" "a document's number is no formula"
at 10:00 register --place room-2 --product ketamine-50
expect_out "19 mL" "what was carried there"
at 10:00 register --vial V-1
expect_out "450 mg (9 mL)"
expect_no_out "V-2"
at 10:00 register --vial V-1 --place safe
expect_status 2
at 10:00 register --from 2026-11-17 --to 2026-11-17
expect_out "up to closing #$closing"
expect_out "This period has not ended" "a day that is not over has not ended"
run register --from 2026-11-17 --to 2026-11-17 --clock "2026-11-18 09:00"
expect_no_out "not ended" "the day after it has, as nothing came after its closing"
run register --from 2026-11-18 --clock "2026-11-19 09:00" --json
expect_out '"rows":[]' "a period in which nothing happened has no lines"
at 10:00 register --from "#8" --to "#$closing"
expect_out "after #8 up to closing #$closing"
at 10:00 register --from 2026-02-30
expect_status 2
at 10:00 register --to "#9999"
expect_err "is no day, count or entry"

at 10:00 register dispensing --json
expect_out '"given_ng":33333333,"volume_ul":667' "the mass is exact, and the volume to the microlitre"
expect_out '"name":null' "nobody is named who was not asked for"
at 10:00 register dispensing --names
expect_out "This page holds names of patients."
expect_out "1 Long Road, Harbor"
at 10:00 register dispensing --names --csv
expect_out "\"'=Bo Example\"" "a patient's name is no formula"

at 10:00 register uk
expect_out "RECEIVED"
expect_out "SUPPLIED"
expect_out "ketamine (includes esketamine)" "isomers stand with their parent"
expect_out "not a statutory heading"
expect_out "Acme Supplies, dea:RA0123454"
at 10:00 register uk --json
python3 - "$out" 2>"$err" <<'END_OF_PYTHON'
import json, sys
rows = json.load(open(sys.argv[1]))["rows"]
for product in {row["strength_and_form"] for row in rows}:
    came = sum(row["quantity_ng"] for row in rows if row["strength_and_form"] == product and row["part"] == "RECEIVED")
    went = sum(row["quantity_ng"] for row in rows if row["strength_and_form"] == product and row["part"] == "SUPPLIED")
    last = [row["balance_ng"] for row in rows if row["strength_and_form"] == product and row["part"] == "SUPPLIED"][-1]
    assert came - went == last, (product, came, went, last)
END_OF_PYTHON
verdict $? "what came less what went is the balance"
