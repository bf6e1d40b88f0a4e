#!/usr/bin/env bash
# Every code has its sentence, its reason and what to do next.
. "$(dirname "$0")/harness.sh"

run explain
expect_status 0
grep -o '^PH[0-9]*' "$out" >codes
[ "$(wc -l <codes)" -gt 150 ]
verdict $? "phial explain lists all codes"

missing=0
while read -r code; do
    run explain "$code"
    if [ "$status" -ne 0 ] || ! grep -q "$code" "$out" || ! grep -q '  why ' "$out" || ! grep -q '  next ' "$out"; then
        missing=$((missing + 1))
        show_last
    fi
    grep -q '[{}]' "$out" && missing=$((missing + 1))
done <codes
expect_equal 0 "$missing" "phial explain CODE says sentence, reason and next for each, without places to fill"

run explain --json
python3 - "$out" "$phial" >unknown <<'END' || skip "python3 is not here"
import json, re, subprocess, sys
rows = json.loads(subprocess.run([sys.argv[2], "help", "--json"], capture_output=True, text=True, check=True).stdout)["rows"]
names = {name for row in rows for name in (row["name"], row.get("alias")) if name}
for refusal in json.load(open(sys.argv[1]))["rows"]:
    for first, second in re.findall(r"\bphial ([a-z]+)(?: ([a-z]+))?", "\n".join(refusal["next"])):
        if f"{first} {second}" not in names and first not in names: # `count` is one, and so is `count list`
            print(refusal["code"], "phial", first, second)
END
expect_equal "" "$(cat unknown)" "every command that a code names is one that exists"
python3 -c '
import json, sys
for row in json.load(open(sys.argv[1]))["rows"]: print(row["name"])' "$out" | sort >names
grep -rohwE 'REFUSAL_[A-Z0-9_]+' --include='*.c' "$root/cli" "$root/ledger" "$root/crypto" "$root/schema" | sort -u >named
[ "$(wc -l <names)" -gt 150 ] && [ -s named ]
verdict $? "every code has a name"
expect_equal "" "$(comm -23 names named)" "and every one is named by something in the program"
xargs "$phial" explain <codes >all
grep -o '^  override .*phial override PH[0-9]*' all | grep -o 'PH[0-9]*' >overridden
. "$root/tests/cli/clinic.bash"
begin_clinic
at 08:01 patient add --as jpatel
while read -r code; do
    at 08:02 override "$code" --patient P-1 --reason "no choice" --as jpatel --officer mnair --dry-run
    grep -qx "$code" overridden && wanted=0 || wanted=3
    [ "$status" -eq $wanted ] || echo "$code"
done < <(run explain && grep -o '^PH[0-9]*  forbidden' "$out" | cut -c1-6) >differing
expect_equal "" "$(cat differing)" "the rules that can be set aside are those of which it is said"
[ -s overridden ]
verdict $? "and there are some"

run explain ph0210
expect_out "PH0210" "small letters will do"
run explain 210 306
expect_out "PH0210"
expect_out "PH0306" "several codes may be asked for"
run explain PH0210 --json
expect_out '"class":"impossible"'
run explain 99
expect_status 6
expect_err "phial explain lists them all"
run explain drawn
expect_status 6

# Whatever is said to be typed next is a command that is known, with options that it has.
run_command python3 "$root/tests/cli/advice.py" "$phial"
expect_status 0 "every command in what to type next exists, and so do its options"
expect_out "commands are sound" "some were looked at"
