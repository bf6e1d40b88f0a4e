#!/usr/bin/env bash
# Acts from a file, one JSON object a line: recorded together or not at all, or in lists that can be taken up again.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
begin_clinic
make_keys rosei lbrandt
at 08:01 person add rosei --roles clinician --as jpatel -w mnair + person add lbrandt --roles clinician,witness
recorded "two people are enrolled"
stock_clinic

entries()
{
    "$phial" status --json | grep -o '"entries":[0-9]*'
}
# lines TEXT...: the file that is imported next
lines()
{
    printf '%s\n' "$@" >acts.ndjson
}
import()
{
    run import acts.ndjson --secrets secrets --no-input --clock "$day 10:00" "$@"
}
# nothing CODE SENTENCE: refused so, of whatever class, and nothing recorded
nothing()
{
    [ "$status" -ne 0 ] && grep -qF "phial: $1 " "$err" && grep -qx 'Nothing was recorded.' "$err"
    verdict $? "$2"
    expect_equal "$before" "$(entries)" "  and nothing of the file is in the book"
}
# refuses CODE TEXT SENTENCE LINE...: what stands in such a file is refused for this reason
refuses()
{
    lines "${@:4}"
    import
    nothing "$1" "$3"
    expect_err "$2" "  and the refusal says what is wrong: $2"
}
# look N FIELDS: an act that can be recorded whenever a session runs
look()
{
    printf '{"command":"observe","act":"%032d","session":"S-1","pulse":70,"as":"rosei"%s}' "$1" "$2"
}

# ---- a session in one list, its parts named by the acts that they come from
act=0000000000000000000000000000000
lines \
    "{\"command\":\"session open\",\"act\":\"${act}1\",\"patient\":\"P-1\",\"order\":\"O-1\",\"place\":\"room-2\",\"as\":\"rosei\",\"recorded_at\":\"$day 08:30\"}" \
    "{\"command\":\"draw\",\"act\":\"${act}2\",\"sources\":[\"V-1\",\"25mg\",\"V-2\",\"10mg\"],\"session\":\"@${act}1\",\"as\":\"rosei\",\"recorded_at\":\"$day 08:35\"}" \
    "{\"command\":\"give\",\"dose\":\"@${act}2/1\",\"route\":\"iv\",\"start\":\"08:40\",\"stop\":\"09:20\",\"read\":\"30mg\",\"as\":\"rosei\",\"recorded_at\":\"$day 09:21\"}" \
    "{\"command\":\"waste\",\"dose\":\"@${act}2\",\"amount\":\"rest\",\"method\":\"pouch\",\"put\":\"0.1mL\",\"seen\":\"0.1mL\",\"as\":\"rosei\",\"witness\":\"lbrandt\",\"recorded_at\":\"$day 09:24\"}" \
    "{\"command\":\"observe\",\"session\":\"@${act}1\",\"systolic\":120,\"diastolic\":80,\"ready\":true,\"as\":\"rosei\",\"recorded_at\":\"$day 09:55\"}"
before=$(entries)
import --dry-run
expect_status 0 "a file can be tried without recording it"
expect_out "nothing against these 5 acts"
expect_equal "$before" "$(entries)" "and is not recorded"
import --json
expect_status 0 "a file is recorded as one list"
expect_equal 5 "$(wc -l <"$out")" "with an answer for each line"
expect_out '"born":["D-1"],"left":{"V-1":9500,"V-2":9800},"open":{"D-1":35000000},"cases":[]}' "which has what stood after that line"
expect_out '{"line":4,"act":' "and the line's number"
expect_out '"open":{"D-1":0},"cases":[]}'
run log --limit 5 --json
expect_equal 5 "$(grep -o '"recorded_ms":[0-9]*' "$out" | sort -u | wc -l)" "each act is recorded at the time its line tells"
expect_out 'Time: 2026-11-17 08:35' "and has happened then, where nothing else is said"
run verify
expect_status 0 "what was imported verifies"

