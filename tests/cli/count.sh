#!/usr/bin/env bash
# Two people count, each alone, while work goes on; what differs is a case, compensated under it and resolved by somebody
# from outside.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
begin_clinic
stock_clinic
at 08:30 session open P-1 O-1 --place room-2 --as jpatel
at 08:31 draw V-1 35mg --session S-1 --as jpatel

# ---- without questions
at 08:40 count safe --lines "vial=V-1 measured 9.3mL 9.25mL" --lines "product=ketamine-50 containers 9 vials 9 vials" --as jpatel -w mnair
recorded "what agrees is recorded"
expect_err "Counted in safe as of entry #" "against the newest entry"
expect_no_out "case" "and opens no case"
count=$(sed -n 's/^RECORDED #\([0-9]*\).*/\1/p' "$out")
at 08:41 show C-1
expect_out "safe as of #$((count - 1))  2 lines  0 cases"
at 08:42 count safe --whole --lines "product=ketamine-50 containers 9 vials 9 vials" --as jpatel -w mnair
refused PH0253 "all of a place has a figure for each"
expect_no_err "9.3" "which does not tell the book's"
at 08:43 count safe --lines "vial=V-1 measured 9.2mL 9.199mL" --as jpatel -w mnair
recorded "one microlitre beyond the tolerance"
expect_out "case  X-1  PH0246 count differs: V-1  5.05 mg missing" "opens a case"
expect_out "V-1 has 465 mg (9.3 mL) left." "and changes nothing"
at 08:44 count safe --lines "product=ketamine-50 containers 10 vials 10 vials" --lines "vial=V-1 measured 9.5mL 9.5mL" --as jpatel -w mnair
expect_out "case  X-2  PH0246 count differs: ketamine-50  500 mg too much" "too much is asked about as well"
expect_out "case  X-3  PH0246 count differs: V-1  10 mg too much" "each line on its own"
at 08:45 count safe --lines "vial=V-1 measured 9.3mL 9.3mL" --as jpatel --json -w mnair
expect_out '"cases":[]'
at 08:46 count safe V-1 --as jpatel -w mnair
expect_status 2 "figures are typed by each alone"
expect_err "PH1007"
at 08:46 count safe --as jpatel -w mnair
expect_status 2 "and of something"
expect_err "PH1003"
at 08:46 count safe V-1 --as jpatel
expect_status 2 "by two"
expect_err "two people count"
at 08:46 count safe --lines "vial=V-2 measured 10mL 10mL" --as jpatel -w mnair
refused PH0222 "a sealed vial is counted with its product"
at 08:46 count safe --lines "vial=V-1 measured rest 9mL" --as jpatel -w mnair
expect_status 3 "the rest is the book's figure and nobody's"

# ---- work goes on meanwhile
now=$("$phial" status --json | grep -o '"entries":[0-9]*' | cut -d: -f2)
at 08:50 waste V-1 1mL --put 1mL --seen 1mL --method spilled --as jpatel -w mnair
recorded "something goes on while they count"
at 08:51 count safe --as-of "$now" --lines "vial=V-1 measured 9.3mL 9.3mL" --as jpatel -w mnair
recorded "they are held to what the book had when they began"
expect_no_out "case"
at 08:52 count safe --lines "vial=V-1 measured 8.3mL 8.3mL" --as jpatel -w mnair
expect_no_out "case" "as the next ones are to what it has now"
at 08:53 count safe --as-of 999 --lines "vial=V-1 measured 8.3mL 8.3mL" --as jpatel -w mnair
expect_status 6 "and nobody to an entry to come"

# ---- adjust
at 09:00 adjust X-1 V-1 --less 0.101mL --as mnair --officer jpatel
recorded "what stays missing is taken from the balance, under its case"
expect_err "mnair adjusts V-1 by -0.101 mL under X-1."
expect_out "V-1 has 409.95 mg (8.199 mL) left."
at 09:01 adjust X-1 V-1 --less 1uL --as mnair --officer jpatel
refused PH0257 "as far as the case goes and no further"
expect_err "phial case open"
at 09:02 adjust V-1 --less 1uL --as mnair --officer jpatel
expect_status 2 "and never without a case"
at 09:03 adjust X-3 D-1 --more 1mg --as mnair --officer jpatel
recorded "a dose likewise"
expect_out "D-1 is open: 36 mg"
at 09:03 adjust X-3 V-1 --as mnair --officer jpatel
expect_status 2 "an amount is said"
expect_err "--less"
at 09:03 adjust X-3 V-1 --less 1mg --more 1mg --as mnair --officer jpatel
expect_status 2 "in one direction"
at 09:04 adjust X-3 V-1 --less "2 sprays" --as mnair --officer jpatel
expect_err "PH0111" "in a unit of its own"

