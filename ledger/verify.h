/* Verifying: is this book what it was, and did everybody keep the rules? (SPEC section 13)
 *
 * A ledger's directory or an export is read in a child process without keys and with limits on time and
 * memory: LMDB trusts its file, and nobody else needs to. A child that dies is a finding; what takes more room to
 * judge than its size could ask for is unproven. What was found is a report; only our own failures are errors. */
#ifndef LEDGER_VERIFY_H
#define LEDGER_VERIFY_H

#include "crypto/note.h"
#include "ledger/report.h"
#include "ledger/statement_file.h"

struct verify_options {
    const struct vkey *key; /* the site's public key, as the reader holds it; NULL: not given */
    /* Asked several times a second, whatever has come; may be NULL. False ends the work: PH1010. */
    bool (*progress)(void *context, uint64_t done, uint64_t all);
    void *progress_context;
    struct statement_report *statement; /* one that was read, to be held against the book as it stood; may be NULL */
};

/* Verify the ledger in a directory: entries, signatures, rules, tree, checkpoints, and that the tables
 * beside them are what the entries give. */
enum ledger_status verify_directory(const char *directory, const struct verify_options *options, struct report *report,
                                    struct error *error);

/* Verify an export by itself. Without the site's key it is at best UNPROVEN: nobody says whose it is. */
enum ledger_status verify_file(const char *path, const struct verify_options *options, struct report *report,
                               struct error *error);

/* Read a statement and, where the site's public key is given, check who signed it. Whether it is so only a book can say: give
 * what was read to one of the above. */
enum ledger_status verify_statement(const char *path, const struct verify_options *options, struct statement_report *report,
                                    struct error *error);

#endif
