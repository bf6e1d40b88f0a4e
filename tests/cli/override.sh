#!/usr/bin/env bash
# A rule that two people set aside beforehand, once.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"

begin_clinic
stock_clinic
make_keys rosei
at 08:12 person add rosei --roles clinician --as jpatel -w mnair

at 09:00 session open --patient P-1 --place room-2 --as rosei
refused PH0403 "a session without an order is refused"
at 09:01 override PH0403 --patient P-1 --as rosei
expect_status 3 "a rule is not set aside without a reason"
expect_err "PH0520"
at 09:01 override PH0306 --patient P-1 --reason "no choice" --as rosei --officer mnair
refused PH0267 "who may not act for a patient is not a rule to set aside"
expect_err "phial: PH0267 rule PH0306 cannot be set aside."
at 09:02 override PH0403 --patient P-1 --reason "the order is on its way by fax" --as rosei
recorded "one alone may ask for it"
expect_err "rosei sets rule 403 aside for P-1, for one session."
at 09:02 session open --patient P-1 --place room-2 --as rosei
refused PH0403 "and it holds when an officer agrees, not before"
at 09:03 pending
expect_out "override"
entry=$(sed -n 's/^ *#\([0-9]*\).*override.*/\1/p' "$out" | head -n 1)
at 09:03 countersign "$entry" --as mnair
recorded "an officer agrees"
at 09:04 session open --patient P-1 --place room-2 --as rosei
recorded "the session begins"
at 09:05 verify
expect_status 0 "and the book passes"
expect_out "1 rule set aside" "and counts it"
at 09:06 override 403 --patient P-1 --reason "again" --as rosei --officer mnair
recorded "a code may be typed as a number, and both sign at once"
at 09:07 show "$entry"
expect_out "sets rule 403 aside"
