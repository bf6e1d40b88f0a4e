/* Reading a statement in a process of its own. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "ledger/checkpoint.h"
#include "ledger/child.h"
#include "ledger/verify.h"

enum { WALL_MS = 20 * 1000, CPU_S = 20, MEMORY = 64 * 1024 * 1024 };

struct reading_of_file {
    int file;
    const struct vkey *key;
    struct statement_report *report;
};

/* ---- in the child */

static void read_all(int file, struct statement_report *report)
{
    ssize_t size = 0;

    report->file_size = 0;
    while (report->file_size < sizeof report->file &&
           (size = read(file, report->file + report->file_size, sizeof report->file - report->file_size)) > 0)
        report->file_size += (size_t)size;
}

/* The key says whose it is by its name; the statement says so by its ledger. */
static void judge_by_key(struct statement_report *report, const struct vkey *vkey)
{
    struct public_key seal = { .algorithm = KEY_ED25519 };
    char origin[CHECKPOINT_ORIGIN_SIZE];
    struct digest ledger;

    memcpy(seal.bytes, vkey->key, KEY_ED25519_SIZE);
    memcpy(ledger.bytes, report->statement.ledger, DIGEST_SIZE);
    checkpoint_origin(&ledger, origin);
    if (strcmp(origin, vkey->name) != 0)
        statement_find(report, JUDGED_FAIL, REFUSAL_OTHER_LEDGER, 0, "it is of another site than the key: it calls itself %s",
                       origin);
    statement_file_judge(report, &seal, false);
}

static int read_in_child(void *context, struct child_pipe *pipe)
{
    struct reading_of_file *reading = context;

    memset(reading->report, 0, sizeof *reading->report);
    read_all(reading->file, reading->report);
    statement_file_read(reading->report);
    if (reading->report->is_read && reading->key != NULL)
        judge_by_key(reading->report, reading->key);
    return child_send(pipe, bytes_of(reading->report, sizeof *reading->report)) ? 0 : 1;
}

/* ---- in the parent */

static void hear(void *context, struct bytes frame)
{
    if (frame.size == sizeof(struct statement_report))
        memcpy(context, frame.data, frame.size);
}

enum ledger_status verify_statement(const char *path, const struct verify_options *options, struct statement_report *report,
                                    struct error *error)
{
    struct reading_of_file reading = { .file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), .key = options->key,
                                       .report = report };
    struct child_limits limits = { .wall_ms = WALL_MS, .cpu_s = CPU_S, .memory_size = MEMORY, .output_size = 2 * sizeof *report,
                                   .input = reading.file };
    struct child_report child;

    if (reading.file < 0)
        return error_set(error, REFUSAL_IO, "cannot open %s: %s", path, strerror(errno));
    memset(report, 0, sizeof *report);
    child_run(&limits, read_in_child, &reading, &(struct child_listener){ .frame = hear, .context = report }, &child);
    close(reading.file);
    if (child.end == CHILD_INTERRUPTED)
        return error_set(error, REFUSAL_INTERRUPTED, "interrupted: nothing was judged");
    if (child.end != CHILD_RETURNED || !statement_report_is_possible(report)) {
        memset(report, 0, sizeof *report);
        statement_find(report, JUDGED_FAIL, REFUSAL_CHILD_DIED, 0, "the process that read it died of it: it is damaged, or made to hurt");
    }
    return LEDGER_OK;
}
