#!/usr/bin/env bash
# The statement of accounts: of each product what there was and came is what went and is left, between any two closings.
. "$(dirname "$0")/harness.sh"
command -v python3 >/dev/null || skip "python3 is not here"
. "$root/tests/cli/clinic.bash"
begin_clinic
stock_clinic
at 08:30 session open P-1 O-1 --place room-2 --as jpatel
at 08:31 draw V-1 35mg --session S-1 --as jpatel
at 08:50 give D-1 --route iv --start 08:40 --stop 08:49 --read 20.000001mg --as jpatel
at 08:55 closing --as mnair
first=$(grep -o '#[0-9]*' "$out" | head -1 | tr -d '#')
at 09:00 waste D-1 rest --method pouch --put 15mg --seen 15mg --as jpatel -w mnair
at 09:01 waste V-2 1mL --method broken --put 1mL --seen 1mL --as jpatel -w mnair
at 09:30 closing --as mnair
last=$(grep -o '#[0-9]*' "$out" | head -1 | tr -d '#')
at 09:31 waste V-2 1mL --method broken --put 1mL --seen 1mL --reason breakage --as jpatel -w mnair

says() # MEMBERS... : of the one row of the answer
{
    python3 - "$out" "$@" 2>"$err" <<'END_OF_PYTHON'
import json, sys
rows = json.load(open(sys.argv[1]), parse_float=lambda text: 1 / 0)["rows"]
assert len(rows) == 1, rows
for member in sys.argv[2:]:
    name, value = member.split("=")
    assert str(rows[0][name]) == value, f"{name} is {rows[0][name]}, not {value}"
END_OF_PYTHON
}
at 10:00 report accountability --to "#$first" --json
says before_ng=0 received_ng=5000000000 given_ng=20000001 in_doses_ng=14999999 on_hand_ng=4965000000
verdict $? "from the beginning of the book to a closing"
at 10:00 report accountability --from "#$first" --to "#$last" --json
says before_ng=4979999999 received_ng=0 given_ng=0 wasted_ng=64999999 in_doses_ng=0 on_hand_ng=4915000000
verdict $? "from one closing to another, to the nanogram"
at 10:00 report accountability --from "#$last" --json
says before_ng=4915000000 wasted_ng=50000000 on_hand_ng=4865000000
verdict $? "from a closing to now"
at 10:00 report accountability --from "#$((first + 1))" --to "#$((last - 1))" --json
says before_ng=4965000000 wasted_ng=50000000 on_hand_ng=4915000000
verdict $? "from any entry to any other"
at 10:00 report accountability --from "#$last" --to "#$first"
expect_status 2 "a period does not end before it begins"

at 10:00 report accountability --from "#$first" --to "#$last"
expect_out "4979.999999 mg before = 64.999999 mg wasted + 4915 mg on hand" "as an equation people can read"
expect_out "NOT COUNTED" "what nobody counted is said to be so"
expect_out "TRAINING"
at 10:00 report accountability --product ketamine-50 --csv
expect_out '"ketamine-50",50000,0,0,5000000000,'

# ---- beside it what was counted
at 10:05 move V-9 V-10 --to room-2 --as mnair
at 10:06 count safe --whole --lines "vial=V-1 measured 9.3mL 9.35mL" --lines "vial=V-2 measured 8mL 8mL" \
    --lines "product=ketamine-50 containers 6 vials 6 vials" --as jpatel -w mnair
at 10:07 waste V-1 0.3mL --method spilled --put 0.3mL --seen 0.3mL --reason breakage --as jpatel -w mnair
at 10:08 move V-3 --to room-2 --as mnair
at 10:10 report accountability --json
says counted_ng=3350000000 counted_second_ng=3352500000 book_counted_ng=3350000000 variance_ng=0 variance_second_ng=2500000
verdict $? "what was counted is set right by what came and went since"
says "counts=['safe C-1']" "not_counted=['room-2']" "marks=['NOT COUNTED', 'DIFFERENCE']"
verdict $? "and a place that nobody counted is named"
at 10:11 count room-2 --whole --lines "product=ketamine-50 containers 2 vials 3 vials" --as jpatel -w mnair
at 10:12 report accountability --json
says counted_ng=4350000000 counted_second_ng=4852500000 book_counted_ng=4850000000 on_hand_ng=4850000000 variance_ng=-500000000 variance_ppm=-103093
verdict $? "a container too few is what is missing of all that stands anywhere"
says "counts=['safe C-1', 'room-2 C-2']" not_counted=[] "cases=['X-1']" "marks=['DIFFERENCE', 'CASE OPEN']"
verdict $? "and its case is open"
at 10:12 report accountability --to "#$last" --json
says counted_ng=None "not_counted=['safe']"
verdict $? "a count made later says nothing of a moment before, unless it was certified as of it"
at 10:13 closing --as mnair
closing=$(grep -o '#[0-9]*' "$out" | head -1 | tr -d '#')
at 10:13 waste V-1 1mL --method spilled --put 1mL --seen 1mL --reason breakage --as jpatel -w mnair
at 10:13 waste V-4 0.7mL --method broken --put 0.7mL --seen 0.7mL --reason breakage --as jpatel -w mnair
at 10:14 count safe --whole --lines "vial=V-1 measured 8mL 8mL" --lines "vial=V-2 measured 7mL 7mL" \
    --lines "vial=V-4 measured 9.3mL 9.3mL" --lines "product=ketamine-50 containers 4 vials 4 vials" --as jpatel -w mnair
recorded "counted a while after a closing, when one was used and another opened"
at 10:15 count room-2 --whole --lines "product=ketamine-50 containers 3 vials 3 vials" --as jpatel -w mnair
at 10:16 certify initial --basis close-of-business --as mnair -w jpatel
at 10:17 waste V-1 1mL --method spilled --put 1mL --seen 1mL --reason breakage --as jpatel -w mnair
at 10:18 report accountability --to "#$closing" --json
says "counts=['safe C-3', 'room-2 C-4']" on_hand_ng=4850000000 counted_ng=4800000000 variance_ng=-50000000
verdict $? "which is then what is shown, set right by what was used between"
at 10:18 report biennial --csv
expect_out '"safe","ketamine-50","III","multi-dose-vial",50000,10000,5,5,5,2,67000,3350000000,3300000000,3300000000,-50000000,"C-3"' "and what was opened since was sealed then"

at 10:00 report accountability --product nothing
expect_status 6
at 10:00 report
expect_err "phial report accountability" "phial report says which there are"
at 10:00 report pending
expect_out "open." "report pending is pending"
