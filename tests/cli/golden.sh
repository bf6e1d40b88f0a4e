#!/usr/bin/env bash
# A book written when the format was last changed still verifies, by phial and by the second reader.
. "$(dirname "$0")/harness.sh"

run verify "$root/tests/vectors/day.phial" --key "$root/tests/vectors/day.pub"
expect_status 0
expect_out "PASS whole   entries 1–76" "the golden day passes"
/usr/bin/python3 "$root/tests/reader/verify.py" "$root/tests/vectors/day.phial" "$root/tests/vectors/day.pub" >second 2>&1
verdict $? "and passes for the reader that was written from SPEC.md"
