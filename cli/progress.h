/* How far a long piece of work has come: a bar on a terminal, lines of JSON for a program, nothing otherwise, and
 * nothing for what takes less than a second. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/options.h"

struct progress {
    const char *label;
    bool is_bar, is_json, is_shown;
    int64_t began_ms, told_ms;
};

void progress_begin(struct progress *progress, const struct call *call, const char *label);

/* Tell how much of all is done. False when somebody interrupted: the work should stop. `context` is the progress. */
bool progress_step(void *context, uint64_t done, uint64_t all);

/* Take the bar away. */
void progress_end(struct progress *progress);

#endif