# ---- a house of two
at 09:10 case resolve X-1 --cause unexplained --text "Nobody knows." --as mnair --officer jpatel
recorded "both have a part in it"
expect_out "countersign by somebody outside the case: phial countersign" "so it waits for somebody from outside"
waits=$(sed -n 's/^RECORDED #\([0-9]*\).*/\1/p' "$out")
at 09:11 case list
expect_out "X-1" "and is open until then"
expect_out "waits for somebody from outside"
at 09:11 pending
expect_out "outside" "it is listed as waiting"
at 09:12 countersign "$waits" --as jpatel
refused PH0313 "no part of it can be given by those who have one"
at 09:12 case resolve X-1 --cause loss --text "Again." --as mnair
refused PH0254 "nor is it resolved twice"
make_keys auditor
at 09:13 person add auditor --roles auditor --as jpatel -w mnair
at 09:14 countersign "$waits" --as auditor
recorded "an auditor from outside looks at it"
at 09:15 case list --all
expect_out "X-1" "and then it has ended"
at 09:15 case list
expect_no_out "X-1"
at 09:16 case resolve X-2 --cause unexplained --text "Nobody knows." --as mnair --officer jpatel
refused PH0258 "what is still in the balance is not simply closed"
expect_err "phial adjust"

# ---- by hand
at 09:20 case open V-2 --text "The cap looks odd." --as mnair
recorded "anybody asks what happened"
expect_out "case  X-4  opened by hand: V-2"
at 09:21 case open V-2 --as mnair
expect_status 2 "in words"
at 09:22 case resolve X-4 --cause explained --text "It is how they come now." --as jpatel
recorded "an officer with no part in it resolves it alone"
expect_no_out "countersign"
at 09:23 case open V-2 --about-entry 12 --difference=-5mg --text "An entry I do not understand." --as mnair
recorded "of an entry and an amount too"
expect_out "5 mg missing"

# ---- at a terminal
if command -v python3 >/dev/null && python3 -c "import pty; pty.openpty()" 2>/dev/null; then
    export TERM=xterm NO_COLOR=1
    jpatel="Passphrase for jpatel: =>secret:jpatel's words"
    mnair="Passphrase for mnair: =>secret:mnair's words"
    run_command python3 "$root/tests/cli/typist.py" "by-weight, measured)? =>measured" "jpatel, ketamine-50, how many sealed: =>many" \
        "what is not there is 0." "how many sealed: =>8" "jpatel, V-1, what is in it (mL or mg): =>8.2" "and its unit" ": =>8.2mL" \
        "mnair, ketamine-50, how many sealed: =>9" "mnair, V-1, what is in it (mL or mg): =>8.1mL" "$jpatel" "$mnair" -- \
        "$phial" count safe --whole --as jpatel -w mnair --clock "$day 09:30"
    expect_status 0 "each of the two is asked for each thing in the place"
    expect_out "count differs: ketamine-50  500 mg missing" "and one of them found less"
    expect_out "The same without questions: phial count safe --whole"
    expect_out "--lines 'product=ketamine-50 method=containers first=8 vials second=9 vials'"
    sed -n '/mnair, V-1, what is in it/q;p' "$out" >before-both
    ! grep -q ' left\|8.199\|409\|holds\|9 vials' before-both
    verdict $? "before both have typed no figure of the book is shown"
    sed -n 's/.*The same without questions: phial //p' "$out" | tr -d '\r' >again
    eval "run $(cat again) --secrets secrets --no-input"
    recorded "the command that asks nothing is one"
    run_command python3 "$root/tests/cli/typist.py" "Who acts? Handle: =>jpatel" "Who counts too? Handle: =>mnair" \
        "jpatel, ketamine-50, how many sealed: =>9" "mnair, ketamine-50, how many sealed: =>9" "$jpatel" "$mnair" -- \
        "$phial" count safe ketamine-50 --clock "$day 09:32"
    expect_status 0 "and whoever is missing is asked for"
fi

at 09:40 verify
expect_out "PASS" "all of it verifies"
