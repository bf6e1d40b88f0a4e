/* A gate between processes: one is inside at a time, nobody starves, and nobody waits for ever.
 *
 * The gate is a file with two locks that the kernel drops when their holder dies. The second, the turn,
 * is held by whoever is inside: it alone decides. The first, the front of the line, is held by one of
 * those who wait: it is a courtesy that decides who looks often. Somebody who has just been inside finds
 * the front taken and stands behind, so that a process in a loop cannot keep the others out, as it does
 * with a mutex or a plain lock file. Everybody looks again instead of sleeping in the kernel, because
 * no file lock can be waited for with a limit, and a stopped process may hold it for days. A process
 * stopped in the line blocks nobody: whoever has waited for some time looks past the front.
 *
 * The locks belong to the open file, not to the process: a child made by fork shares them, so it must
 * close the file (child.h does), and threads of one process must not enter through the same gate. */
#ifndef LEDGER_GATE_H
#define LEDGER_GATE_H

#include <stdbool.h>
#include <stdint.h>

struct gate {
    int file; /* -1: not open */
};

#define GATE_NONE ((struct gate){ .file = -1 })

/* Open the gate, a file of mode 0600 that is made where it is missing and holds nothing. A symbolic
 * link or anything but an ordinary file is refused. False with errno set. */
bool gate_open(struct gate *gate, const char *path);

/* Close it, leaving first. Safe on a gate that is not open. */
void gate_close(struct gate *gate);

/* Wait for at most `wait_ms`, 0 to look once. False: somebody is inside still (errno is EAGAIN), or
 * locking failed (any other errno). */
bool gate_enter(struct gate *gate, int64_t wait_ms);

void gate_leave(struct gate *gate);

#endif
