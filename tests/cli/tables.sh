#!/usr/bin/env bash
# A table is the same for the screen, for CSV and for JSON; and a spreadsheet that opens it runs nothing.
. "$(dirname "$0")/harness.sh"
command -v python3 >/dev/null || skip "python3 is not here"
. "$root/tests/cli/clinic.bash"
begin_clinic
stock_clinic
at 08:12 order add P-1 --drug ketamine --route im --dose 40mg --sessions 1 --as mnair --irregular --reason "prescriber on the phone"
at 08:30 session open P-1 O-1 --place room-2 --as jpatel
at 08:31 draw V-1 35mg --session S-1 --as jpatel
at 08:32 hold V-2 --why damaged --as mnair
at 08:32 give D-1 --route iv --start 08:31 --stop 08:32 --read 20mg --as jpatel
at 08:32 count safe --lines "product=ketamine-50 containers 9 vials 9 vials" --as jpatel -w mnair
at 08:32 residual D-1 0.05mL --where hub --as jpatel
at 08:32 count safe --whole --lines "product=ketamine-50 containers 9 vials 9 vials" --lines "vial=V-1 measured 9.3mL 9.3mL" --as jpatel -w mnair
at 08:32 closing --as mnair
at 08:32 certify initial --basis close-of-business --as mnair -w jpatel
at 08:33 patient add --name "=cmd|' /C calc'!A0" --as jpatel
at 08:33 patient add --name '+1 "Bo" O"Neil, lone " quote' --as jpatel
at 08:33 patient add --name '-2' --as jpatel
at 08:33 patient add --name '@SUM(A1)' --as jpatel
at 08:33 patient add --name '＝1+1' --as jpatel
at 08:33 patient add --name "'already" --as jpatel
at 08:34 receive ketamine-50 "2 vials" --lot 8J331B --expiry 2028-09-30 --from acme --document-type invoice --document INV-2 --place room-2 --as mnair
at 08:35 destroy V-11 --method incinerated --form-41 41-1 --as mnair -w jpatel
at 08:36 loss V-12 --discovered 08:35 --significant --type robbery --as mnair -w jpatel
at 09:37 waste V-3 1mL --method spilled --put 1mL --seen 1mL --at 08:06 --reason breakage --as jpatel -w mnair
at 09:38 correct "$(sed -n 's/^RECORDED #\([0-9]*\).*/\1/p' "$out")" --void --reason "twice" --as jpatel --officer mnair

# The one rule of both: the same names in the same order, the same rows, the same values. Written from `phial help
# formats` and the documents, not from the source.
cat >compare.py <<'END_OF_PYTHON'
import csv, io, json, sys

def no_float(text):
    raise ValueError("a float: " + text)

