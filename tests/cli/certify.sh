#!/usr/bin/env bash
# An inventory is counted place by place, certified by two as of a closing, and what comes to light about the time before is a case.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
begin_clinic
stock_clinic
number() { sed -n 's/^RECORDED #\([0-9]*\).*/\1/p' "$out"; }
newest() { grep -o '#[0-9]*' "$out" | head -1 | tr -d '#'; }

at 08:20 move V-9 V-10 --to room-2 --as mnair
at 08:30 session open P-1 O-1 --place room-2 --as jpatel
at 08:31 draw V-1 35mg --session S-1 --as jpatel
at 08:40 certify initial --basis close-of-business --as mnair -w jpatel
expect_status 2 "without a closing there is nothing to certify"
at 08:41 count safe --whole --lines "vial=V-1 measured 9.3mL 9.31mL" --lines "product=ketamine-50 containers 7 vials 7 vials" --as jpatel -w mnair
recorded "the safe is counted"
at 08:45 closing --as mnair
closing=$(newest)
at 08:50 certify initial --basis close-of-business --as mnair -w jpatel
refused PH0261 "every place where something stands is"
expect_err "room-2 does not serve" "which is named"
expect_err "phial count PLACE --whole"
at 08:51 count room-2 --whole --lines "product=ketamine-50 containers 2 vials 2 vials" --as mnair -w jpatel
at 08:52 count list
expect_out "C-1" "what can be certified is listed"
expect_out "C-2"
at 08:53 certify initial --basis close-of-business --as mnair
refused PH0308 "it is signed by two"
at 08:53 certify initial --as mnair -w jpatel
expect_status 2 "as of the opening or the close of business"
expect_err "--basis"
at 08:54 certify initial --basis close-of-business --as mnair -w jpatel -n
expect_status 0 "it can be tried"
expect_err "#$closing  the closing of 2026-11-17" "what it is about is said"
expect_err "all of safe as of #"
expect_err "The initial inventory as of entry #$closing, close-of-business, from C-1 and C-2, is certified." "and it is read before it is signed"
at 08:55 certify initial --basis close-of-business --as mnair -w jpatel
recorded "an inventory is certified, by the newest counts as of the newest closing"
certified=$(number)
at 08:55 count list
expect_no_out "C-1" "its counts are used"
at 08:55 count list --all
expect_out "C-1"
at 08:55 show C-1
expect_out "0 cases  certified by #$certified" "and say so"
at 08:56 certify biennial C-1 C-2 --basis close-of-business --as mnair -w jpatel
refused PH0266 "the next one is as of a later closing"
expect_err "no closing after entry $certified"
at 08:56 certify biennial C-1 C-2 --as-of $((closing - 1)) --basis close-of-business --as mnair -w jpatel
refused PH0266 "and of a closing"

at 08:56 certify initial C-1 C-2 --basis close-of-business --as mnair -w jpatel
expect_status 3 "a book has one initial inventory"
expect_err "phial help certify" "and what to look at is named"

# ---- the time before
at 08:57 give D-1 --route iv --start 08:46 --stop 08:56 --read 20mg --as jpatel
recorded "what happens afterwards is recorded"
expect_no_out "case" "and opens none"
at 08:58 waste V-2 1mL --method broken --put 1mL --seen 1mL --as jpatel -w mnair --at 08:43
recorded "what comes to light about the time before is recorded too"
expect_out "PH0249 certified period" "and opens a case"
late=$(number)
at 08:59 correct "$late" --void --as jpatel --officer mnair --reason "wrong vial"
recorded "taking it back is asked about as well"
expect_out "PH0249 certified period"
at 09:00 correct "$certified" --void --as jpatel --officer mnair --reason "wrong vial"
refused PH0255 "an inventory is not taken back"
at 09:00 explain PH0249
expect_status 0

