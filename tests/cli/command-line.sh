#!/usr/bin/env bash
# What is not understood is refused by name, with what was most likely meant; nothing is guessed.
. "$(dirname "$0")/harness.sh"

run drwa V-1 75mg
expect_status 2
expect_err "phial: PH1001 there is no command \`phial drwa\`."
expect_err "did you mean phial draw?"

run session
expect_status 2
expect_err "phial session open, phial session close, phial session list" "half a command lists its halves"

run sesion open
expect_err "did you mean phial session open?"

run session opne
expect_err "there is no command \`phial session opne\`."

run draw --sesion S-1
expect_status 2
expect_err "phial: PH1002 phial draw has no option --sesion."
expect_err "did you mean --session?"
expect_err "Nothing was recorded." "a command that records says that it did not"

run log --sesion
expect_no_err "recorded" "a command that only looks does not speak of recording"

run --frobnicate draw
expect_err "PH1002 there is no option --frobnicate before the command."

run draw -x
expect_err "PH1002 there is no option -x."

run draw --session
expect_status 2
expect_err "PH1003 --session needs its ID."

run draw --session S-1 --session S-2
expect_err "PH1008 --session is given twice."

run draw --overfill=yes
expect_err "PH1008 --overfill takes no value."

run version --color sometimes
expect_err "PH1006 --color is always, never or auto, not \`sometimes\`."

run version
expect_status 0
run version --json
expect_out '"rules_revision":1'
run --quiet version
expect_status 0 "global options may stand before the command"
run version -qv
expect_status 0 "short options may stand together"

run status
expect_status 7
expect_err "PH0701 it is not said which ledger is meant."
run status -L nowhere
expect_status 7
run status -Lnowhere --json
expect_status 7
expect_err '"code":"PH0701"' "with --json an error is an object on standard error"
expect_equal 1 "$(wc -l <"$err")" "and nothing else"

printf 'x\033[31m\n' >typed
run show "$(cat typed)" -L nowhere
expect_no_err $'\033' "what was typed cannot steer the terminal"

run draw $'\033]0;title\a'
expect_no_err $'\033'

# A reader who leaves early is no error of ours.
run_command bash -c "'$phial' explain | head -1"
expect_status 0
expect_no_err "phial:"

run_command bash -c "'$phial' explain >/dev/full"
expect_status 7
expect_err "standard output could not be written"

run status -w lbrandt
expect_status 2
expect_err "there is no option -w" "what only acts take is not passed over elsewhere"
run status now
expect_status 2
expect_err "PH1008 phial status does not know what to do with \`now\`."
run key show one two
expect_err "PH1008 phial key show does not know what to do with \`two\`."
run init somewhere --at 12:00
expect_status 2
expect_err "--at has no part in phial init"
[ ! -e somewhere ]
verdict $? "and nothing is left behind"

run explain PH0210 --color always
expect_out $'\033' "colour is there when it is asked for"
run explain PH0210
expect_no_out $'\033' "and not where no terminal is"
