/* The file of --secrets: passphrases for machines that act for a person, one line each, handle:passphrase.
 *
 * It is refused when others can read it, and wherever it could make one person two: it holds one handle, and
 * several only where the caller says so, for a training ledger. */
#ifndef CLI_PASSFILE_H
#define CLI_PASSFILE_H

#include <stddef.h>

#include "ledger/error.h"

enum { PASSFILE_LIMIT = 8192 }; /* bytes */

struct passfile {
    char *text; /* PASSFILE_LIMIT + 1 bytes of locked memory, lines ended by NUL; NULL when closed */
    size_t size, handle_count;
};

#define PASSFILE_NONE ((struct passfile){ NULL, 0, 0 })

/* Read the file. PH0806. Close it even on failure. */
enum ledger_status passfile_open(struct passfile *passfile, const char *path, struct error *error);

/* Wipe. Safe on PASSFILE_NONE. */
void passfile_close(struct passfile *passfile);

/* The passphrase of a handle, borrowed until close; NULL when it is not there. */
const char *passfile_find(const struct passfile *passfile, const char *handle);

#endif
