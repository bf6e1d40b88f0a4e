#!/usr/bin/env bash
# Remarks: of somebody enrolled, and of somebody from outside by a key of his own.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"

begin_clinic
stock_clinic
echo "guest:guest's words" >>secrets
echo "visitor:guest's words" >>secrets
run key recovery visitor --secrets secrets --no-input
expect_status 0 "somebody from outside makes a key"

at 09:00 note 3 --text "seen by the inspector" --as mnair
recorded "a remark on an entry"
expect_err "mnair remarks on entry #3." "its words are shown before it is signed"
expect_err "seen by the inspector"
note=$(sed -n 's/^RECORDED #\([0-9]*\).*/\1/p' "$out")
at 09:01 show "$note"
expect_out "seen by the inspector" "and afterwards to who keeps the secrets"
at 09:02 note --as mnair
expect_status 2 "a remark without words is none"
at 09:02 note 9999 --text "x" --as mnair
expect_status 6 "nobody remarks on what is not there"
at 09:03 note --text "I counted eleven" --guest visitor.pub --as mnair
recorded "a remark of somebody from outside, who signs it too"
expect_err "in the words of who holds the key"
at 09:04 verify
expect_status 0 "the book passes"
at 09:05 note --text "I" --guest safe-key.pub --as mnair
refused PH0311 "a key of somebody in the book is no guest's"
