#!/usr/bin/env bash
# The numbers of another law are rows of differences: a book begins with them, or takes them on, and all are read before
# anybody signs.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
begin_clinic --profile uk
at 08:01 policy show --csv
expect_out '"profile","uk"' "a book begins under the law its officers name"
expect_out '"late","1440 min"' "an entry is late after the next day"
expect_out '"named-days","0 days"'
expect_out '"destroy-authorised","1"'

before=$("$phial" status --json | grep -o '"entries":[0-9]*')
at 08:02 policy set --profile us-ia --holidays 2026-12-25 --as jpatel -w mnair --dry-run
expect_status 0 "another law is looked at before it is signed"
for number in "us-ia rules" "late 15 min" "inventory-months 12" "inventory-grace 7 days" "tolerance-eye 125" "named-days 45 days" \
    "holidays 2026-12-25" "depression-infusion" "dose-iv-most 4.5 mg/kg"; do
    grep -qF "$number" "$out" "$err"
    verdict $? "with its number: $number"
done
expect_equal "$before" "$("$phial" status --json | grep -o '"entries":[0-9]*')" "and nothing of it is in the book"
at 08:03 policy set --profile us-ia --inventory-grace 3 --as jpatel -w mnair
recorded "two officers take it on, but for a number of their own"
at 08:03 policy show --csv
expect_out '"inventory-grace","3 days"'
expect_out '"inventory-months","12"'
expect_out '"late","15 min"' "what the law before said otherwise is gone"
at 08:04 policy set --profile us-xx --as jpatel -w mnair
expect_status 2 "a law that nobody has described is refused"
expect_err "us-federal"
at 08:05 policy set --protocols "esketamine 0 84 0 168 0 0" --protocols "esketamine 0 56 0 84 0 0" --as jpatel -w mnair
refused PH0114 "a protocol has one row"
at 08:06 policy set --revision 2 --as jpatel -w mnair
refused PH0522 "rules that this program does not know cannot be agreed on"

# Who may not act for a patient may act again when an officer approves it, and says why.
make_keys rosei
at 08:10 person add rosei --roles clinician --as jpatel -w mnair
at 08:11 patient add --may-not-act rosei --as jpatel
at 08:12 patient add --patient P-1 --may-act-again rosei --reason "clinical: it was another of that name" --as rosei --officer mnair
refused PH0310 "nobody lets himself in"
at 08:13 patient add --patient P-1 --may-act-again rosei --reason "clinical: it was another of that name" --as jpatel --officer mnair
recorded "an officer and another let her in, for a reason"
expect_err "rosei may act for this patient again"
