#!/usr/bin/env bash
# Key files: made private, refused when they are missing, exposed, damaged, somebody else's, or do not open.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
keys=$XDG_CONFIG_HOME/phial/keys

make_keys rosei
expect_file "$keys/rosei.pem"
expect_equal 600 "$(stat -c %a "$keys/rosei.pem")" "a key is private to its owner"
expect_equal 700 "$(stat -c %a "$keys")" "and so is their folder"
grep -q ENCRYPTED "$keys/rosei.pem"
verdict $? "the key is encrypted"
grep -Eqx 'phial-key ed25519:[0-9a-f]{64} rosei' "$keys/rosei.pub"
verdict $? "its public line stands beside it"

run key new rosei --secrets secrets --no-input
expect_status 4
expect_err "PH0808" "a key is never overwritten"

run key new Rosei --secrets secrets
expect_status 2
expect_err "small letters"

run key new nobody --no-input
expect_status 4
expect_err "PH0809" "without a terminal there is nobody to ask for a passphrase"
run key new nobody --secrets secrets --no-input
expect_err "PH0806" "a secrets file without the handle is refused"
echo "nobody:seven77" >short && chmod 600 short
run key new nobody --secrets short --no-input
expect_status 4
expect_err "fewer than 8 characters" "so is a passphrase that could be guessed"

echo "token:token's words" >>secrets
run key new token --algorithm p256 --secrets secrets --no-input
expect_status 0
expect_out "phial-key p256:"
run key check token --secrets secrets --no-input
expect_status 0
run key new other --algorithm rsa --secrets secrets
expect_status 2

run key show rosei
expect_status 0
expect_equal "$(cat "$keys/rosei.pub")" "$(cat "$out")" "key show prints the public line"
run key show
expect_out "rosei"
expect_err "$keys" "key show says where keys are looked for"
mv "$keys/rosei.pub" pub
run key show rosei --secrets secrets --no-input
expect_equal "$(cat pub)" "$(cat "$out")" "without the public file the key itself is opened"
mv pub "$keys/rosei.pub"

run key check rosei --secrets secrets --no-input
expect_status 0
expect_out "The key of rosei opens"
run key check rosei --secrets secrets --no-input --json
expect_out '{"handle":"rosei",' "key check answers in JSON"
run key show --json
expect_out '{"handle":"rosei",' "so does the list of keys"

echo "rosei:something else" >wrong && chmod 600 wrong
run key check rosei --secrets wrong --no-input
expect_status 4
expect_err "PH0804" "a wrong passphrase does not open it"

chmod 640 secrets
run key check rosei --secrets secrets --no-input
expect_status 4
expect_err "PH0806" "a secrets file others can read is refused"
expect_err "chmod 600 secrets"
chmod 600 secrets
echo "no colon" >malformed && chmod 600 malformed
run key check rosei --secrets malformed --no-input
expect_err "PH0806 line 1 of malformed is not HANDLE:PASSPHRASE."
run key check rosei --secrets nowhere --no-input
expect_err "PH0806"

chmod 644 "$keys/rosei.pem"
run key check rosei --secrets secrets --no-input
expect_status 4
expect_err "PH0802" "a key file others can use is refused"
chmod 600 "$keys/rosei.pem"

run key check lbrandt --secrets secrets --no-input
expect_status 4
expect_err "PH0801" "a missing key is named with where it was looked for"
expect_err "$keys/lbrandt.pem"
expect_err "phial key new lbrandt"

echo garbage >bad.pem && chmod 600 bad.pem
run key check rosei --key rosei=bad.pem --secrets secrets --no-input
expect_status 4
expect_err "PH0807"

begin_clinic
run key check jpatel --secrets secrets --no-input
expect_out "the one the book holds"
run key check jpatel --key jpatel="$keys/mnair.pem" --secrets secrets --no-input
expect_status 4
expect_err "PH0804" "another's key does not open with one's own passphrase"
sed "s/^jpatel:.*/jpatel:mnair's words/" secrets >swapped && chmod 600 swapped
run key check jpatel --key jpatel="$keys/mnair.pem" --secrets swapped --no-input
expect_status 4
expect_err "PH0805" "another's key is not taken for one's own"

at 08:01 place add safe --type safe --as jpatel
recorded "the own key signs"
run place add bin --type bin --as jpatel --key jpatel="$keys/mnair.pem" --secrets swapped --no-input --clock "$day 08:02"
expect_status 4
expect_err "PH0805"
expect_err "Nothing was recorded."
run place add bin --type bin --as jpatel --key "$keys/jpatel.pem" --secrets wrong --no-input --clock "$day 08:02"
expect_status 4
expect_err "PH0809" "a secrets file without the handle helps nobody"
sed "s/^jpatel:.*/jpatel:guessed/" secrets >guessed && chmod 600 guessed
run place add bin --type bin --as jpatel --secrets guessed --no-input --clock "$day 08:02"
expect_status 4
expect_err "PH0804"
expect_err "No act was recorded (attempt noted, #" "a failed unlock is noted in the book, and said so"
run place add bin --type bin --as jpatel --secrets guessed --no-input --clock "$day 08:03"
expect_err "No act was recorded (attempt noted, #" "so is the next, be it a minute later"
at 08:04 log --limit 1
expect_out "unlock-failed by jpatel"

run key recovery attic --secrets secrets --no-input
expect_err "PH0806"
echo "attic:attic's words" >>secrets
run key recovery attic --secrets secrets --no-input
expect_file attic.pem "a recovery key is made here, to be carried away"
expect_file attic.pub