# ---- the same file again
before=$(entries)
import
nothing PH0512 "a list of which a part is in the book is not recorded again"
expect_err "line 1 is in the book as #" "and the refusal says which"
lines "$(look 6 '')" "$(look 7 '')"
import
expect_status 0 "a line without recorded_at is recorded now"
expect_out "RECORDED #" "and said to be"
before=$(entries)
import
expect_status 0 "a file that is in the book is not recorded twice"
expect_out "ALREADY RECORDED #"
import --json
expect_out '"was_there":true}' "in JSON too"
expect_equal "$before" "$(entries)" "and the book is as it was"

# ---- what cannot be read: nothing of the file is recorded
good=$(look 80 '')
printf '\xef\xbb\xbf%s\n' "$good" >acts.ndjson
import
nothing PH1013 "a byte order mark is refused"
expect_err "line 1 begins with a byte order mark"
expect_err "write it in UTF-8 without one" "and it is said how to mend it"
printf '%s\n%s\r\n' "$good" "$good" >acts.ndjson
import
nothing PH1013 "a line that ends as on Windows is refused"
expect_err "line 2 holds a carriage return"
printf '%s\n{"command":"obs\0erve"}\n' "$good" >acts.ndjson
import
nothing PH1013 "a NUL is refused"
expect_err "line 2 holds a NUL"
printf '%s\n{"command":"observe","session":"S-1","remark":"%s"}\n' "$good" "$(head -c 66000 /dev/zero | tr '\0' x)" >acts.ndjson
import
nothing PH1013 "a line that is too long is refused"
expect_err "line 2 is longer than 65536 bytes"
: >acts.ndjson
import
nothing PH1013 "an empty file is refused"
printf '%s\n\n%s\n' "$good" "$(look 81 '')" >acts.ndjson
import
nothing PH1013 "an empty line is refused"
expect_err "line 2 is empty"
printf '{"command":"observe","session":"S-1","remark":"\xff"}\n' >acts.ndjson
import
nothing PH1013 "what is no UTF-8 is refused"
rm acts.ndjson
import
nothing PH0710 "a file that is not there is refused"
refuses PH1013 "line 2, column" "a line that breaks off is refused" "$good" '{"command":"observe",'
refuses PH1013 "duplicate object key" "a name twice in one line is refused" "$(look 80 ',"pulse":80')"
refuses PH1013 "line 1 is no JSON object" "a line that is no object is refused" '["observe"]'
refuses PH1003 "line 1: there is no \`command\`" "a line without a command is refused" '{"session":"S-1"}'
refuses PH1001 "there is no command" "a command that is not known is refused" '{"command":"obsevre"}'
refuses PH1012 "phial log is no act" "a command that records no act is refused" '{"command":"log"}'
refuses PH1002 "line 2: phial observe has no option --puls" "a name that is not known is refused, with its line" "$good" "$(look 81 ',"puls":70')"
refuses PH1002 "is said of the import" "which ledger is meant is not said in a line" "$(look 80 ',"ledger":"/tmp"')"
refuses PH1013 "is a number, and a text is wanted" "an amount without a unit is refused" '{"command":"draw","sources":["V-1",35],"session":"S-1","as":"rosei"}'
refuses PH1013 "is a number with a point" "a number with a point is refused" "$(look 80 ',"oxygen":97.5')"
refuses PH1013 "is null" "null is refused" "$(look 80 ',"remark":null')"
refuses PH1013 "is no text" "a time that is a number is refused" "$(look 80 ',"recorded_at":1794927300000')"
refuses PH1013 "what is no text, whole number or list" "an object within an object is refused" "$(look 80 ',"remark":{"text":"calm"}')"
refuses PH1013 "takes a text, not true or false" "true where a text is wanted is refused" "$(look 80 ',"remark":true')"
refuses PH1013 "\`ready\` is true or false" "a text where true is wanted is refused" "$(look 80 ',"ready":"yes"')"
refuses PH1008 "is given 2 times" "several values where one is wanted are refused" "$(look 80 ',"remark":["a","b"]')"
refuses PH1013 "is an empty list" "an empty list is refused" "$(look 80 ',"remark":[]')"
refuses PH1013 "is not 32 hexadecimal digits" "an act that is no id is refused" '{"command":"observe","act":"7","session":"S-1","as":"rosei"}'
refuses PH1013 "line 2 has the \`act\` of line 1" "two lines with one act are refused" "$good" "$good"
refuses PH1013 "stands in every line or in none" "a time told in some lines only is refused" "$good" "$(look 81 ",\"recorded_at\":\"$day 10:10\"")"
refuses PH1013 "is before that of the line before it" "a time that goes back is refused" "$(look 80 ",\"recorded_at\":\"$day 10:10\"")" "$(look 81 ",\"recorded_at\":\"$day 10:09\"")"
refuses PH1013 "one list is recorded on one day" "a list over two days is refused" "$(look 80 ",\"recorded_at\":\"$day 10:10\"")" "$(look 81 ",\"recorded_at\":\"2026-11-18 10:09\"")"
refuses PH1005 "line 1: recorded_at is a date and a time" "a time without its date is refused" "$(look 80 ',"recorded_at":"10:10"')"
refuses PH0601 "line 2, observe: there is no session S-9" "an error half-way through records nothing" "$good" '{"command":"observe","session":"S-9","pulse":70,"as":"rosei"}'
refuses PH0604 "line 2, observe: nobody at this site is called" "a signer who is not known is refused" "$good" "$(look 81 '' | sed s/rosei/rosie/)"
refuses PH1003 "line 1, waste: --method is missing" "what a line lacks is not asked for" '{"command":"waste","dose":"D-1","amount":"rest","as":"rosei"}'
refuses PH0601 "is no act of this book, nor of the same list before this one" "an act that does not come before is refused" \
    '{"command":"give","dose":"@'"${act}9"'","route":"iv","as":"rosei"}'
