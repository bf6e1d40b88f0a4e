#!/usr/bin/env bash
# A book written when the format was last changed still verifies, by phial and by the second reader.
. "$(dirname "$0")/harness.sh"

run verify "$root/tests/vectors/day.phial" --key "$root/tests/vectors/day.pub"
expect_status 0
expect_out "PASS whole   entries 1–76" "the golden day passes"

# One letter of entry 37 changed, as an editor of the file would: in the name of the program that placed it, which
# stands once in every entry.
cp "$root/tests/vectors/day.phial" changed.phial
name=$(grep -abo 'phial 0.1.0' changed.phial | sed -n '37s/:.*//p')
printf 'P' | dd of=changed.phial bs=1 seek="$name" conv=notrunc status=none
run verify changed.phial --key "$root/tests/vectors/day.pub"
expect_status 1
expect_out "FAIL  Entry 37 was changed" "a changed entry is named"
expect_out "stands   all other entries, unchanged and in order" "with what stands"
expect_out "lost     the content of entry 37 alone" "what is lost"
expect_out "next     keep this disk or file as it is" "and what to do next"
/usr/bin/python3 "$root/tests/reader/verify.py" "$root/tests/vectors/day.phial" "$root/tests/vectors/day.pub" >second 2>&1
verdict $? "and passes for the reader that was written from SPEC.md"

# What was stated of that day: by its own signatures, whatever words the program has by now.
run verify "$root/tests/vectors/statement.phial" --key "$root/tests/vectors/day.pub"
expect_status 0
expect_out "PASS  The seal of this site signed it, and by its word the officer jpatel." "the golden statement passes"
expect_out "3 settled        CONTRADICTED" "and says what it said"
/usr/bin/python3 "$root/tests/reader/statement.py" "$root/tests/vectors/statement.phial" "$root/tests/vectors/day.pub" \
    "$root/tests/vectors/day.phial" >second 2>&1
verdict $? "and has the root and totals of the golden day, by the second reader"
