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
at 10:00 report accountability --product nothing
expect_status 6
at 10:00 report
expect_err "phial report accountability" "phial report says which there are"
at 10:00 report pending
expect_out "open." "report pending is pending"