refuses PH0601 "gave birth to no dose" "an act that gave birth to something else is refused" \
    '{"command":"give","dose":"@'"${act}1"'","route":"iv","as":"rosei"}'
refuses PH0601 "stands in the same list, and has no entry yet" "an entry of the same list is refused" "$good" \
    '{"command":"countersign","entry":"@00000000000000000000000000000080","as":"jpatel"}'
refuses PH0210 "line 2, draw" "what the rules refuse of one line is refused of all" "$good" \
    '{"command":"draw","sources":["V-1","600mg"],"session":"S-1","as":"rosei"}'
lines "$good"
import --form 3
nothing PH1003 "a form without its paper is refused"
import -w mnair
nothing PH1008 "a witness for all lines is refused"
import --each --resume
nothing PH1008 "two ways to go on are refused"
lines "$(look 80 '')" "$(look 81 ",\"remark\":\"calm\"")"
import --resume --dry-run
expect_status 0 "one list can be tried with --resume"

# ---- lists that can be taken up again
# One of those who sign the first list signs none after it.
days()
{
    for n in $(seq 1 2600); do
        printf '{"command":"observe","act":"%032d","session":"S-1","pulse":%d,"as":"%s","recorded_at":"%s %02d:%02d:00"}\n' \
            $((1000 + n)) $((60 + n % 40)) "$([ "$n" -eq 7 ] && echo lbrandt || echo rosei)" "$([ "$n" -le 300 ] && echo "$day" || echo 2026-11-18)" $((n <= 300 ? 15 : 9)) $((n * 59 / 2600))
    done
}
days >acts.ndjson
sed -i '5s/"act":"[0-9a-f]*",//' acts.ndjson
before=$(entries)
import --resume
nothing PH1013 "a line without an act cannot be taken up again"
expect_err "line 5: there is no \`act\`"
days >acts.ndjson
import --resume --dry-run
nothing PH1008 "a dry run checks one list"
sed '1900s/S-1/S-9/' acts.ndjson >wrong.ndjson
run import wrong.ndjson --resume --secrets secrets --no-input --clock "$day 10:00" --json
expect_status 6 "a line of a later list is refused"
expect_equal 1301 "$(wc -l <"$out")" "the lists before it are recorded, of one day and of a thousand lines"
expect_out '"line":1900,"refused":"PH0601"' "and the refusal is an answer too"
expect_err "lines 1 to 1300" "what is recorded is said"
expect_err "goes on with line 1301" "and where it goes on"
"$phial" import acts.ndjson --resume --secrets secrets --no-input >/dev/null 2>&1 &
import_id=$!
sleep 0.3
kill -9 $import_id 2>/dev/null
wait $import_id 2>/dev/null
import --resume
expect_status 0 "after a kill it is taken up where it stopped"
expect_out "ALREADY RECORDED #"
expect_out "lines 301 to 1300."
expect_out "lines 2301 to 2600." "and recorded to the end"
import --resume
expect_equal 4 "$(grep -c 'ALREADY RECORDED' "$out")" "a third time records nothing"
run verify
expect_status 0 "all of it verifies"
expect_out " 0 stale" "and nobody signed without having seen the closing of the day before"
expect_equal 2600 "$("$phial" log S-1 --limit 0 --json --since "$day 14:00" | grep -o '"kind":"observe"' | wc -l)" "each line is recorded once"

