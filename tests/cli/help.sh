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

# Whatever an act of a person can say can be said on the command line; amounts with a sign are --less and --more, keys of
# people are files, and transfers between sites have no command yet.
if command -v python3 >/dev/null; then
    python3 - "$phial" "$root/schema/SPEC.md" >unsaid <<'END'
import json, re, subprocess, sys
phial, spec = sys.argv[1:]
commands = json.loads(subprocess.run([phial, "help", "--json"], capture_output=True, text=True, check=True).stdout)["rows"]
offered = set()
for command in commands:
    said = subprocess.run([phial, "help", *command["name"].split()], capture_output=True, text=True, check=True).stdout
    offered |= set(re.findall(r"--([a-z0-9-]+)", said))
kind, is_of_fields = "", False
for line in open(spec, encoding="utf-8"):
    if line.startswith("#"):
        heading = re.fullmatch(r"#### \d+ ([a-z-]+)\n", line)
        kind, is_of_fields = heading[1] if heading else "", False
    is_of_fields = line.startswith("| key | name | type |") or is_of_fields and line.startswith("|")
    cells = [cell.strip() for cell in line.split("|")]
    if is_of_fields and kind not in ("", "genesis", "closing", "access", "clock", "anchor") and cells[1].isdigit() and cells[2] not in offered:
        print(kind, cells[2])
END
    expect_equal "adjust delta, adjust delta-mass, ship transfer, note guest-key" "$(paste -sd , unsaid | sed 's/,/, /g')" "every field of an act can be given on the command line"
fi
