#!/usr/bin/env bash
# Every command of the table explains itself, and the table is the only source of what there is.
. "$(dirname "$0")/harness.sh"

run --version
expect_status 0
expect_out "phial 0." "--version says the version"
run --version --json
expect_out '"version":"'
run -h
expect_status 0
expect_out "phial COMMAND [WORDS] [OPTIONS]" "-h lists the commands"
run --help
expect_out "phial COMMAND [WORDS] [OPTIONS]"
run help init
expect_equal 1 "$(grep -c '^Signed by' "$out")" "who signs is said once where it is the same"

run
expect_status 0 "without a command phial lists its commands"
expect_out "phial COMMAND"
expect_out "session open"

run help --json
expect_status 0
names=$(python3 -c 'import json,sys
for row in json.load(open(sys.argv[1]))["rows"]: print(row["name"])' "$out") || skip "python3 is not here"
[ "$(wc -l <<<"$names")" -gt 40 ]
verdict $? "the table has more than forty commands"

while read -r name; do
    # shellcheck disable=SC2086  # two words are two arguments
    run help $name
    [ "$status" -eq 0 ] && grep -q "^phial $name" "$out" && grep -q -- '--ledger DIR' "$out"
    verdict $? "phial help $name says what it takes"
    cp "$out" said-by-help
    # shellcheck disable=SC2086
    run $name --help
    cmp -s said-by-help "$out"
    verdict $? "phial $name --help says the same"
done <<<"$names"

run help session
expect_status 0
expect_out "session close" "a first word lists its family"
run help give
expect_out "phial administer" "another name for a command finds it"
run help drwa
expect_status 2
expect_err "did you mean phial help draw?"
run help draw
expect_out "Signed by did: clinician or custodian."
expect_out "syringe, bag, pump-syringe, device" "choices are listed"
run help patient add
expect_out "full name (kept apart from the book)" "what is private says so"
