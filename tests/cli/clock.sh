#!/usr/bin/env bash
# Time: days are closed, jumps are vouched for, and only a training ledger is told what time it is.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
begin_clinic
at 09:00 place add safe --type safe --as mnair --officer jpatel
recorded "the first day"
at 08:00 place add room-1 --type room --as mnair --officer jpatel
expect_status 3
expect_err "PH0504" "the clock does not go back"
at 09:00 clock --as mnair
expect_status 3
expect_err "PH0513" "where nothing jumped there is nothing to vouch for"

day=2026-11-18
at 08:00 pending
expect_out "Days not closed"
expect_out "2026-11-17"
at 08:00 place add room-1 --type room --as mnair --officer jpatel
recorded "the second day"
expect_err "The day before was closed first, by #" "begins with the closing of the first"
at 08:01 log
expect_out "The day 2026-11-17 is closed (day)"

day=2027-03-01
at 08:00 place add room-2 --type room --as mnair --officer jpatel
expect_status 3
expect_err "PH0505" "a long silence has to be vouched for"
at 08:00 clock
expect_status 4
expect_err "PH0810"
at 08:00 clock --as safe-key
expect_status 3 "a recovery key is nobody who vouches for the clock"
expect_err "PH0305"
at 08:01 clock --as mnair
expect_status 0
expect_out "clock."
expect_err "the clock says 08:01." "the clock is shown by the site's own"
at 08:01 status
expect_out "clock " "and status tells of it"
at 08:02 place add room-2 --type room --as mnair --officer jpatel
recorded "then recording goes on"
at 08:03 verify
expect_out "PASS whole"

# What may lie ahead: the next such time, and whole days.
at 08:04 patient add --as jpatel
at 08:04 order add P-1 --drug ketamine --route iv --dose 40mg --from 09:00 --until 18:00 --as jpatel
recorded "an order holds until this evening"
at 08:05 show O-1
expect_out "2027-03-01 09:00"
expect_out "18:00"
at 08:05 order add P-1 --drug ketamine --route iv --dose 40mg --until 2027-03-31 --as jpatel
recorded "another to the end of the month"
at 08:06 log --limit 1
expect_out "until 2027-03-31 23:59:59 -04:00"

# In June the clock is an hour ahead of the policy's first offset; a refusal shows the time as everything else does.
run init summer --site "Summer Clinic" --registration dea:AB1234563 --officer jpatel --officer mnair --recovery safe-key.pub \
    --zone America/New_York --training --clock "2026-06-15 08:00" --secrets secrets --no-input
expect_status 0
run patient add --at 07:00 --as jpatel -L summer --clock "2026-06-15 08:05" --secrets secrets --no-input
expect_err "PH0503"
expect_err "it began at 2026-06-15 08:00:00 -04:00"

# New York, 2026-11-01: clocks went back at two, so half past one came twice.
run init autumn --site "Autumn Clinic" --registration dea:AB1234563 --officer jpatel --officer mnair --recovery safe-key.pub \
    --zone America/New_York --training --clock "2026-11-01 00:30 -04:00" --secrets secrets --no-input
expect_status 0
autumn()
{
    run place add "$1" --type room --as mnair --officer jpatel -L autumn --secrets secrets --no-input --clock "$2" "${@:3}"
}
autumn room-1 "2026-11-01 01:30"
expect_status 2
expect_err "PH1009" "a time that came twice is not guessed"
autumn room-1 "2026-11-01 01:30 -05:00" --at "2026-11-01 01:20"
expect_status 2
expect_err "PH1009"
autumn room-1 "2026-11-01 01:30 -05:00" --at "2026-11-01 01:20 -04:00"
recorded "with its offset it is one moment"
expect_out "LATE" "an hour and ten minutes before"
autumn room-2 yesterday
expect_status 2
expect_err "PH1005"

run init zone --site X --registration dea:AB1234563 --officer jpatel --officer mnair --recovery safe-key.pub \
    --zone Mars/Base --training --secrets secrets --no-input
expect_status 2
expect_err "does not know the time zone \`Mars/Base\`"
[ ! -e zone ]
verdict $? "and nothing is left behind"
run init zone --site X --registration dea:AB1234563 --officer jpatel --officer mnair --recovery safe-key.pub \
    --zone Mars/Base --offset +01:00 --training --secrets secrets --no-input --clock "2026-11-01 12:00"
expect_status 0 "an offset may be given instead"
run policy show -L zone
expect_out "60"
