#!/usr/bin/env bash
# --dry-run checks all and records nothing; a refusal is the same with and without it.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
begin_clinic
stock_clinic
before=$(sha256sum <clinic/data.mdb)

at 08:30 session open P-1 O-1 --place room-2 --as jpatel --dry-run
expect_status 0
expect_out "Nothing was recorded: this was a dry run"
expect_err '"jpatel opens a session for P-1 by O-1 in room-2.' "the sentence is shown"
at 08:30 session open P-1 O-1 --place room-2 --as jpatel -n --json
expect_equal '{"recorded":false,"dry_run":true}' "$(cat "$out")"
at 08:30 draw V-1 50mg --as jpatel --dry-run
refused PH0401 "a rule says no to a dry run too"
at 08:30 closing --dry-run
expect_out "Nothing was recorded"
expect_equal "$before" "$(sha256sum <clinic/data.mdb)" "not a byte of the store has changed"

run init other --site X --registration dea:AB1234563 --officer jpatel --officer mnair --recovery safe-key.pub \
    --zone America/New_York --training --clock "$day 08:00" --secrets secrets --no-input --dry-run
expect_status 0
[ ! -e other ]
verdict $? "a dry run of init leaves nothing behind"
