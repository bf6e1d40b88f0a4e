#!/usr/bin/env bash
# Reports: what somebody should look at, what became of each container, and what was lost at the end of them.
. "$(dirname "$0")/harness.sh"
command -v python3 >/dev/null || skip "python3 is not here"
. "$root/tests/cli/clinic.bash"
begin_clinic
stock_clinic
at 08:30 session open P-1 O-1 --place room-2 --as jpatel
at 08:31 draw V-1 35mg --session S-1 --as jpatel
at 08:50 give D-1 --route iv --start 08:40 --stop 08:49 --read 20mg --as jpatel
at 08:51 residual D-1 0.05mL --where hub --as jpatel
at 08:52 waste D-1 rest --method pouch --put 0.25mL --seen 0.25mL --as jpatel -w mnair
at 08:53 waste V-1 9.2mL --method broken --put 9.2mL --seen 9.2mL --reason breakage --as jpatel -w mnair
recorded "most of a vial is broken"
at 08:54 empty V-1 --as mnair -w jpatel
recorded "the rest cannot be drawn, and a hub explains it"
at 08:55 closing --as mnair
closing=$(grep -o '#[0-9]*' "$out" | head -1 | tr -d '#')
at 10:00 waste V-2 1mL --method spilled --put 1mL --seen 0.9mL --at 08:20 --as jpatel -w mnair
recorded "a waste is late, and its figures differ"
late=$(grep -o '#[0-9]*' "$out" | head -1 | tr -d '#')
at 10:01 order add P-1 --drug ketamine --route im --dose 40mg --sessions 1 --as mnair --irregular --reason absence
recorded "an order by somebody who may not order"
head -c 64 /dev/urandom >form.jpg
at 10:02 waste V-3 1mL --method spilled --put 1mL --seen 1mL --reason computer-down --source paper-form:form.jpg \
    --source-number "=7" --as jpatel -w mnair
recorded "a waste is copied from a form"

at 10:05 report exceptions --json
python3 - "$out" "$late" 2>"$err" <<'END_OF_PYTHON'
import json, sys
rows = {row["entry"]: row for row in json.load(open(sys.argv[1]), parse_float=lambda text: 1 / 0)["rows"]}
late = int(sys.argv[2])
assert rows[late]["late_min"] == 100 and rows[late]["marks"] == ["LATE 100 min"], rows[late]
assert rows[late]["cases"] == ["X-1"], rows[late]
irregular = [row for row in rows.values() if row["irregular"]]
assert len(irregular) == 1 and "IRREGULAR" in irregular[0]["marks"] and irregular[0]["reason"] == "absence", irregular
assert irregular[0]["waits"], irregular
copied = [row for row in rows.values() if "TRANSCRIBED =7" in row["marks"]]
assert len(copied) == 1 and copied[0]["reason"] == "computer-down", copied
assert not any(row["kind"] in ("draw", "move", "closing", "session-open") for row in rows.values()), rows.keys()
END_OF_PYTHON
verdict $? "exceptions are late, irregular, corrected, copied or waiting entries, each with why, and no others"
at 10:05 report exceptions --to "#$closing"
expect_no_out "LATE" "only those of the period"
at 10:05 report exceptions
expect_out "TRAINING"
expect_out "This period has not ended"
at 10:05 log --limit 1
expect_out "TRANSCRIBED =7" "the log says it too"

at 10:05 report vial-life V-1 --json
python3 - "$out" "$closing" 2>"$err" <<'END_OF_PYTHON'
import json, sys
rows = json.load(open(sys.argv[1]))["rows"]
assert len(rows) == 1, rows
row = rows[0]
assert row["labelled_ul"] + row["gained_ul"] == row["drawn_ul"] + row["wasted_ul"] + row["closing_loss_ul"] + row["left_ul"], row
assert (row["drawn_ul"], row["wasted_ul"], row["closing_loss_ul"], row["left_ul"], row["draws"]) == (700, 9200, 100, 0, 1), row
assert row["ended_as"] == "empty" and row["ended_by"] == int(sys.argv[2]) - 1 and row["marks"] == [], row
END_OF_PYTHON
verdict $? "the life of a vial is its own equation"
at 10:05 report vial-life --product ketamine-50
expect_out "10 containers"
at 10:05 report vial-life V-99
expect_status 6

at 10:05 report variance --json
expect_out '"product":"ketamine-50","by":"mnair","vials":1,"draws":1,"closing_loss_ul":100,"gained_ul":0,"bound_ul":120,"above":0'
expect_out '"by":"jpatel","vials":0,"draws":0,"closing_loss_ul":0,"gained_ul":0,"bound_ul":0,"above":0,"residuals":1,"residual_ng":2500000'
at 10:05 report variance
expect_out "A reason to ask, not a finding."
at 10:05 report variance --from "#$closing" --json
expect_out '"rows":[]' "and nothing of another period"

