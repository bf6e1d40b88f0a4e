#!/usr/bin/env bash
# A statement as a file, in a house of two: who signs it, how it is checked alone and against the book, and when there is none.
. "$(dirname "$0")/harness.sh"
command -v python3 >/dev/null || skip "python3 is not here"
. "$root/tests/cli/clinic.bash"
. "$root/tests/cli/house.bash"
begin_house 2
run key show --seal --no-input
cp "$out" site.pub

at 08:00 session open P-1 O-1 --place room-2 --as jpatel
at 08:01 draw V-1 40mg --session S-1 --as jpatel
at 08:30 give D-1 --route iv --start 08:05 --stop 08:25 --read 30mg --as jpatel
at 08:31 waste D-1 rest --method pouch --put 10mg --seen 10mg --as jpatel -w mnair
at 12:00 attest --from 2026-11-17 --to 2026-11-17 -o today.phial
expect_status 2 "a day without a closing has no end yet"
expect_err "no day of this period has been closed yet"
at 12:01 closing --as mnair
at 12:02 attest --from 2026-11-17 --to 2026-11-17 -o today.phial
expect_status 0 "a statement of a period that has not ended can be made"
expect_out "THIS PERIOD HAS NOT ENDED." "and says so in its first line"
expect_out "3 settled        NOT SHOWN     So far: " "and what would be shown is not, so far"
! grep -q "[1-8] [a-z ]* SHOWN  " "$out"
verdict $? "no line of it is shown"

day=2026-11-18
at 08:00 attest --from 2026-11-17 --to 2026-11-17 --as jpatel
expect_status 0
expect_file attest-2026-11-17-to-2026-11-17.phial "without a name the file has that of its days"
expect_out "Signed statement: attest-2026-11-17-to-2026-11-17.phial   TRAINING"
expect_out "3 settled        SHOWN         of 1 dose" "a day of a house of two"
expect_out "6 two people     SHOWN" "which is two people"
mv attest-2026-11-17-to-2026-11-17.phial day.phial
at 08:01 attest --from 2026-10-01 --to 2026-12-31 --dry-run
expect_out "THIS PERIOD HAS NOT ENDED."
expect_no_out "Signed statement" "a dry run makes no file"
at 08:01 attest -o day.phial
expect_status 7 "no file is written over"
at 08:02 attest --to "#5" --dry-run
expect_status 2 "a statement ends with a closing"
expect_err "#5 is no closing"
at 08:02 attest --as nobody -o other.phial
expect_status 6 "somebody unknown signs nothing"

run verify day.phial --key site.pub
expect_status 0
expect_out "PASS  The seal of this site signed it, and by its word the officer jpatel." "checked with nothing but the site's key"
expect_out "TRAINING LEDGER: nothing in this book happened." "what is for practice says so to whoever reads it"
run verify day.phial
expect_status 8 "without the site's key nobody says whose it is"
expect_out "UNPROVEN  PH0922"
run verify day.phial --against "$house"
expect_status 0
expect_out "PASS  The statement is what the book says, as it stood at #"
at 08:10 move V-3 --to room-2 --as mnair
run verify day.phial --against "$house"
expect_status 0 "and still is, when the book has gone on"
at 08:20 export -o book.phial --as jpatel
run verify day.phial --against book.phial --key site.pub --json
expect_status 0 "against an export too"
expect_out '"verdict":"PASS"'
expect_out '"compared":true'
run verify day.phial --against today.phial --key site.pub
expect_status 1 "a statement is no book"
run verify book.phial --against "$house"
expect_status 2 "and a book is no statement"
run inspect day.phial
expect_status 0
expect_out "5 on site        SHOWN" "inspect prints it"
expect_out "who signed it is not checked yet"
run inspect day.phial --json
expect_out '"sort":"statement"'

python3 - <<'END'
good = open("day.phial", "rb").read()
for place in range(9):
    at = 60 + place * (len(good) - 80) // 8
    open("bad-%d.phial" % place, "wb").write(good[:at] + bytes([good[at] ^ 1]) + good[at + 1:])
open("cut.phial", "wb").write(good[:-1])
open("long.phial", "wb").write(good + b"\0")
END
for file in bad-*.phial cut.phial long.phial; do
    run verify "$file" --key site.pub
    expect_status 1 "$file, which was changed, fails"
    expect_no_out "Harbor" "and nothing of it is printed"
done
/usr/bin/python3 "$root/tests/reader/statement.py" day.phial site.pub book.phial >second 2>&1
verdict $? "the second reader finds signatures, root and totals right"

# The quarter, of a book that says nothing against it.
day=2027-01-04
at 08:00 attest --from 2026-10-01 --to 2026-12-31
expect_file attest-2026Q4.phial "the file of a quarter is named for it"

# The seal of another site.
export XDG_CONFIG_HOME=$work/elsewhere
rm secrets
begin_clinic
run key show --seal --no-input
cp "$out" other.pub
export PHIAL_LEDGER=$PWD/$house
run verify day.phial --key other.pub
expect_status 1 "under the key of another site it fails"
expect_out "PH0911"
run verify day.phial --against clinic
expect_status 1 "and against another book"

# A book that does not verify.
python3 - "$house/data.mdb" <<'END'
import sys
book = open(sys.argv[1], "r+b")
data = book.read()
assert b"kent" not in data
place = data.index(b"room-3")
book.seek(place)
book.write(b"room-4")
END
day=2027-01-05
at 08:00 attest -o unsound.phial
expect_status 1 "of a book that does not verify nothing is stated"
expect_err "PH0928"
[ ! -e unsound.phial ]
verdict $? "and no file is made"
