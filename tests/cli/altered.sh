#!/usr/bin/env bash
# An entry whose bytes were changed on the disk is never shown nor exported as if it were the one that was signed.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
begin_clinic
stock_clinic
at 08:30 show 7
expect_out "8J331A" "the receipt is shown"
python3 - clinic/data.mdb <<'END'
import sys
book = open(sys.argv[1], "r+b")
bytes_ = book.read()
assert b"8J331A" in bytes_
book.seek(0)
book.write(bytes_.replace(b"8J331A", b"8J331B"))
END
[ $? -eq 0 ]
verdict $? "one letter of its lot is changed"

altered()
{
    expect_status 7 "$1 says no"
    expect_err "PH0706" "and by which code"
    expect_err "entry #$number" "and names the entry"
    expect_no_out "8J331B" "and shows nothing of it"
}
number=7
at 08:31 show 7
altered "show"
at 08:31 show 7 --json
altered "show --json"
at 08:32 log
altered "log"
at 08:33 show V-1
altered "the history of a vial"
at 08:34 export -o book.phial --as jpatel
altered "export"
[ ! -e book.phial ] && [ -z "$(find . -name 'book.phial*')" ]
verdict $? "and leaves no file"
at 08:35 verify
expect_status 1 "verify says FAIL of it"
