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
