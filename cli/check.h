/* phial verify of a statement: who signed it, and, against a book, whether it is so. */
#ifndef CLI_CHECK_H
#define CLI_CHECK_H

#include "cli/options.h"
#include "crypto/note.h"

/* Check the statement in the file, by the public key of the site where the call gives one, and hold it against the ledger or
 * export that --against names. Prints the verdict; LEDGER_NO or LEDGER_UNPROVEN without a code in `error` where it is no PASS. */
enum ledger_status check_statement(const struct call *call, const char *path, const struct vkey *key, struct error *error);

#endif