# ---- lists of acts
at 10:10 destroy V-5 --method "sharps bin, incinerated" --form-41 41-7 --as mnair -w jpatel
recorded "one is destroyed"
at 10:11 waste V-6 2mL --method spilled --put 2mL --seen 2mL --as jpatel -w mnair --reason breakage
at 10:12 destroy V-6 --method "incinerated" --as mnair -w jpatel --reason breakage
recorded "a part of one too, without a form"
at 10:13 loss V-7 --discovered "2026-11-17 10:00" --type robbery --significant --as mnair -w jpatel
recorded "one is stolen"
lost=$(grep -o '#[0-9]*' "$out" | head -1 | tr -d '#')
at 10:14 notice loss-notice --about "$lost" --as mnair
notice=$(grep -o '#[0-9]*' "$out" | head -1 | tr -d '#')
at 10:15 correct "$late" --void --reason "it was V-3" --as jpatel --officer mnair
void=$(grep -o '#[0-9]*' "$out" | head -1 | tr -d '#')
recorded "a waste is taken back"
at 10:16 report waste --json
python3 - "$out" "$late" "$void" 2>"$err" <<'END_OF_PYTHON'
import json, sys
rows = json.load(open(sys.argv[1]), parse_float=lambda text: 1 / 0)["rows"]
late, void = map(int, sys.argv[2:])
assert [(row["dose"], row["vial"], row["wasted_ng"], row["by_now_ng"]) for row in rows] == [
    ("D-1", None, 12500000, 12500000), (None, "V-1", 460000000, 460000000), (None, "V-2", 50000000, 0),
    (None, "V-3", 50000000, 50000000), (None, "V-6", 100000000, 100000000)], rows
first, struck = rows[0], next(row for row in rows if row["entry"] == late)
assert (first["put"], first["seen"], first["method"], first["after_stop_min"]) == ("0.25 mL", "0.25 mL", "pouch", 3), first
assert first["by"] == ["jpatel"] and first["witness"] == ["mnair"] and first["session"] == "S-1", first
assert struck["marks"] == [f"VOID #{void}", "LATE 100 min"] and struck["seen"] == "0.9 mL", struck
assert all(row["product"] == "ketamine-50" and row["ndc"] == "55150-439-10" for row in rows), rows
END_OF_PYTHON
verdict $? "wastes, each with what both typed, as entered and as known by now"
at 10:16 report waste --to "#$closing" --csv
expect_equal 3 "$(wc -l <"$out")" "of the period"
at 10:16 report late --json
expect_out "\"entry\":$late," "what was late is listed"
expect_out '"late_min":100'
expect_out '"count":1,' "and nothing else"
at 10:16 report corrections --json
expect_out "\"entry\":$void," "a correction"
expect_out "\"corrected\":$late,\"how\":\"void\",\"kind\":\"waste\"" "says what it corrects, and how"
expect_out '"entered_by":["jpatel"],"by":["jpatel"],"officer":["mnair"]' "and who"
at 10:16 report discrepancies --json
expect_out "\"case\":\"X-1\",\"opened_by\":$late," "a case"
expect_out '"code":"PH0240","why":"amounts differ","about":"V-2","difference_ng":-5000000,' "says what was asked about"
expect_out '"people":["jpatel","mnair"],"state":"open"'
expect_out '"marks":["OPEN"]'
at 10:16 report receipts --csv
expect_out '"acme","dea:RA0123454","invoice","INV-88123","ketamine-50","55150-439-10",50000,"multi-dose-vial","8J331A","2028-09-30",10,10000,,,10,5000000000,"safe",,"mnair","jpatel",' "what came, from whom, by which paper"
at 10:16 report form41 --csv
expect_out '"41-7","ketamine-50","55150-439-10",50000,"multi-dose-vial","V-5","8J331A",10000,true,10000,500000000,500000000,"sharps bin, incinerated","mnair","jpatel",' "a full container destroyed"
expect_out '"V-6","8J331A",10000,false,8000,400000000,400000000,"incinerated"' "and a part of one"
at 10:16 report form106 --csv
expect_out '"robbery",true,"ketamine-50","55150-439-10",50000,"multi-dose-vial","V-7","8J331A",10000,true,10000,500000000,500000000,0,"2026-11-18",'"$notice"',"2027-01-01",,"mnair","jpatel","NOT FILED"' "what was stolen, with the days to file"
at 10:16 report form106
expect_out "TRAINING"
at 10:16 report stock
expect_out "in all" "report stock is stock"
at 10:16 report
expect_err "phial report discrepancies" "phial report names them"
