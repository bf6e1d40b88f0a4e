#!/usr/bin/env bash
# What happens in a house of eight, each in the role they have, and is written down as it was; and the night in which the
# clocks are put back.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
. "$root/tests/cli/house.bash"
begin_house 8

story "the fire alarm goes off in the middle of an infusion: it is paused, carried out, handed over and goes on in the yard"
does 08:00 session open P-1 O-1 --place room-2 --systolic 120 --as rosei
does 08:01 draw V-1 40mg --session S-1 --dilute 50mL --container pump-syringe --as rosei
does 08:05 give D-1 --phase start --route iv --rate 75mL/h --as rosei
does 08:15 give D-1 --phase pause --read 10mL --as rosei --remark "fire alarm"
does 08:20 handover D-1 --to tcho --as rosei --giver-read 10mL --taker-read 10mL
does 08:40 give D-1 --phase start --route iv --rate 75mL/h --as tcho
refuses PH0233 09:15 give D-1 --phase stop --read 9mL --as tcho
does 09:15 give D-1 --phase stop --read rest --as tcho
says "40 mg drawn = 40 mg given"
ends "0 open doses"

story "a student draws up: nobody who is not enrolled is passed off as a nurse, and what happened stands as that"
does 08:00 session open P-1 O-1 --place room-2 --as rosei
refuses PH0305 08:01 draw V-1 40mg --session S-1 --as rosei --performed-by outside --outsider "a student"
says "somebody not enrolled does not have the role this needs"
does 08:01 draw V-1 40mg --session S-1 --as rosei --performed-by outside --outsider "a student" --irregular \
    --reason "under my eyes" --officer mnair
says "IRREGULAR"
ends "1 open case"

story "an agency nurse gives in the last minute of her last day: her key says why it signs no more, and a colleague reports it"
make_keys agency
does 08:00 person add agency --roles clinician --until "2026-11-17 20:00" --as jpatel -w mnair
does 19:48 session open P-1 O-1 --place room-2 --systolic 120 --as agency
does 19:50 draw V-1 40mg --session S-1 --as agency
refuses PH0302 20:05 give D-1 --route iv --start 19:52 --stop 19:58 --read 30mg --as agency
says "this key does not sign now for agency, whose rights ended 2026-11-17 20:00:00 -05:00."
says "reported by another"
conceals "present key"
does 20:06 give D-1 --route iv --start 19:52 --stop 19:58 --read 30mg --at 19:58 --as rosei --performed-by agency
says "Reported by rosei. By their account done by agency."
conceals "IRREGULAR"
refuses PH0303 20:07 give D-1 --phase bolus --route iv --read 40mg --as rosei --performed-by agency
does 20:08 waste D-1 rest --method pouch --as lbrandt -w rosei --put 0.2mL --seen 0.2mL
ends "0 open doses"

story "a nurse takes what is left for herself: who saw it writes it down, and the register says who got it"
does 08:00 session open P-1 O-1 --place room-2 --systolic 120 --as rosei
does 08:02 draw V-1 40mg --session S-1 --as rosei
does 08:05 give D-1 --route iv --read 30mg --as rosei
refuses PH0307 08:10 give D-1 --route iv --phase bolus --read 40mg --to-person rosei --as lbrandt --performed-by rosei
does 08:10 give D-1 --route iv --phase bolus --read 40mg --to-person rosei --as lbrandt --performed-by rosei --irregular \
    --reason "seen in the sluice"
taken=$last
does 08:12 person revoke rosei --as jpatel
revoked=$last
refuses PH0302 08:13 move V-1 --to safe --as rosei
says "who was revoked by entry #$revoked"
does 08:14 countersign "$taken" --as mnair
reads 08:15 register dispensing --json
says '"patient":"P-1"'
says '"patient":"rosei"'
does 08:40 session close S-1 --outcome completed --systolic 120 --escort --as lbrandt
ends "1 open case"

story "the safe stood open over lunch: what is missing is lost, what is in a pocket is recovered, and the case stays"
refuses PH0305 13:05 loss V-5 --discovered 13:00 --since 12:00 --type unknown --as kpark -w rosei
does 13:05 loss V-5 --discovered 13:00 --since 12:00 --type unknown --as aweber -w rosei
does 13:30 recover V-5 10mL --place room-3 --case X-1 --as aweber -w lbrandt --remark "in a coat, its seal whole"
does 13:31 session open P-1 O-1 --place room-3 --as rosei
refuses PH0213 13:31 draw V-5 40mg --session S-1 --as rosei
does 13:32 release V-5 --as aweber --officer jpatel
ends "1 open case"

story "a prescriber orders by telephone and goes into theatre: the dose is given, and the word stays to be signed"
does 08:00 order add P-1 --drug ketamine --route iv --dose 35mg --as rosei --performed-by mdiaz
verbal=$last
does 08:01 session open P-1 O-3 --place room-2 --systolic 120 --as rosei
does 08:02 draw V-1 35mg --session S-1 --as rosei
does 08:05 give D-1 --route iv --read 35mg --as rosei
refuses PH0319 08:06 countersign "$verbal" --as jpatel
reads 08:07 pending
says "countersign by the prescriber"
does 16:00 countersign "$verbal" --as mdiaz
ends "0 to countersign"

story "a witness who is no nurse draws nothing, and a prescriber who is none gives nothing, unmarked"
does 08:00 session open P-1 O-1 --place room-2 --as rosei
refuses PH0305 08:01 draw V-1 40mg --session S-1 --as kpark
refuses PH0305 08:01 draw V-1 40mg --session S-1 --as mdiaz
does 08:02 draw V-1 40mg --session S-1 --as aweber
refuses PH0305 08:03 give D-1 --route iv --read 40mg --as aweber
does 08:03 give D-1 --route iv --read 40mg --as mdiaz --irregular --reason "the nurse was with the other patient"
says "PH0305"
ends "1 open case"

# The house in which the night of 1 November has an hour twice.
day=2026-10-31
mkdir night && cd night || exit 1
export XDG_CONFIG_HOME=$PWD/config
mkdir "$XDG_CONFIG_HOME"
begin_house 4

story "in the night the clocks are put back, an hour that came twice is told apart"
day=2026-10-31
does 23:00 session open P-1 O-1 --place room-2 --systolic 120 --as rosei
does 23:30 draw V-1 40mg --session S-1 --dilute 50mL --container pump-syringe --as rosei
does 23:40 give D-1 --phase start --route iv --rate 15mL/h --as rosei
day=2026-11-01
does "01:40 -04:00" give D-1 --phase rate --rate 10mL/h --as rosei
refuses PH1009 "01:20 -05:00" give D-1 --phase stop --at 01:15 --read 34mL --as rosei
says "2026-11-01 01:15:00 -05:00"
does "01:20 -05:00" give D-1 --phase stop --at "2026-11-01 01:15 -05:00" --read 34mL --as rosei
does 03:00 waste D-1 rest --method pouch --as rosei -w lbrandt --put 16mL --seen 16mL
ends "0 open doses"
