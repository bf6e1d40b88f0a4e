#!/usr/bin/env bash
# What a book says and whether it verifies depends on no zone database: offsets are signed, and days are those of the offsets.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
day=2026-10-31
begin_clinic
stock_clinic
day=2026-11-01
at "01:30 -04:00" session open P-1 O-1 --place room-2 --systolic 120 --as jpatel
recorded "in the night the clocks go back, somebody is treated at the first half past one"
at "01:20 -05:00" draw V-1 35mg --session S-1 --as jpatel
recorded "and a dose is drawn fifty minutes later, before the second"
at "01:10 -05:00" observe S-1 --pulse 70 --as jpatel
expect_status 3 "a clock that was not put back is noticed"
expect_err "PH0504"
at "01:50 -05:00" give D-1 --route iv --start "$day 01:25 -05:00" --stop "$day 01:45 -05:00" --read 35mg --as jpatel
recorded "which is given"
at "02:14 -05:00" session close S-1 --outcome completed --escort --systolic 118 --as jpatel
refused PH0416 "twenty-nine minutes after it"
at "02:15 -05:00" session close S-1 --outcome completed --escort --systolic 118 --as jpatel
recorded "and half an hour after it the treatment ends, whatever clocks on the wall say"
day=2027-03-13
at 23:50 clock --as mnair
at 23:51 order add P-1 --drug ketamine --route iv --dose 35mg --as jpatel
at 23:51 session open P-1 O-2 --place room-2 --systolic 120 --as jpatel
recorded "so is the night in March"
day=2027-03-14
at "02:30" observe S-2 --pulse 70 --as jpatel
expect_status 2 "in which half past two is no time"
expect_err "PH1009"
at "03:05 -04:00" observe S-2 --pulse 70 --as jpatel
recorded "and five past three is"
at "03:06 -04:00" export -o book.phial --as jpatel
run key show --seal
cp "$out" site.pub

# A zone database with New York where Tokyo is, where there is one.
mkdir -p odd/America
[ ! -e /usr/share/zoneinfo/Asia/Tokyo ] || cp /usr/share/zoneinfo/Asia/Tokyo odd/America/New_York
for command in "verify --json" "verify book.phial --key site.pub --json" "register --csv"; do
    # shellcheck disable=SC2086  # words are arguments
    run $command
    expect_status 0 "phial $command"
    cp "$out" here
    for zone in "TZDIR=/nonexistent" "TZDIR=$PWD/odd" "TZ=Pacific/Kiritimati" "TZ=:/nonexistent"; do
        # shellcheck disable=SC2086
        run_command env "$zone" "$phial" $command
        cmp -s here "$out"
        verdict $? "  says the same with ${zone/$PWD/.}"
    done
done

# What is typed is never given an offset that is guessed.
run_command env TZDIR=/nonexistent "$phial" observe S-2 --pulse 71 --as jpatel --clock "$day 04:00 -04:00" --secrets secrets --no-input
expect_status 2
expect_err "does not know the site's time zone" "without a zone database that is said, and nothing is recorded"
expect_err "Nothing was recorded."
run_command env TZDIR="$PWD/odd" "$phial" observe S-2 --pulse 71 --as jpatel --clock "$day 17:30" --secrets secrets --no-input
expect_status 3
expect_err "PH0502" "and an offset that is none of this site's is refused"
