#!/usr/bin/env bash
# What counting shows in a house of two: each story is written down as it was, by those who were there, and the book
# claims nothing that they did not say.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
. "$root/tests/cli/house.bash"
begin_house 2

story "two sealed vials are gone on Monday: both count alone, the loss is booked under that case, and it ends with a word from outside"
make_keys accountant
does 08:00 person add accountant --roles auditor --as jpatel -w mnair
does 08:10 count safe --whole --lines "product=ketamine-50 containers 6 vials 6 vials" --as jpatel -w mnair
says "PH0246 count differs: ketamine-50  1000 mg missing"
does 08:20 loss V-9 V-10 --discovered 08:10 --type unknown --case X-1 --as mnair -w jpatel
does 08:30 case resolve X-1 --cause theft --text "nobody but us has the code; it was changed" --as jpatel --officer mnair
resolved=$last
reads 08:31 case list
says "waits"
does 09:00 countersign "$resolved" --as accountant
reads 09:01 stock
conceals "V-9"
ends "0 open cases"

story "one counts eight and the other seven: the case asks, and the next count shows that nothing is gone"
does 08:00 count safe --whole --lines "product=ketamine-50 containers 8 vials 7 vials" --as jpatel -w mnair
says "PH0246 count differs"
does 08:10 count safe --whole --lines "product=ketamine-50 containers 8 vials 8 vials" --as mnair -w jpatel
conceals "count differs"
does 08:11 case resolve X-1 --cause counting-mistake --text "one stood behind the other" --as jpatel --officer mnair
reads 08:12 report accountability
says "4000 mg"
ends "1 open case"

story "the vial that the book has in the safe stands in room 2: it is moved as of when it was, and both cases say so"
does 08:00 count room-2 --whole --lines "product=ketamine-50 containers 3 vials 3 vials" --as jpatel -w mnair
says "500 mg too much"
does 08:05 count safe --whole --lines "product=ketamine-50 containers 7 vials 7 vials" --as jpatel -w mnair
says "500 mg missing"
does 08:10 move V-3 --to room-2 --at 07:30 --as mnair
does 08:11 count safe --whole --lines "product=ketamine-50 containers 7 vials 7 vials" --as jpatel -w mnair
conceals "differs"
does 08:12 count room-2 --whole --lines "product=ketamine-50 containers 3 vials 3 vials" --as jpatel -w mnair
conceals "differs"
reads 08:13 case list
says "X-2"
ends "2 open cases"

story "a patient comes while they count: what he gets is drawn, and the figures stand against the moment they began"
reads 08:00 status --json
began=$(grep -o '"entries":[0-9]*' "$out" | cut -d: -f2)
does 08:01 session open P-1 O-1 --place room-2 --as mnair
does 08:02 draw V-1 40mg --session S-1 --as mnair
does 08:05 count room-2 --whole --as-of "$began" --lines "product=ketamine-50 containers 2 vials 2 vials" --as jpatel -w mnair
conceals "differs"
does 08:06 count room-2 --whole --lines "product=ketamine-50 containers 1 vials 1 vials" --lines "vial=V-1 by-eye 9.2mL 9mL" --as jpatel -w mnair
conceals "differs"
ends "0 open cases"

story "an open vial holds four tenths more than the book: both saw it, it is booked under its case and drawn like the rest"
does 08:00 session open P-1 O-1 --place room-2 --as mnair
does 08:02 draw V-1 40mg --session S-1 --as mnair
does 08:05 count room-2 --lines "vial=V-1 measured 9.6mL 9.6mL" --as jpatel -w mnair
says "V-1  20 mg too much"
refuses PH0601 08:06 adjust X-9 V-1 --more 0.4mL --as mnair --officer jpatel
does 08:06 adjust X-1 V-1 --more 0.4mL --as mnair --officer jpatel
reads 08:07 report vial-life V-1
says "+0.4 mL adjusted"
ends "1 open case"

story "a sealed bag that waits for its witness weighs less in the morning: the difference is asked about, and the bag is not touched"
does 08:00 session open P-1 O-1 --place room-2 --as mnair
does 08:01 draw V-1 40mg --session S-1 --as mnair
does 08:05 give D-1 --route iv --read 30mg --as mnair
does 08:06 hold D-1 --seal BAG-9 --place safe --as mnair
does 18:00 count safe --lines "dose=D-1 measured 0.09mL 0.09mL" --as jpatel -w mnair
says "D-1  5.5 mg missing"
reads 18:01 show D-1
says "10 mg"
ends "1 open case"

story "who counted does not end the case that his count opened, and the book says who may"
does 08:00 count safe --whole --lines "product=ketamine-50 containers 7 vials 7 vials" --as jpatel -w mnair
does 08:05 case resolve X-1 --cause unexplained --text "searched twice" --as mnair --officer jpatel --reason "nothing to book"
resolved=$last
refuses PH0313 09:00 countersign "$resolved" --as jpatel
reads 09:01 pending
says "outside"
ends "1 open case"

story "the two count the house in the evening, certify it, and say what the day shows: no more than two counters can say"
does 17:00 session open P-1 O-1 --place room-2 --systolic 120 --as mnair
does 17:01 draw V-1 40mg --session S-1 --as mnair
does 17:05 give D-1 --route iv --read 40mg --as mnair
does 17:40 session close S-1 --outcome completed --escort --systolic 118 --as mnair
does 18:00 count safe --whole --lines "product=ketamine-50 containers 8 vials 8 vials" --as jpatel -w mnair
does 18:05 count room-2 --whole --lines "vial=V-1 measured 9.2mL 9.2mL" --lines "product=ketamine-50 containers 1 vials 1 vials" --as jpatel -w mnair
reads 18:10 closing --as mnair
does 18:15 certify initial --basis close-of-business --as mnair -w jpatel
day=2026-11-18
reads 09:00 closing --as mnair
reads 09:01 attest --from 2026-11-17 --to 2026-11-17 -o shown.phial
says "2 accounted      SHOWN"
says "1 unchanged      NOT SHOWN"
says "5000 mg received = 40 mg given + 4960 mg on hand"
says "That two keys were two people"
ends "0 open cases"

story "a spill of last week turns up in a notebook after the inventory was certified: it is written down, and asked about"
does 08:00 count safe --whole --lines "product=ketamine-50 containers 8 vials 8 vials" --as jpatel -w mnair
does 08:05 count room-2 --whole --lines "product=ketamine-50 containers 2 vials 2 vials" --as jpatel -w mnair
reads 08:10 closing --as mnair
does 08:15 certify initial --basis opening-of-business --as mnair -w jpatel
does 09:00 waste V-1 2mL --method spilled --put 2mL --seen 2mL --at 07:30 --as mnair -w jpatel --remark "in the notebook by the sink"
says "PH0249"
reads 09:01 report biennial
says "10"
day=2026-11-18
reads 09:00 closing --as mnair
reads 09:01 attest --from 2026-11-17 --to 2026-11-17 -o not-shown.phial
says "X-1"
conceals "2 accounted      SHOWN"
ends "1 open case"
