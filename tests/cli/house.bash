# shellcheck shell=bash
# Houses to tell stories in, for scripts that have read harness.sh and clinic.bash:
#
#     begin_house SIZE           a house of 2 (jpatel and mnair, both officers, both clinicians), of 4 (with rosei and
#                                lbrandt, clinicians) or of 8 (with tcho, clinician, mdiaz, prescriber, aweber, custodian,
#                                and kpark, witness) from 07:00 of $day. V-1 and V-2 stand in room-2, V-3 to V-10 in
#                                the safe; P-1 has O-1, 40 mg iv, and P-2 has O-2, 50 mg im
#     story SENTENCE             a fresh copy of the house, in which the sentence is to be shown. Of it:
#     does TIME ARGUMENT...      it was done, and this writes it down; $last is the number of its entry
#     refuses CODE TIME ARG...   the book says no for this reason, and records nothing
#     reads TIME ARGUMENT...     somebody looks
#     says TEXT                  the last answer holds this, or
#     conceals TEXT              does not
#     ends [TEXT]                the book verifies, with this in its verdict; the sentence is shown or not
house=
sentence=
broken=
last=

begin_house()
{
    local mnair=clinician,custodian jpatel=prescriber,clinician

    house=house-$1
    make_keys jpatel mnair
    echo "safe-key:safe's words" >>secrets
    run key recovery safe-key --secrets secrets --no-input
    [ "$1" -gt 2 ] || jpatel=$jpatel,custodian
    run init "$house" --site "House of $1" --registration dea:AB1234563 --officer "jpatel:$jpatel" --officer "mnair:$mnair" \
        --recovery safe-key.pub --zone America/New_York --training --clock "$day 07:00" --secrets secrets --no-input
    export PHIAL_LEDGER=$PWD/$house
    furnish_house
    [ "$1" -lt 4 ] || hire rosei clinician lbrandt clinician,witness
    [ "$1" -lt 8 ] || hire tcho clinician mdiaz prescriber aweber custodian,witness kpark witness
}

furnish_house()
{
    at 07:00 place add safe --type safe --as mnair --officer jpatel
    at 07:00 place add room-2 --type room --as mnair --officer jpatel
    at 07:00 place add room-3 --type room --as mnair --officer jpatel
    at 07:01 product add ketamine-50 --label "Ketamine 50 mg/mL 10 mL" --drug ketamine --form multi-dose-vial \
        --strength 50mg/mL --strength-seen 50mg/mL --volume 10mL --overfill 0.5mL --schedule III --ndc 55150-439-10 \
        --as mnair --officer jpatel
    at 07:02 party add acme --type supplier --label "Acme" --registration dea:RA0123454 --as mnair --officer jpatel
    at 07:02 party add police --type agency --label "Police" --as mnair --officer jpatel
    at 07:02 party add rescue --type ambulance --label "Rescue" --as mnair --officer jpatel
    at 07:03 receive ketamine-50 "10 vials" --lot A1 --expiry 2028-09-30 --invoiced 10 --from acme \
        --document-type invoice --document 1 --place safe --as mnair -w jpatel
    at 07:04 move V-1 V-2 --to room-2 --as mnair
    at 07:04 patient add --as jpatel
    at 07:04 patient add --as mnair
    at 07:05 order add P-1 --drug ketamine --route iv --dose 40mg --sessions 6 --as jpatel
    at 07:05 order add P-2 --drug ketamine --route im --dose 50mg --sessions 6 --as jpatel
    [ "$status" -eq 0 ] || { not_ok "a house can be furnished"; show_last; }
}

hire() # HANDLE ROLES ...
{
    while [ $# -gt 0 ]; do
        make_keys "$1"
        at 07:06 person add "$1" --roles "$2" --as jpatel -w mnair
        [ "$status" -eq 0 ] || { not_ok "$1 can be enrolled"; show_last; }
        shift 2
    done
}

# A story is judged where it ends; one that does not end is told as failed by the next.
sentence=
story()
{
    [ -z "$sentence" ] || not_ok "$sentence (the story has no end)"
    sentence=$1
    broken=
    day=2026-11-17
    rm -rf book "$XDG_STATE_HOME"
    mkdir -p "$XDG_STATE_HOME"
    cp -a "$house" book
    export PHIAL_LEDGER=$PWD/book
}

# A step that was not as told is shown at once, and its story at its end.
amiss()
{
    broken=yes
    echo "# amiss: $1"
    show_last
}

does()
{
    at "$@"
    last=$(sed -n 's/^RECORDED #\([0-9]*\).*/\1/p' "$out" | tail -1)
    [ "$status" -eq 0 ] && [ -n "$last" ] || amiss "this is not recorded"
}

refuses()
{
    local code=$1

    shift
    at "$@"
    [ "$status" -ne 0 ] && grep -qF "phial: $code " "$err" && grep -qx 'Nothing was recorded.' "$err" ||
        amiss "this is not refused with $code"
}

reads()
{
    at "$@"
    [ "$status" -eq 0 ] || amiss "this cannot be read"
}

says()
{
    cat "$out" "$err" | grep -qF -- "$1" || amiss "this does not say: $1"
}

conceals()
{
    ! cat "$out" "$err" | grep -qF -- "$1" || amiss "this says: $1"
}

ends()
{
    run verify
    [ "$status" -eq 0 ] || amiss "the book does not verify"
    says "PASS whole"
    [ $# -eq 0 ] || says "$1"
    [ -z "$broken" ]
    verdict $? "$sentence"
    sentence=
}
