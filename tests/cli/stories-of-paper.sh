#!/usr/bin/env bash
# Days on paper in a house of four, and stock that was there before the book: what is typed in afterwards says who did it,
# who typed it and who compared it, and nothing else.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
. "$root/tests/cli/house.bash"
begin_house 4
echo "a scan of the form" >scan.pdf

act=0000000000000000000000000000000
lines()
{
    printf '%s\n' "$@" >acts.ndjson
}
typed_in() # TIME OPTION...: by rosei, compared by mnair
{
    local time=$1

    shift
    at "$time" import acts.ndjson --transcribe paper-form:scan.pdf --form 20-1 --as rosei -w mnair "$@"
}

story "the computer is down all morning: lbrandt's session is typed by rosei, compared by the officer, and stays lbrandt's"
lines '{"command":"session open","act":"'$act'1","patient":"P-1","order":"O-1","place":"room-2","systolic":120,"performed-by":["lbrandt"],"at":"08:30"}' \
    '{"command":"draw","act":"'$act'2","sources":["V-1","40mg"],"session":"@'$act'1","performed-by":["lbrandt"],"at":"08:35"}' \
    '{"command":"give","act":"'$act'3","dose":"@'$act'2","route":"iv","read":"40mg","start":"08:40","stop":"09:20","performed-by":["lbrandt"],"at":"09:20"}' \
    '{"command":"session close","act":"'$act'4","session":"@'$act'1","outcome":"completed","escort":true,"systolic":124,"performed-by":["lbrandt"],"at":"10:00"}'
typed_in 13:00
says "RECORDED"
reads 13:01 log --limit 4
says "TRANSCRIBED 20-1"
says "LATE"
reads 13:02 show D-1
says "lbrandt"
ends "4 late"

story "on the paper stands a vial that the book has finished: the line is named, and nothing of the form is in the book"
does 07:30 waste V-2 rest --method broken --put 10mL --seen 10mL --as mnair -w jpatel
lines '{"command":"session open","act":"'$act'1","patient":"P-1","order":"O-1","place":"room-2","performed-by":["lbrandt"],"at":"08:30"}' \
    '{"command":"draw","act":"'$act'2","sources":["V-2","40mg"],"session":"@'$act'1","performed-by":["lbrandt"],"at":"08:35"}'
typed_in 13:00
says "PH0212 line 2"
says "Nothing was recorded."
reads 13:01 session list
conceals "S-1"
ends "0 late"

story "the same form is typed by two people: the second time it is known for what it is"
lines '{"command":"waste","act":"'$act'1","vial":"V-1","amount":"1mL","method":"spilled","put":"1mL","seen":"1mL","performed-by":["lbrandt"],"with":["jpatel"],"at":"08:30"}'
typed_in 13:00
says "RECORDED"
typed_in 13:05
says "ALREADY RECORDED"
lines '{"command":"waste","act":"'$act'2","vial":"V-1","amount":"1mL","method":"spilled","put":"1mL","seen":"1mL","performed-by":["lbrandt"],"with":["jpatel"],"at":"08:30"}'
typed_in 13:10
says "PH0424 line 1"
says "Nothing was recorded."
reads 13:11 stock
says "9 mL"
ends "1 late"

story "the clinic had four vials before the book: they are found as its opening by two, and a fifth in a drawer is only found"
PHIAL_LEDGER=$PWD/fresh-book
run init fresh-book --site "Late Beginners" --registration dea:AB1234563 --officer jpatel:prescriber,clinician,custodian \
    --officer mnair:clinician,custodian --recovery safe-key.pub --zone America/New_York --training --clock "$day 07:00" --secrets secrets --no-input
does 07:10 place add safe --type safe --as mnair --officer jpatel
does 07:11 product add ketamine-50 --label "Ketamine 50 mg/mL 10 mL" --drug ketamine --form multi-dose-vial \
    --strength 50mg/mL --strength-seen 50mg/mL --volume 10mL --overfill 0.5mL --schedule III --as mnair --officer jpatel
lines '{"command":"found","product":"ketamine-50","containers":3,"sealed":true,"lot":"OLD1","expiry":"2027-01-31","place":"safe","as":"mnair","witness":"jpatel"}' \
    '{"command":"found","product":"ketamine-50","containers":1,"volume":"6.2mL","lot":"OLD1","expiry":"2027-01-31","place":"safe","as":"mnair","witness":"jpatel"}'
does 07:20 import acts.ndjson --opening
reads 07:21 stock
says "1810 mg (36.2 mL)"
does 07:29 place add room-1 --type room --as mnair --officer jpatel
does 07:30 move V-4 --to room-1 --as mnair
does 07:40 found ketamine-50 1 --sealed --place safe --lot OLD1 --expiry 2027-01-31 --as mnair -w jpatel
says "PH0248"
refuses PH0259 07:41 found ketamine-50 1 --sealed --origin opening --place safe --as mnair -w jpatel
ends "1 open case"
