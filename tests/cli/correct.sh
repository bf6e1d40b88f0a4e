#!/usr/bin/env bash
# What was recorded wrongly is taken back: what rests on it goes with it, nothing is hidden, and a late act on a vial that
# was emptied since is written down in three commands.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"

entry_of() { sed -n 's/^RECORDED #\([0-9]*\).*/\1/p' "$out"; }

begin_clinic
stock_clinic
at 09:00 session open --patient P-1 --order O-1 --place room-2 --systolic 120 --as jpatel
at 09:01 draw V-1 35mg --session S-1 --as jpatel
recorded "a dose is drawn"
draw=$(entry_of)
at 09:05 give D-1 --route iv --read 35mg --start 09:02 --stop 09:04 --as jpatel
recorded "and given"
give=$(entry_of)

# ---- what may not stand
at 09:10 correct "$draw" --as jpatel -w mnair --reason mistake
expect_status 2 "one says what is done with it"
expect_err "--void takes back"
at 09:10 correct "$draw" --void --as jpatel -w mnair
refused PH0520 "and why"
at 09:10 correct 2 --void --as jpatel -w mnair --reason mistake
refused PH0255 "a policy is followed by another"
at 09:10 correct "$draw" --void --as mnair --reason mistake
refused PH0115 "whoever recorded it signs, or says why not"

# ---- a draw, and the gift that rests on it
at 09:12 correct "$draw" --void --as jpatel -w mnair --reason mistake
recorded "a draw is taken back by the one who made it and an officer"
expect_err "#$draw  \"jpatel draws" "what is taken back is read before it is signed"
expect_err "#$give  \"jpatel gives" "and what rests on it"
expect_err "jpatel corrects #$draw (void), and #$give (void)."
expect_out "D-1 is void."
void=$(entry_of)
at 09:13 log D-1
expect_out "VOID" "it still stands in the log, marked"
expect_out "jpatel draws"
at 09:13 show "$draw"
expect_out "VOID"
expect_out "taken back by #$void"
at 09:13 show "$draw" --json
expect_out "\"void_by\":$void"
at 09:13 show V-1
expect_out "sealed" "nobody has been in the vial"
at 09:14 correct "$draw" --void --as jpatel -w mnair --reason mistake
refused PH0271 "once is enough"
at 09:14 give D-1 --route iv --read 35mg --start 09:02 --stop 09:04 --as jpatel
refused PH0425 "nothing is done with a dose that is void"

# ---- what did happen, and a late act on a vial emptied since
at 09:20 draw V-1 35mg --session S-1 --as jpatel
at 09:21 give D-2 --route iv --read 35mg --start 09:20 --stop 09:21 --as jpatel
at 09:22 empty V-1 -w mnair --as jpatel --reason mistake
empty=$(entry_of)
at 09:30 draw V-1 5mg --session S-1 --at 09:19 --as jpatel --reason clinical -w mnair
refused PH0212 "the book says that the vial was finished"
at 09:31 correct "$empty" --void --as jpatel -w mnair --reason mistake
recorded "first: the emptying is taken back"
at 09:32 draw V-1 5mg --session S-1 --at 09:19 --as jpatel --reason clinical -w mnair
recorded "second: the late act is written down"
at 09:33 empty V-1 -w mnair --as jpatel --reason mistake
recorded "third: the vial is emptied again"

# ---- a receipt that was drawn from
at 10:00 receive ketamine-50 "1 vials" --lot L2 --expiry 2028-09-30 --invoiced 1 --from acme --document-type invoice \
    --document INV-9 --place safe --as mnair -w jpatel
receipt=$(entry_of)
at 10:01 draw V-11 5mg --session S-1 --as jpatel --reason clinical -w mnair
at 10:02 correct "$receipt" --void --as mnair --reason mistake
recorded "a receipt is taken back although its vial was drawn from"
expect_out "PH0250 corrected sums: V-11"
at 10:03 pending
expect_out "approval" "an officer approves it later"

run verify
expect_status 0 "all of it verifies"
