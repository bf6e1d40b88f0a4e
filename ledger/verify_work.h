/* The part of verifying that runs in the child (verify.c), and how it speaks to the parent. */
#ifndef LEDGER_VERIFY_WORK_H
#define LEDGER_VERIFY_WORK_H

#include "crypto/note.h"
#include "ledger/child.h"
#include "ledger/report.h"
#include "ledger/statement_file.h"

struct verify_work {
    const char *directory; /* of a ledger, or NULL for a file */
    int descriptor;        /* of the file, or -1 */
    uint64_t size;         /* of the file */
    const char *scratch;   /* an empty directory */
    struct statement_report *statement; /* to be compared; may be NULL */
    const struct vkey *key; /* of the site, as the reader holds it; NULL: not given */
};

/* Frames begin with a byte that says which; both sides are the same program, so structs go as they are. */
enum verify_frame { VERIFY_FRAME_STEP = 1, VERIFY_FRAME_REPORT, VERIFY_FRAME_ERROR, VERIFY_FRAME_STATEMENT };

struct verify_frame_step {
    uint8_t frame;
    uint64_t done, all;
};

int verify_in_child(void *context, struct child_pipe *pipe);

#endif
