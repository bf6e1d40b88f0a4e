#!/usr/bin/env bash
# Mistakes of a house of four, and how they are put right: what was entered stays to be read, and what is right counts.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
. "$root/tests/cli/house.bash"
begin_house 4

story "she drew from V-2 and typed V-1: the draw is put right, the gift stands on it, and both vials hold what they hold"
does 08:00 session open P-1 O-1 --place room-2 --systolic 120 --as rosei
does 08:01 draw V-1 40mg --session S-1 --as rosei
draw=$last
does 08:05 give D-1 --route iv --read 40mg --as rosei
does 08:30 correct "$draw" --change V-2 40mg --reason mistake --as rosei --officer mnair
reads 08:31 stock
says "460 mg (9.2 mL)"
reads 08:32 log V-1
says "CORRECTED"
reads 08:33 report vial-life V-1 V-2
says "sealed"
ends "0 open cases"

story "the pump had given 35 and not 25: the reading is put right, and what was wasted since no longer fits and is asked about"
does 08:00 session open P-1 O-1 --place room-2 --systolic 120 --as rosei
does 08:01 draw V-1 40mg --session S-1 --as rosei
does 08:05 give D-1 --route iv --read 25mg --as rosei
give=$last
does 08:10 waste D-1 15mg --method pouch --put 0.3mL --seen 0.3mL --as rosei -w lbrandt
does 08:30 correct "$give" --change --read 35mg --reason mistake --as rosei --officer mnair
says "PH0250"
reads 08:31 show D-1
says "given        35 mg"
ends "1 open case"

story "the hour was an hour wrong: only the time is put right, and no amount moves"
does 08:00 session open P-1 O-1 --place room-2 --systolic 120 --as rosei
does 08:01 draw V-1 40mg --session S-1 --as rosei
does 09:05 give D-1 --route iv --read 40mg --start 09:02 --stop 09:04 --as rosei
give=$last
does 09:30 correct "$give" --change --start 08:02 --stop 08:04 --happened 08:05 --reason mistake --as rosei --officer mnair
reads 09:31 register --vial V-1
says "460"
ends "0 open cases"

story "the nurse who typed it has left: a colleague puts it right, and the officer says why it is not she"
does 08:00 move V-3 --to room-3 --as lbrandt
does 08:10 session open P-1 O-1 --place room-2 --systolic 120 --as rosei
does 08:11 draw V-1 40mg --session S-1 --as rosei
draw=$last
does 08:20 person revoke rosei --as jpatel --officer mnair --reason "left today"
refuses PH0115 08:30 correct "$draw" --change V-1 45mg --reason mistake --as lbrandt --officer mnair
does 08:30 correct "$draw" --change V-1 45mg --reason mistake --remark "rosei left at eight; the syringe says 45" --as lbrandt --officer mnair
reads 08:31 stock
says "455 mg"
ends "1 open dose"

story "put right and put back again: the book holds what it held before, and three entries say so"
does 08:00 session open P-1 O-1 --place room-2 --systolic 120 --as rosei
does 08:01 draw V-1 40mg --session S-1 --as rosei
draw=$last
does 08:10 correct "$draw" --change V-1 30mg --reason mistake --as rosei --officer mnair
says "30 mg"
does 08:20 correct "$draw" --change V-1 40mg --reason mistake --as rosei --officer mnair
reads 08:21 stock
says "460 mg (9.2 mL)"
reads 08:22 show "$draw"
says "AGAIN"
ends "0 open cases"

story "five vials came and four were typed: the receipt is put right, and the fifth has a number of its own"
does 08:00 receive ketamine-50 4 vials --lot B2 --expiry 2028-01-31 --invoiced 4 --from acme --document-type invoice \
    --document 9 --place safe --as mnair -w jpatel
receipt=$last
does 08:10 correct "$receipt" --change ketamine-50 5 vials --lot B2 --expiry 2028-01-31 --invoiced 5 --reason mistake --as mnair --officer jpatel
reads 08:11 stock
says "7500 mg"
reads 08:12 show V-15
says "B2"
ends "0 open cases"

story "the diluted volume was forgotten: it is added, and the reading in millilitres that follows means what the pump says"
does 08:00 session open P-1 O-1 --place room-2 --systolic 120 --as rosei
does 08:01 draw V-1 40mg --session S-1 --container bag --as rosei
draw=$last
does 08:04 correct "$draw" --add --dilute 100mL --reason mistake --as rosei --officer mnair
does 08:05 give D-1 --phase start --route iv --rate 150mL/h --as rosei
does 08:45 give D-1 --phase stop --read 100mL --as rosei
says "40 mg drawn = 40 mg given"
ends "0 open doses"

story "a spill was typed for the wrong vial, which has been shipped since: it is put right, and no shipment changes hands"
does 08:00 move V-3 --to room-3 --as mnair
does 08:01 party add burner --type reverse-distributor --label Burner --registration dea:RB0123454 --as mnair --officer jpatel
does 08:10 waste V-1 1mL --method spilled --put 1mL --seen 1mL --as rosei -w lbrandt
spill=$last
does 08:20 ship V-1 --to burner --document D-1 --why disposal --as mnair -w jpatel
says "450 mg"
does 08:30 correct "$spill" --change --vial V-2 --reason mistake --as rosei --officer mnair
reads 08:31 stock
says "450 mg (9 mL)"
ends "open case"

story "nothing is put right that was decided: a cancelled order, a count and a resolved case are followed, not changed"
does 08:00 order cancel O-2 --as jpatel
cancelled=$last
refuses PH0255 08:01 correct "$cancelled" --void --reason mistake --as jpatel --officer mnair
does 08:10 count safe --whole --lines "product=ketamine-50 containers 8 vials 8 vials" --as jpatel -w mnair
refuses PH0255 08:11 correct "$last" --void --reason mistake --as jpatel --officer mnair
ends "0 open cases"

story "a gift that never was is taken back: the witness saw five milligrams, and the book does not say that she saw forty"
does 08:00 session open P-1 O-1 --place room-2 --systolic 120 --as rosei
does 08:01 draw V-1 40mg --session S-1 --as rosei
does 08:05 give D-1 --route iv --read 35mg --as rosei
give=$last
does 08:10 waste D-1 rest --method pouch --put 0.1mL --seen 0.1mL --as rosei -w lbrandt
waste=$last
does 08:30 correct "$give" --void --reason mistake --as rosei --officer mnair
says "PH0240"
reads 08:31 show "$waste"
says "AGAIN"
ends "1 open case"