# ---- each line for itself
later="2026-11-18 12:00"
lines "$(look 90 '')" "$(look 91 ',"session":"S-9"' | sed 's/"session":"S-1",//')" \
    '{"command":"draw","sources":["V-1","600mg"],"session":"S-1","as":"rosei"}' "$(look 92 '')"
run import acts.ndjson --each --json --secrets secrets --no-input --clock "$later"
expect_status 3 "with --each a refused line is passed over"
expect_equal 4 "$(wc -l <"$out")" "and every line has its answer"
expect_out '{"line":2,"refused":"PH0601"'
expect_out '{"line":3,"refused":"PH0210"'
expect_err "2 of 4 lines were refused, the first: line 2, observe" "the refusals are counted"
expect_equal 2 "$(grep -c '"entry":' "$out")" "the others are recorded"

# ---- from paper
echo "a scan of the form" >form.pdf
lines '{"command":"observe","session":"S-1","pulse":66,"performed-by":"rosei","at":"2026-11-18 11:00"}'
run import acts.ndjson --transcribe paper-form:form.pdf --form 48219-1 --as jpatel -w mnair --secrets secrets --no-input --clock "$later"
expect_status 0 "lines from a paper form are typed by one and checked by another"
run log --limit 1
run show "$("$phial" status --json | grep -o '"entries":[0-9]*' | cut -d: -f2)"
expect_out "48219-1" "the entry names the form"
expect_out "computer-down" "and why it was on paper"
expect_out "mnair" "and who checked it"

# In a house of two the one who checks saw it, or did it: each line is signed by both, once.
lines '{"command":"waste","vial":"V-3","amount":"1mL","method":"spilled","put":"1mL","seen":"1mL","witness":"mnair","at":"2026-11-18 11:05"}' \
    '{"command":"move","vials":["V-4"],"to":"room-2","as":"mnair","at":"2026-11-18 11:06"}'
run import acts.ndjson --transcribe paper-form:form.pdf --form 48219-1 --as jpatel -w mnair --secrets secrets --no-input --clock "$later" --json
expect_status 0 "what the one who checks saw or did is typed like the rest"
waste=$(sed -n 's/^{"line":1.*"entry":\([0-9]*\).*/\1/p' "$out")
run show "$waste"
expect_out "witnessed    mnair, signed" "he signs as what he was there"
expect_no_out "approved     " "  and no more than that"
lines '{"command":"handover","keys":"the safe","to":"mnair","at":"2026-11-18 11:07"}'
run import acts.ndjson --transcribe paper-form:form.pdf --form 48219-1 --as jpatel -w mnair --secrets secrets --no-input --clock "$later"
expect_status 0 "and so is what he took over"
run show $((waste + 1))
expect_out "approved     jpatel, signed" "and of what he did himself the other signs that it is so"

