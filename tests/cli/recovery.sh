#!/usr/bin/env bash
# Keys are lost: officers replace each other's, and the key in the safe replaces an officer's when nobody else can.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
begin_clinic
keys=$XDG_CONFIG_HOME/phial/keys

run key new jpatel --key second.pem --secrets secrets --no-input
at 08:01 person rekey jpatel --as mnair
expect_status 2
expect_err "phial key new jpatel --key FILE.pem" "a rekey says how to make the new key"
at 08:02 person rekey jpatel --key-file second.pub --as mnair
refused PH0308 "one officer alone replaces nobody's key"
at 08:02 person rekey jpatel --key-file second.pub --old-key "$keys/jpatel.pem" --as mnair
recorded "the old key signs for the second officer"
mv second.pem "$keys/jpatel.pem" && mv second.pub "$keys/jpatel.pub"
at 08:03 place add safe --type safe --as jpatel
recorded "the new key signs"

rm "$keys/jpatel.pem" "$keys/mnair.pem"
run key new jpatel --key third.pem --secrets secrets --no-input
at 09:00 place add bin --type bin --as jpatel
expect_status 4
expect_err "PH0801"
at 09:01 person rekey jpatel --key-file third.pub --as safe-key --key safe-key=safe-key.pem
recorded "the key in the safe replaces an officer's"
at 09:02 place add bin --type bin --as jpatel --key jpatel=third.pem
recorded "who goes on"
at 09:03 person rekey safe-key --key-file third.pub --as safe-key --key safe-key=safe-key.pem
expect_status 3 "the safe's key gives rights to nobody else"
at 09:04 verify
expect_out "PASS whole"
