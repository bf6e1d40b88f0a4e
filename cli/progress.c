#include "cli/progress.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/answer.h"
#include "cli/terminal.h"
#include "cli/zone.h"

enum { QUIET_MS = 1000, STEP_MS = 100, JSON_STEP_MS = 1000, BAR_COLUMNS = 20 };

void progress_begin(struct progress *progress, const struct call *call, const char *label)
{
    *progress = (struct progress){ .label = label, .began_ms = clock_now_ms() };
    progress->is_json = call_flag(call, "json");
    progress->is_bar = !progress->is_json && !call_flag(call, "quiet") && terminal_can_repaint();
}

static void draw_bar(const struct progress *progress, uint64_t done, uint64_t all, int64_t spent_ms)
{
    uint64_t percent = done * 100 / all, left_s = done > 0 ? (uint64_t)spent_ms * (all - done) / done / 1000 : 0;

    fprintf(stderr, "\r\033[2K %s  ", progress->label);
    for (uint64_t i = 0; i < BAR_COLUMNS; i++)
        fputs(i * 100 < percent * BAR_COLUMNS ? "\u2588" : "\u2591", stderr);
    fprintf(stderr, " %3" PRIu64 " %%  %" PRId64 ".%" PRId64 " s, %" PRIu64 " s left", percent, spent_ms / 1000,
            spent_ms / 100 % 10, left_s);
    fflush(stderr);
}

static void print_line(const struct progress *progress, uint64_t done, uint64_t all)
{
    struct answer *answer = answer_new(), *in = answer_object(answer, "progress");
    struct error error;

    answer_text(in, "of", progress->label);
    answer_number(in, "done", (int64_t)done);
    answer_number(in, "all", (int64_t)all);
    answer_print(answer, stderr, &error);
}

bool progress_step(void *context, uint64_t done, uint64_t all)
{
    struct progress *progress = context;
    int64_t now_ms = clock_now_ms(), spent_ms = now_ms - progress->began_ms;
    int64_t step_ms = progress->is_json ? JSON_STEP_MS : STEP_MS;

    if (terminal_was_interrupted())
        return false;
    if (all == 0 || done > all || spent_ms < QUIET_MS || now_ms - progress->told_ms < step_ms)
        return true;
    progress->told_ms = now_ms;
    if (progress->is_bar)
        draw_bar(progress, done, all, spent_ms);
    else if (progress->is_json)
        print_line(progress, done, all);
    progress->is_shown = progress->is_bar;
    return true;
}

void progress_end(struct progress *progress)
{
    if (progress->is_shown)
        fputs("\r\033[2K", stderr);
    progress->is_shown = false;
}
