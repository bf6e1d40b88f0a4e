#!/usr/bin/env bash
# Whatever a program that keeps no rule has signed, and whatever became of a ledger's tables: verify names it.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
/usr/bin/python3 -c 'import cryptography' 2>/dev/null || skip "python3 has no cryptography to sign with"

mkdir forged
/usr/bin/python3 "$root/tests/codes/forge.py" forged >forgeries
[ "$(wc -l <forgeries)" -gt 30 ]
verdict $? "there are forgeries"
run verify forged/whole.phial --key forged/site.pub
expect_status 0 "the book they are made from is whole"
while read -r name code; do
    run verify "forged/$name" --key forged/site.pub --json
    [ "$status" -ne 0 ] && [ "$status" -ne 70 ] && grep -q "\"code\":\"$code\"" "$out"
    verdict $? "${name%.phial} is found, as $code"
done <forgeries

# ---- tables that say something else than the entries
begin_clinic
stock_clinic
python3 - clinic/data.mdb <<'END'
import re, sys
with open(sys.argv[1], "r+b") as file:
    data = file.read()
    places = [found.start() for found in re.finditer(b"acme", data) if data[found.start() - 1] != 0x64]
    assert places
    for place in places:
        file.seek(place)
        file.write(b"acmf")
END
verdict $? "one name of the tables is changed behind the entries' back"
run verify
expect_status 1 "verify does not pass it"
expect_out "phial explain PH0905" "it is the tables that disagree"
expect_out "phial export" "and the entries stand"
