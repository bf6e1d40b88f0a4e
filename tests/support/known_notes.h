/* Signed notes and verifier keys made by others. The note by PeterNeumann and EnochRoot is the example in the
 * documentation of Go's golang.org/x/mod/sumdb/note, with the key its tests use; the ledger's and the witness's
 * lines were made by Python from the seeds 0x0101..01 and 0x0202..02 as c2sp.org/signed-note and
 * c2sp.org/tlog-cosignature say. */
#ifndef TESTS_KNOWN_NOTES_H
#define TESTS_KNOWN_NOTES_H

#include <stdint.h>

#define DASH "\xe2\x80\x94 "

#define GO_TEXT "If you think cryptography is the answer to your problem,\n" \
                "then you don't know what your problem is.\n"
#define PETER_SEED "810a1402d5146c8d84f2443330f54080ebf98ee17d9c74f6252fc5d5c7283173"
#define PETER_VKEY "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define PETER_LINE DASH "PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdng" \
                   "otpRZb6KE6RyyBwJnAM=\n"
#define ENOCH_VKEY "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
#define ENOCH_LINE DASH "EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWL" \
                   "ox33WWd1RvMc+QQ=\n"

#define LEDGER_TEXT "example.org/ledger\n42\nSBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=\n"
#define LEDGER_ROOT "4813494d137e1631bba301d5acab6e7bb7aa74ce1185d456565ef51d737677b2"
#define LEDGER_VKEY "example.org/ledger+c186e258+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"
#define LEDGER_LINE DASH "example.org/ledger wYbiWIrrOoS0FpO+UBG2mhd3cZStza2zqxSTUk8c5ZtNEJ/TFTKC3ZeRKxW2A27I65xs" \
                    "E4kRUQ2r2QBzcUoEz0tqkAo=\n"
#define WITNESS_VKEY "witness.example/w1+df1c0a35+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU"
#define WITNESS_TIME_S UINT64_C(1700000000)
#define WITNESS_LINE DASH "witness.example/w1 3xwKNQAAAABlU/EAB8AA0IWAQZ9iQruqkJmfF1jRuutTJD6UZUqivPdT/ItPRpbQ6EXI" \
                     "pI+vMupKj+rVHoH8EFypmTqoRbCQ3AADBQ==\n"

#endif
