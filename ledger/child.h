/* Work on what is not trusted, in a child process that may die of it.
 *
 * LMDB and the decoders believe less than they read, but a file made to hurt may still end or hang the
 * program that opens it. The child has limits on time, memory and what it writes, no core dump and no files but its own;
 * it says what it found in frames of bytes through a pipe, and however it ends is a value here, never a
 * hang. It begins as a copy of this process: start it before a key is unlocked, and while no other
 * thread runs. A store is opened in the child, never handed to it. */
#ifndef LEDGER_CHILD_H
#define LEDGER_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/bytes.h"

/* A frame holds at most so many bytes. */
enum { CHILD_FRAME_LIMIT = 1024 * 1024 };

struct child_limits {
    int64_t wall_ms;      /* from start to end */
    uint32_t cpu_s;       /* of processor time, all threads together */
    uint64_t memory_size; /* bytes beyond what it began with; maps of files do not count */
    uint64_t file_size;   /* bytes of any one file it writes: a write beyond fails with EFBIG */
    uint64_t output_size; /* bytes of frames in all */
    int input;            /* an open file it keeps, besides standard error, or -1 */
};

enum child_end {
    CHILD_RETURNED,    /* the work was done and returned `code` */
    CHILD_CRASHED,     /* ended by `signal`: it died of what it read, or we are wrong */
    CHILD_TIMED_OUT,   /* it took longer than it may */
    CHILD_GARBLED,     /* what it said was not frames or too much, or it ended before the work was done */
    CHILD_INTERRUPTED, /* ended by `signal`, by a person's wish or the listener's */
    CHILD_NOT_STARTED, /* no process, no pipe or no limits were to be had: `code` is the errno, or 0 */
};

struct child_report {
    enum child_end end;
    int code;
    int signal;
    uint64_t frame_count; /* handed to the caller, whatever the end */
};

struct child_pipe;

/* In the child: say something. False when it is too large, or nobody listens any more. */
bool child_send(struct child_pipe *pipe, struct bytes frame);

/* Who listens, in this process. */
struct child_listener {
    void (*frame)(void *context, struct bytes frame); /* called with each frame in turn, borrowed for the call; may be NULL */
    bool (*goes_on)(void *context); /* asked several times a second, and after each signal to this process: false ends the
                                       child, as interrupted; may be NULL */
    void *context;
};

/* Run `work` in a child and wait for its end. `work` returns 0 to 63; it must not return to anything but this, and
 * what it changes in memory is gone with it. The end of this process ends the child too. `listener` may be NULL. */
enum child_end child_run(const struct child_limits *limits, int (*work)(void *context, struct child_pipe *pipe), void *context,
                         const struct child_listener *listener, struct child_report *report);

/* How it ended, for a sentence: "was ended by signal 11 (Segmentation fault)", "took too long". */
enum { CHILD_TEXT_SIZE = 96 };
void child_describe(const struct child_report *report, char text[static CHILD_TEXT_SIZE]);

#endif
