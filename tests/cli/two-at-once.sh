#!/usr/bin/env bash
# Several people record at once: everybody's act is in the book, and nobody has to begin again.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
begin_clinic
make_keys rosei lbrandt tcho
for handle in rosei lbrandt tcho; do
    at 08:01 person add $handle --roles clinician --as jpatel -w mnair
done
stock_clinic
at 08:30 session open P-1 O-1 --place room-2 --as rosei
at 08:31 draw V-1 35mg --session S-1 --as rosei
at 08:32 administer D-1 --phase start --route iv --as rosei
entries()
{
    "$phial" status --json | grep -o '"entries":[0-9]*' | tr -dc 0-9
}
before=$(entries)

# One dose, touched by three at a time: what one signs, another has not seen.
record()
{
    "$phial" administer D-1 --rate "$2"mL/h --as "$1" --reason clinical -w mnair --secrets secrets --no-input \
        --clock "$day 08:40" >"$1.out" 2>"$1.err" || { echo "$1 ended with $?" && cat "$1.err"; } >>failed
}
: >failed
for turn in 1 2 3; do
    record rosei 10$turn &
    record lbrandt 11$turn &
    record tcho 12$turn &
    wait
done
sed 's/^/# /' failed
expect_equal 0 "$(wc -l <failed)" "nine acts of three people are all recorded"
expect_equal $((before + 9)) "$(entries)" "each once"
run verify
expect_status 0
expect_out "PASS whole"
