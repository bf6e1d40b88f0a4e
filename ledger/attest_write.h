/* A statement, made of the book as it stands, signed by the seal and written to a file (SPEC 12.1). */
#ifndef LEDGER_ATTEST_WRITE_H
#define LEDGER_ATTEST_WRITE_H

#include "ledger/attest_read.h"
#include "ledger/ledger.h"

struct attest_options {
    const char *path; /* must not exist */
    struct period period;
    int64_t officer;  /* who signs too, 0 for nobody */
    const struct private_key *officer_key;
    enum cose_unlocked_by unlocked_by;
    int64_t now_ms;
};

/* Make the statement of a look at the book, with root and time, and, if one signs, the officer's name and key. */
enum ledger_status attest_of_book(struct reading *reading, const struct attest_options *options, struct statement *statement,
                                  struct error *error);

/* Sign it and write it, with the checkpoint of the same look. The ledger is open for recording: its seal signs. PH0105 when
 * it is larger than a statement may be, PH0711 where there is a file already. */
enum ledger_status attest_write(struct ledger *ledger, struct reading *reading, const struct attest_options *options,
                                const struct statement *statement, struct error *error);

#endif
