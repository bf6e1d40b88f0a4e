#!/usr/bin/env bash
# A book that takes over what is there, and what turns up once it has begun.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
begin_clinic
at 08:03 place add safe --type safe --as mnair --officer jpatel
at 08:04 product add ketamine-50 --label "Ketamine 50 mg/mL 10 mL" --drug ketamine --form multi-dose-vial --strength 50mg/mL \
    --strength-seen 50mg/mL --volume 10mL --overfill 0.5mL --schedule III --as mnair --officer jpatel
at 08:05 found ketamine-50 3 vials --sealed --origin opening --place safe --lot OLD1 --expiry 2027-05 --as mnair -w jpatel
recorded "what is there when a book begins is taken over"
expect_out "vials V-1 to V-3"
expect_no_out "case" "and is no case"
expect_err "500 mg (10 mL) in each, sealed, lot OLD1, expiry 2027-05-31, opening."
at 08:06 found ketamine-50 1 vial 2.5mL --origin opening --place safe --as mnair -w jpatel
recorded "an open one too, whose lot and expiry nobody knows"
at 08:06 show V-4
expect_out "lot unknown  exp unknown  holds 125 mg (2.5 mL)"
cat >stock.ndjson <<'END'
{"command":"found","product":"ketamine-50","containers":3,"sealed":true,"place":"safe","lot":"OLD1","expiry":"2027-05","as":"mnair","witness":"jpatel"}
{"command":"found","product":"ketamine-50","containers":"1 vial","volume":"2.5mL","place":"safe","as":"mnair","witness":"jpatel"}
END
at 08:06 import stock.ndjson --opening --json
expect_status 0 "from a file all of it is taken over at once"
expect_out '"born":["V-5","V-6","V-7"],"left":{"V-5":10000,' "the sealed containers"
expect_out '"born":["V-8"],"left":{"V-8":2500}' "and the open ones"
cat >more.ndjson <<'END'
{"command":"found","product":"ketamine-50","containers":1,"sealed":true,"place":"safe","as":"mnair","witness":"jpatel"}
END
at 08:06 import more.ndjson --opening
expect_status 0
expect_err "phial certify initial" "and then it is to be certified"
at 08:06 pending
expect_out "what the book opened with, not certified yet" "which waits until it is"
at 08:06 certify initial --basis opening-of-business --as mnair -w jpatel
expect_status 2 "as of a closing"
at 08:06 closing --as mnair
at 08:06 certify initial --basis opening-of-business --as mnair -w jpatel
recorded "what two people entered they have counted"
at 08:06 pending
expect_no_out "not certified yet" "and waits no more"
at 08:06 report biennial
expect_out "TAKEN OVER" "the inventory is what was taken over"
expect_out "OLD1 exp 2027-05-31"
at 08:07 destroy V-4 --method incinerated --form-41 41-1 --as mnair -w jpatel
recorded "destroyed before two people"
at 08:08 found ketamine-50 1 vial --sealed --origin opening --place safe --as mnair -w jpatel
refused PH0259 "after that the book has begun"
expect_err "without --origin opening"
at 08:08 found ketamine-50 1 vial --sealed --place safe --as mnair -w jpatel
recorded "and what turns up is found"
expect_out "case  X-1  PH0248 found: V-10"
at 08:09 verify
expect_status 0 "the book verifies"
