# shellcheck shell=bash
# A clinic to try things in, for scripts that have read harness.sh:
#
#     . "$root/tests/cli/clinic.bash"
#
#     make_keys HANDLE...          a key for each, with the passphrase "HANDLE's words", and all of them in `secrets`
#     begin_clinic [OPTION...]     a training ledger of two officers, jpatel (prescriber, clinician) and mnair
#                                  (custodian), in `clinic`, at 08:00 of $day; PHIAL_LEDGER names it
#     at TIME ARGUMENT...          run a command at this time of $day, all passphrases known, nothing asked
#     recorded SENTENCE            the last command said RECORDED and ended with status 0
#     refused CODE SENTENCE        the last command was refused by this rule, and says that nothing was recorded
#     forbidden CODE SENTENCE TIME ARGUMENT...   the same command is refused by this rule, and recorded as the irregular fact
#                                  it is when somebody owns up to it
#     born KIND                    the id of what the last command gave birth to: `born session` prints S-3
#     stock_clinic                 places, products, a supplier, ten vials V-1 to V-10, a patient P-1 with order O-1
day=2026-11-17
export day

make_keys()
{
    touch secrets && chmod 600 secrets
    for handle in "$@"; do
        echo "$handle:$handle's words" >>secrets
        run key new "$handle" --secrets secrets --no-input
        [ "$status" -eq 0 ] || not_ok "a key can be made for $handle"
    done
}

begin_clinic()
{
    make_keys jpatel mnair
    echo "safe:safe's words" >>secrets
    echo "safe-key:safe's words" >>secrets
    run key recovery safe-key --secrets secrets --no-input
    run init clinic --site "Harbor Clinic" --registration dea:AB1234563 --officer jpatel:prescriber,clinician \
        --officer mnair:custodian --recovery safe-key.pub --zone America/New_York --training \
        --clock "$day 08:00" --secrets secrets --no-input "$@"
    [ "$status" -eq 0 ] || { not_ok "a clinic can be begun"; show_last; }
    export PHIAL_LEDGER=$PWD/clinic
}

at()
{
    local time=$1
    shift
    run "$@" --clock "$day $time" --secrets secrets --no-input
}

recorded()
{
    [ "$status" -eq 0 ] && grep -q '^RECORDED #[0-9]' "$out"
    verdict $? "$1"
}

refused()
{
    [ "$status" -eq 3 ] && grep -qF "phial: $1 " "$err" && grep -qx 'Nothing was recorded.' "$err"
    verdict $? "$2"
}

forbidden()
{
    local code=$1 told=$2

    shift 2
    at "$@"
    [ "$status" -eq 3 ] && grep -qE "^(phial:|  also) $code " "$err" && grep -qx 'Nothing was recorded.' "$err"
    verdict $? "$told"
    at "$@" --irregular --reason "it happened"
    [ "$status" -eq 0 ] && grep -q '^RECORDED #[0-9].* IRREGULAR' "$out" && grep -q "IRREGULAR: [^\"]*$code " "$err"
    verdict $? "  and what happened all the same is written down as that"
}

born()
{
    sed -n "s/.*\b$1s\{0,1\} \([A-Z]-[0-9]*\).*/\1/p" "$out" | head -n 1
}

stock_clinic()
{
    at 08:03 place add safe --type safe --as mnair --officer jpatel
    at 08:03 place add room-2 --type room --as mnair --officer jpatel
    at 08:04 product add ketamine-50 --label "Ketamine 50 mg/mL 10 mL" --drug ketamine --form multi-dose-vial \
        --strength 50mg/mL --strength-seen 50mg/mL --volume 10mL --overfill 0.5mL --schedule III --ndc 55150-439-10 \
        --gtins "00355150439102 container 1" --as mnair --officer jpatel
    at 08:05 party add acme --type supplier --label "Acme Supplies" --registration dea:RA0123454 --as mnair --officer jpatel
    at 08:06 receive ketamine-50 "10 vials" --lot 8J331A --expiry 2028-09-30 --invoiced 10 --from acme \
        --document-type invoice --document INV-88123 --place safe --as mnair -w jpatel
    [ "$status" -eq 0 ] || { not_ok "the clinic can be stocked"; show_last; }
    at 08:10 patient add --name "Ada Example" --born 1980-02-03 --as jpatel
    at 08:11 order add P-1 --drug ketamine --route iv --dose-per-kg 0.5mg/kg --weight 70kg --weighed $day --sessions 6 --as jpatel
    [ "$status" -eq 0 ] || { not_ok "a patient can be entered, and an order for one"; show_last; }
}

# typed TIME STEP... -- ARGUMENT...: the same as `at`, by somebody at a terminal with their passphrases in mind
typed()
{
    local time=$1 steps=()
    shift
    while [ "$1" != -- ]; do
        steps+=("$1")
        shift
    done
    shift
    run_command python3 "$root/tests/cli/typist.py" "${steps[@]}" -- "$phial" "$@" --clock "$day $time"
}
