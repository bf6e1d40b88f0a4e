#!/usr/bin/env bash
# A statement that is no statement, that others signed, or that the book does not bear out; and a book of which none is made.
. "$(dirname "$0")/harness.sh"
/usr/bin/python3 -c 'import cryptography' 2>/dev/null || skip "python3 has no cryptography to sign with"
. "$root/tests/cli/clinic.bash"
begin_clinic
stock_clinic
cp -a clinic twin
day=2026-11-18
at 08:00 closing --as mnair
at 08:01 attest --from 2026-11-17 --to 2026-11-17 -o said.phial
expect_status 0 "it is stated what the book shows of a day"
run key show --seal
cp "$out" site.pub
run verify said.phial --key site.pub --against clinic
expect_status 0 "anybody can check it, against the book too"

# The owner of the seal lets it say something else; somebody else changes a byte of it, of the signature, or cuts it off.
/usr/bin/python3 - "$root/tests/reader" <<'END'
import sys
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
from cbor import Tag, decode, encode
from keys import to_be_signed
from cryptography.hazmat.primitives.serialization import load_pem_private_key
said = open("said.phial", "rb").read()
message, end = decode(said, 0)
protected, _, payload, [[own, _, signature]] = message.value
key = load_pem_private_key(open("clinic/seal.key", "rb").read(), None)

def write(name, payload, signature):
    open(name, "wb").write(encode(Tag(98, [protected, {}, payload, [[own, {}, signature]]])) + said[end:])

lie = payload.replace(b"0 rules set aside", b"7 rules set aside")
assert lie != payload
write("lie.phial", lie, key.sign(to_be_signed(protected, own, lie)))
write("hurt.phial", payload, signature[:-1] + bytes([signature[-1] ^ 1]))
open("bent.phial", "wb").write(said.replace(b"Harbor Clinic", b"Harbor\0Clinic"))
open("cut.phial", "wb").write(said[:200])
END
found() # CODE FILE SENTENCE
{
    run verify "$2" --key site.pub --against clinic
    [ "$status" -eq 1 ] && grep -q "$1" "$out"
    verdict $? "$3"
}
found PH0927 lie.phial "what the seal signed and the book does not say is found"
found PH0926 hurt.phial "so is a signature that does not fit"
found PH0925 bent.phial "so is what no text may hold"
run verify cut.phial --key site.pub
expect_status 1 "a statement that is cut off is none"
XDG_STATE_HOME=$PWD/elsewhere at 08:00 place add shelf --type cabinet --as mnair --officer jpatel -L twin
recorded "in a copy of the book somebody goes on"
XDG_STATE_HOME=$PWD/elsewhere run verify said.phial --key site.pub --against twin
expect_status 1 "which does not bear out what was stated of the other"

python3 - clinic/data.mdb <<'END'
import re, sys
with open(sys.argv[1], "r+b") as file:
    data = file.read()
    for found in re.finditer(b"acme", data):
        if data[found.start() - 1] != 0x64:
            file.seek(found.start())
            file.write(b"acmf")
END
at 08:10 attest --from 2026-11-17 --to 2026-11-17 -o never.phial --as jpatel
expect_status 1
expect_err "PH0928" "of a book that does not verify nothing is stated"
[ ! -e never.phial ]
verdict $? "and no file is made"
run_command bash -c 'trap "" XFSZ; ulimit -f 1; exec "$@"' - "$phial" attest --from 2026-11-17 --to 2026-11-17 -n --clock "$day 08:10"
expect_status 8
expect_err "PH0929" "nor of one that could not be judged"