# ---- what it comes to
at 09:05 report biennial
expect_status 0 "the inventory is written out"
expect_out "initial inventory as of closing #$closing of 2026-11-17, close-of-business; certified by mnair, jpatel with #$certified" "as of when, and who signed it"
at 09:05 report biennial --csv
expect_out "\"safe\",\"ketamine-50\",\"III\",\"multi-dose-vial\",50000,10000,7,7,7,1,79300,3965000000,3965000000,3965500000,0,\"C-1\",\"jpatel; mnair\"" "the book beside what was counted, and by whom"
expect_out "\"room-2\",\"ketamine-50\",\"III\",\"multi-dose-vial\",50000,10000,2,2,2,0,20000,1000000000,1000000000,1000000000,0,\"C-2\"" "of each place"
expect_out ",,\"ketamine-50\",\"III\",\"multi-dose-vial\",50000,10000,,,,,,35000000," "and what was in open doses"
at 09:05 report biennial "$certified" --json
expect_out "\"as_of\":$closing,\"certified\":$certified,\"signed_by\":[\"mnair\",\"jpatel\"]"
at 09:05 report biennial 1
expect_status 3 "of an entry that certifies one"
at 09:06 report accountability --to "#$closing" --json
expect_out "\"counted_ng\":4965000000,\"counted_second_ng\":4965500000,\"book_counted_ng\":4965000000,\"variance_ng\":0,\"variance_second_ng\":500000" "accounts as of it show what was certified"
expect_out "\"counts\":[\"safe C-1\",\"room-2 C-2\"],\"not_counted\":[]" "though one count was made after it"

at 09:07 pending
expect_no_out "next inventory" "the next one is two years off"
run pending --clock "2028-10-17 09:00"
expect_no_out "next inventory"
run pending --clock "2028-10-18 09:00"
expect_out "the next inventory, by the end of 2028-11-17  phial certify biennial" "a month before it is due it is asked for"
expect_no_out "2028-11-17  phial certify biennial  OVERDUE"
run pending --clock "2028-11-18 09:00" --json
expect_out '"next":"phial certify biennial","marks":["OVERDUE"]' "and then it is overdue"

# ---- another one, from a file
at 09:10 waste D-1 rest --method pouch --put 15mg --seen 15mg --as jpatel -w mnair
at 09:11 count safe --whole --lines "vial=V-1 measured 9.3mL 9.3mL" --lines "product=ketamine-50 containers 7 vials 7 vials" --as jpatel -w mnair
at 09:12 count room-2 --whole --lines "product=ketamine-50 containers 2 vials 2 vials" --as jpatel -w mnair
at 09:13 closing --as mnair
closing=$(newest)
cat >inventory.ndjson <<END
{"command":"certify","type":"closing","counts":["C-3","C-4"],"as-of":$closing,"basis":"opening-of-business","as":"mnair","witness":"jpatel"}
END
at 09:14 import inventory.ndjson
expect_status 0 "an inventory may come from a file"
at 09:20 verify
expect_status 0 "the book verifies"
expect_out "PASS"

# ---- in time, and late
at 09:20 policy set --inventory-months 1 --clock-jump 60 --as jpatel -w mnair
inventory() # COUNTED CLOSED C-NUMBER C-NUMBER
{
    day=$1
    at 09:00 count safe --whole --lines "vial=V-1 measured 9.3mL 9.3mL" --lines "product=ketamine-50 containers 7 vials 7 vials" \
        --as jpatel -w mnair
    at 09:01 count room-2 --whole --lines "product=ketamine-50 containers 2 vials 2 vials" --as mnair -w jpatel
    day=$2
    at 09:00 closing --as mnair
    at 09:01 certify biennial "$3" "$4" --basis close-of-business --as mnair -w jpatel
}
inventory 2026-12-17 2026-12-18 C-5 C-6
recorded "an inventory of the last day for it is in time"
expect_no_out "case"
inventory 2027-01-18 2027-01-19 C-7 C-8
recorded "one of the day after is certified all the same"
expect_out "PH0251" "as late, which is a case"
run verify
expect_status 0

# ---- at a terminal
if command -v python3 >/dev/null && python3 -c "import pty; pty.openpty()" 2>/dev/null; then
    export TERM=xterm NO_COLOR=1
    day=2027-01-20
    at 08:40 count safe --whole --lines "vial=V-1 measured 9.3mL 9.3mL" --lines "product=ketamine-50 containers 7 vials 7 vials" --as jpatel -w mnair
    at 08:41 count room-2 --whole --lines "product=ketamine-50 containers 2 vials 2 vials" --as mnair -w jpatel
    at 08:45 closing --as mnair
    typed 09:02 "or its close (opening-of-business, close-of-business): =>close-of-business" \
        "Passphrase for jpatel: =>secret:jpatel's words" "Passphrase for mnair: =>secret:mnair's words" -- \
        certify biennial --as jpatel -w mnair
    recorded "at a terminal what is missing is asked for"
    expect_out "The same without questions: phial certify biennial"
fi