# ---- what is taken back
lines "$(look 97 ",\"recorded_at\":\"$later\"")" \
    '{"command":"correct","act":"'"$(printf '%032d' 98)"'","entries":["@'"$(printf '%032d' 97)"'"],"void":true,"reason":"mistake","as":"rosei","officer":"mnair","recorded_at":"'"$later"'"}'
run import acts.ndjson --resume --secrets secrets --no-input --clock "$later"
expect_status 0 "an entry is taken back by the act that made it, which is in a list before"
expect_equal 2 "$(grep -c RECORDED "$out")" "since what it rests on is looked for in the book"

# ---- the stock that the book opens with (tests/cli/opening.sh has the rest)
before=$(entries)
lines '{"command":"found","product":"ketamine-50","containers":3,"sealed":true,"place":"safe","as":"mnair","witness":"jpatel"}' "$(look 95 '')"
run import acts.ndjson --opening --secrets secrets --no-input --clock "$later"
nothing PH1012 "and nothing else is taken with it"
expect_err "line 2: --opening takes the stock"

# ---- a real ledger
jpatel="Passphrase for jpatel: =>secret:jpatel's words"
mnair="Passphrase for mnair: =>secret:mnair's words"
run_command python3 "$root/tests/cli/typist.py" "$jpatel" "$mnair" -- \
    "$phial" init real --site "Real Clinic" --registration dea:AB1234563 --officer jpatel --officer mnair \
    --recovery safe-key.pub --zone America/New_York
export PHIAL_LEDGER=$PWD/real
before=$(entries)
lines '{"command":"place add","name":"safe","type":"safe","as":"jpatel","officer":"mnair"}' \
    '{"command":"place add","name":"room-1","type":"room","as":"jpatel","officer":"mnair"}'
run import acts.ndjson --secrets secrets --no-input
nothing PH0806 "a real ledger takes no several people from a file"
run import acts.ndjson --each --secrets secrets --no-input
nothing PH0517 "nor each line for itself"
sed "s/}$/,\"recorded_at\":\"$day 10:00\"}/" acts.ndjson >told.ndjson
run import told.ndjson --secrets secrets --no-input
nothing PH0517 "nor the time from a line"
run_command python3 "$root/tests/cli/typist.py" "type how many there are: =>3" "type how many there are: =>2" "$jpatel" "$mnair" -- \
    "$phial" import acts.ndjson --color never
expect_status 0 "in a real ledger each person signs the whole list, and is asked once"
expect_out " 2 acts: 2 place." "which is shown as what it comes to"
expect_out "RECORDED #3 to #4  lines 1 to 2." "and said to be recorded"
lines '{"command":"place add","name":"room-3","type":"room","as":"jpatel","officer":"mnair"}'
before=$(entries)
run_command python3 "$root/tests/cli/typist.py" "type how many there are: =>^C" -- "$phial" import acts.ndjson --color never
expect_status 130 "who leaves at the question records nothing"
expect_equal "$before" "$(entries)" "nothing of it is in the book"
lines "{\"command\":\"place add\",\"act\":\"${act}1\",\"name\":\"room-3\",\"type\":\"room\",\"as\":\"jpatel\",\"officer\":\"mnair\"}" \
    "{\"command\":\"policy set\",\"act\":\"${act}2\",\"seen-lag\":20,\"as\":\"jpatel\",\"witness\":\"mnair\"}"
run_command python3 "$root/tests/cli/typist.py" "type how many there are: =>1" "$jpatel" "$mnair" "RECORDED" "type how many there are: =>^C" -- \
    "$phial" import acts.ndjson --resume --color never
expect_status 130 "who leaves between two lists leaves the second"
expect_out "Interrupted. Lines 1 to 1 are recorded: phial import acts.ndjson --resume goes on with line 2." "and is told where it goes on"
run_command python3 "$root/tests/cli/typist.py" "type how many there are: =>1" "$jpatel" "$mnair" -- \
    "$phial" import acts.ndjson --resume --color never
expect_status 0 "and there it goes on"
expect_out "ALREADY RECORDED #5 to #5  lines 1 to 1."
expect_out "RECORDED #6  line 2."
run verify
expect_status 0 "the real ledger verifies"