def as_csv(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    text = "; ".join(value) if isinstance(value, list) else value
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠") else text

json_file, csv_file, formats_file, command = sys.argv[1:]
text = open(json_file, encoding="utf-8").read()
assert text.endswith("}\n") and text.count("\n") == 1, "one object on one line"
table = json.loads(text, parse_float=no_float)
raw = open(csv_file, "rb").read()
assert not raw.startswith(b"\xef\xbb\xbf"), "no byte order mark"
assert raw.endswith(b"\r\n") and raw.count(b"\n") == raw.count(b"\r\n"), "lines end in CR LF"
rows = list(csv.reader(io.StringIO(raw.decode("utf-8"), newline=""), strict=True))
names, rows = rows[0], rows[1:]
formats = json.load(open(formats_file, encoding="utf-8"))["rows"]
documented = [row["key"] for row in formats if row["command"] == command]
assert names == documented, f"documented: {documented}, in CSV: {names}"
assert table["count"] == len(table["rows"]) == len(rows), "as many rows"
assert table["cut"] in (True, False)
for one, other in zip(table["rows"], rows):
    assert list(one) == names, f"keys {list(one)}"
    assert [as_csv(value) for value in one.values()] == other, f"{one} is not {other}"
    assert not any(cell[:1] in ("=", "+", "@", "\t", "\r") for cell in other), other
print(len(rows))
END_OF_PYTHON

run help formats --json
cp "$out" formats.json
python3 -c '
import json
seen = []
for row in json.load(open("formats.json"))["rows"]:
    if row["command"] not in seen: seen.append(row["command"])
print("\n".join(seen))' >commands
agrees() # COMMAND... : its --json and --csv agree; how many rows is in $rows
{
    local name=$1
    grep -qx "$1 ${2:-}" commands && name="$1 $2"
    at 09:40 "$@" --json
    [ "$status" -eq 0 ] && cp "$out" answer.json && at 09:40 "$@" --csv
    [ "$status" -eq 0 ] && cp "$out" answer.csv &&
        rows=$(python3 compare.py answer.json answer.csv formats.json "$name" 2>"$err")
    verdict $? "phial $* is the same in JSON and CSV"
}
# Every command with columns is walked, and none is missed.
while read -r name; do
    # shellcheck disable=SC2086  # two words are two arguments
    agrees $name
    [ "${rows:-0}" -gt 0 ] || [ "$name" = "case list" ]
    verdict $? "phial $name has rows to compare"
done <commands
[ "$(wc -l <commands)" -ge 14 ]
verdict $? "fourteen commands answer with a table"
agrees order list --all
agrees patient list --names
agrees person list --names
agrees stock --all
agrees log V-1 --limit 1
agrees log --since 2026-11-18
expect_equal 0 "$rows" "a table without rows is a line of names"
agrees explain 210 306
agrees help formats

at 09:40 patient list --names --csv
expect_out "\"'=cmd|' /C calc'!A0\"" "a text that begins like a formula gets an apostrophe"
expect_out "\"'+1 \"\"Bo\"\" O\"\"Neil, lone \"\" quote\"" "quotes are doubled"
expect_out "\"'-2\""
expect_out "\"'@SUM(A1)\""
expect_out "\"'＝1+1\"" "the wide letters too"
expect_out "\"'already\"" "and nothing else does"
at 09:40 patient list --names --json
expect_out "\"name\":\"=cmd|' /C calc'!A0\"" "JSON has it as it is"

at 09:40 log --limit 1 --json
expect_out '"cut":true' "a limit that cut something is said"
at 09:40 log --limit 0 --json
expect_out '"cut":false'
expect_out '"site":"Harbor Clinic","registrations":"dea:AB1234563","ledger":"' "JSON says whose book it is"
expect_out '"training":true'
at 09:40 stock --json
expect_no_out "in all" "sums are for the screen"
expect_equal 10 "$(grep -o '"id":"V-' "$out" | wc -l)" "and for programs each container is a row"

# --csv is refused where there is no table, and beside --json.
while read -r command; do
    # shellcheck disable=SC2086
    at 09:41 $command --csv
    [ "$status" -eq 2 ] && grep -q '^phial: PH1002 ' "$err" && [ ! -s "$out" ]
    verdict $? "phial $command refuses --csv"
done <<'END_OF_LIST'
status
show V-1
verify
checkpoint
version
key show
draw V-1 5mg --session S-1 --as jpatel
END_OF_LIST
at 09:41 stock --csv --json
expect_status 2
expect_err "one of --json and --csv"

# ---- at a screen

# No line is wider than the screen, whatever its width: Python counts characters, of which none here is wide.
fits() # COLUMNS COMMAND...
{
    local columns=$1
    shift
    COLUMNS=$columns at 09:40 "$@"
    [ "$status" -eq 0 ] && python3 -c '
import sys
wide = [line for line in open(sys.argv[1], encoding="utf-8").read().splitlines() if len(line) > int(sys.argv[2])]
assert not wide, wide' "$out" "$columns" 2>"$err"
    verdict $? "phial $* fits in $columns columns"
}
while read -r command; do
    for columns in 40 80 200; do
        # shellcheck disable=SC2086
        [ "$columns $command" = "40 status" ] || [ "$columns $command" = "40 show 30" ] || fits $columns $command
    done
    # shellcheck disable=SC2086
    at 21:00 $command --accessible --color never
    ! grep -q $'\033' "$out"
    verdict $? "phial $command --accessible has no escapes"
done <<'END_OF_LIST'
status
pending
stock
stock --all
log
log --verbose
show V-1
show D-1
show S-1
show 14
person list
product list
patient list --names
order list --all
session list
policy show
register
register uk
report accountability
report exceptions
report vial-life
report variance
explain
explain 210
help
help formats
END_OF_LIST
COLUMNS=80 at 09:40 log
expect_out "…" "what is cut shows it"
COLUMNS=80 at 09:40 log --verbose
expect_no_out "…" "--verbose cuts nothing"
expect_out "  head  " "and heads the page"
COLUMNS=80 at 21:00 pending
expect_out "OVERDUE"
COLUMNS=80 at 09:40 stock --quiet
expect_no_out "containers of" "--quiet leaves rows alone"
expect_no_out "expiry"
at 09:40 log --limit 1 --accessible
expect_out "entry #" "--accessible says of each value what it is"
expect_no_out "…"
at 09:40 stock --color always
expect_out $'\033[31mON HOLD: damaged\033[0m' "marks are coloured, and are words without colour"
NO_COLOR='' TERM=dumb at 09:40 stock
expect_no_out $'\033'
