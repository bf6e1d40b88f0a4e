#!/usr/bin/env bash
# With --no-input nothing ever waits: what is missing is said by the name of its option.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
begin_clinic

# Every command, on standard input that never ends and never says anything.
run help --json
python3 -c 'import json,sys
for row in json.load(open(sys.argv[1]))["rows"]: print(row["name"])' "$out" >names || skip "python3 is not here"
mkfifo silence
exec 9<>silence
while read -r name; do
    # shellcheck disable=SC2086  # two words are two arguments
    RUN_TIMEOUT=10 run $name --no-input --secrets secrets --clock "$day 08:30" <&9
    [ "$status" -ne 124 ] && [ "$status" -ne 137 ] && [ "$status" -ne 70 ]
    verdict $? "phial $name --no-input comes to an end"
done <names
exec 9>&-

at 08:31 place add safe --as mnair
expect_status 2
expect_err "PH1007 --type is missing: what it is." "the option that answers the question is named"
expect_err "Nothing was recorded."

at 08:31 draw
expect_status 2
expect_err "PH1007 --sources is missing" "what is missing is said before who acts is asked"

at 08:31 place add safe --type safe
expect_status 4
expect_err "PH0810" "who acts has to be said"

run place add safe --type safe --as mnair --clock "$day 08:31" --no-input
expect_status 4
expect_err "PH0809" "so has where the passphrase is"

run place add safe --as mnair --clock "$day 08:31"
expect_status 2
expect_err "PH1003 --type is missing" "without a terminal nothing is asked either"

at 08:31 product add ket --label K --drug ketamine --form multi-dose-vial --strength 50mg/mL --volume 10mL \
    --overfill 0mL --schedule III --as mnair --officer jpatel
expect_status 2
expect_err "PH1007 --strength-seen is missing" "what the second person types blind has an option too"

at 08:31 person rekey mnair --as jpatel
expect_status 2
expect_err "PH1003 the new key of mnair is not named."

PHIAL_AS=mnair at 08:32 place add safe --type safe
recorded "PHIAL_AS says who acts where nobody can be asked"
