#include "ledger/verify.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "ledger/child.h"
#include "ledger/export.h"
#include "ledger/heads.h"
#include "ledger/verify_work.h"
#include "schema/ident.h"

enum {
    WALL_LEAST_MS = 60 * 1000,
    BYTES_PER_MS = 20,                  /* far slower than any machine that can run this */
    MEMORY_LIMIT = 1024 * 1024 * 1024,
    OUTPUT_LIMIT = 64 * 1024 * 1024,
    SCRATCH_PATH_SIZE = 4096,
    SCRATCH_LEAST = 256 * 1024 * 1024,
    SCRATCH_PER_BYTE = 32,
};

/* What the parent has heard. */
struct hearing {
    const struct verify_options *options;
    struct report *report;
    bool is_told;      /* the report came */
    uint64_t done, all;
    struct error error; /* our own failure, as the child told it */
    bool has_error;
};

/* The child read what is not trusted: what it says is not, either. */
static bool error_is_possible(const struct error *error)
{
    const struct refusal *refusal = refusal_find(error->code);
    bool is_possible = refusal != NULL && refusal->status == error->status && error->status != LEDGER_OK &&
                       error->book_count <= ERROR_BOOK_LINES && memchr(error->text, '\0', sizeof error->text) != NULL &&
                       memchr(error->next, '\0', sizeof error->next) != NULL;

    for (unsigned i = 0; is_possible && i < error->book_count; i++)
        is_possible = memchr(error->book[i].label, '\0', sizeof error->book[i].label) != NULL &&
                      memchr(error->book[i].line, '\0', sizeof error->book[i].line) != NULL;
    return is_possible;
}

static void hear(void *context, struct bytes frame)
{
    struct hearing *hearing = context;
    struct verify_frame_step step;

    if (frame.size == 0)
        return;
    switch (frame.data[0]) {
    case VERIFY_FRAME_STEP:
        if (frame.size != sizeof step)
            return;
        memcpy(&step, frame.data, sizeof step);
        hearing->done = step.done;
        hearing->all = step.all;
        return;
    case VERIFY_FRAME_REPORT:
        if (frame.size != 1 + sizeof *hearing->report)
            return;
        memcpy(hearing->report, frame.data + 1, sizeof *hearing->report);
        hearing->is_told = report_is_possible(hearing->report);
        return;
    case VERIFY_FRAME_STATEMENT:
        if (hearing->options->statement == NULL || frame.size != 1 + sizeof *hearing->options->statement)
            return;
        memcpy(hearing->options->statement, frame.data + 1, sizeof *hearing->options->statement);
        if (!statement_report_is_possible(hearing->options->statement))
            memset(hearing->options->statement, 0, sizeof *hearing->options->statement);
        return;
    case VERIFY_FRAME_ERROR:
        if (frame.size != 1 + sizeof hearing->error)
            return;
        memcpy(&hearing->error, frame.data + 1, sizeof hearing->error);
        hearing->has_error = error_is_possible(&hearing->error);
        return;
    default:
        return;
    }
}

static bool goes_on(void *context)
{
    struct hearing *hearing = context;
    const struct verify_options *options = hearing->options;

    return options->progress == NULL || options->progress(options->progress_context, hearing->done, hearing->all);
}

/* ---- the scratch directory */

static enum ledger_status scratch_make(char path[static SCRATCH_PATH_SIZE], struct error *error)
{
    const char *base = getenv("TMPDIR");

    snprintf(path, SCRATCH_PATH_SIZE, "%s/phial-verify-XXXXXX", base != NULL && base[0] == '/' ? base : "/tmp");
    if (mkdtemp(path) == NULL)
        return error_set(error, REFUSAL_IO, "no directory for a scratch copy can be made in %s: %s",
                         base != NULL ? base : "/tmp", strerror(errno));
    return LEDGER_OK;
}

static void scratch_remove(const char *path)
{
    DIR *directory = opendir(path);
    const struct dirent *row;

    while (directory != NULL && (row = readdir(directory)) != NULL)
        if (strcmp(row->d_name, ".") != 0 && strcmp(row->d_name, "..") != 0)
            unlinkat(dirfd(directory), row->d_name, 0);
    if (directory != NULL)
        closedir(directory);
    rmdir(path);
}

/* ---- the child */

static enum ledger_status end_of_child(const struct child_report *child, struct hearing *hearing, struct error *error)
{
    char how[CHILD_TEXT_SIZE];
    struct report *report = hearing->report;

    if (child->end == CHILD_INTERRUPTED)
        return error_set(error, REFUSAL_INTERRUPTED, "interrupted: nothing was judged");
    if (child->end == CHILD_NOT_STARTED)
        return error_set(error, REFUSAL_FAULT, "no process could be started to read it in: %s", strerror(child->code));
    if (hearing->has_error) {
        *error = hearing->error;
        return error->status;
    }
    if (child->end == CHILD_RETURNED && hearing->is_told)
        return LEDGER_OK;
    *report = (struct report){ .judgement = JUDGED_PASS };
    child_describe(child, how);
    report_find(report, JUDGED_FAIL, REFUSAL_CHILD_DIED, 0,
                "the process that read it %s, at %llu of %llu: the file is damaged, or made to hurt", how,
                (unsigned long long)hearing->done, (unsigned long long)hearing->all);
    return LEDGER_OK;
}

/* How much a replay may write. A sound book's tables are some times as large as its entries, and for a receipt of a
 * thousand vials some hundred times; what asks for more than this is made to hurt. Half of what is free is left. */
static uint64_t scratch_most(const char *scratch, uint64_t size)
{
    struct statvfs about;
    uint64_t most = SCRATCH_LEAST + SCRATCH_PER_BYTE * (size >> 58 == 0 ? size : 0); /* and no sound file has 2^58 bytes */
    uint64_t free_size = statvfs(scratch, &about) == 0 ? (uint64_t)about.f_bavail * about.f_frsize : UINT64_MAX;

    return most < free_size / 2 ? most : free_size / 2;
}

static enum ledger_status run(struct verify_work *work, uint64_t size, const struct verify_options *options,
                              struct report *report, struct error *error)
{
    struct hearing hearing = { .options = options, .report = report };
    uint64_t wall_ms = WALL_LEAST_MS + size / BYTES_PER_MS;
    struct child_limits limits = { .wall_ms = (int64_t)wall_ms, .cpu_s = (uint32_t)(wall_ms / 1000 * 64),
                                   .memory_size = MEMORY_LIMIT, .output_size = OUTPUT_LIMIT, .input = work->descriptor };
    const struct child_listener listener = { .frame = hear, .goes_on = goes_on, .context = &hearing };
    struct child_report child;
    char scratch[SCRATCH_PATH_SIZE];
    enum ledger_status status = scratch_make(scratch, error);

    *report = (struct report){ .judgement = JUDGED_PASS };
    if (status != LEDGER_OK)
        return status;
    work->scratch = scratch;
    work->statement = options->statement;
    limits.file_size = scratch_most(scratch, size);
    child_run(&limits, verify_in_child, work, &listener, &child);
    scratch_remove(scratch);
    return end_of_child(&child, &hearing, error);
}

/* ---- whose book it is: the child has compared key and remembered head, since it knows the book's seals */

/* Where it came to a verdict at all: what nobody vouches for is not known, and what passes is remembered. */
static void settle_whose(struct report *report)
{
    char hex[2 * DIGEST_SIZE + 1];

    if (report->is_export && !report->key_is_given && report->judgement == JUDGED_PASS)
        report_find(report, JUDGED_UNPROVEN, REFUSAL_NO_KEY, 0,
                    "everything fits together, but nobody says whose book it is: give the site's public key");
    report_sort(report);
    if (report->judgement != JUDGED_PASS || report->note_size == 0)
        return;
    hex_encode(bytes_of(report->ledger.bytes, DIGEST_SIZE), hex);
    (void)heads_advance(hex, report->size, bytes_of(report->note, report->note_size));
}

/* ---- */

enum ledger_status verify_directory(const char *directory, const struct verify_options *options, struct report *report,
                                    struct error *error)
{
    char path[SCRATCH_PATH_SIZE];
    struct stat about;
    struct verify_work work = { .directory = directory, .descriptor = -1, .key = options->key };
    enum ledger_status status;

    if (snprintf(path, sizeof path, "%s/data.mdb", directory) >= (int)sizeof path || stat(path, &about) != 0)
        return error_set(error, REFUSAL_NO_LEDGER, "there is no ledger in %s", directory);
    status = run(&work, (uint64_t)about.st_size, options, report, error);
    if (status == LEDGER_OK)
        settle_whose(report);
    return status;
}

enum ledger_status verify_file(const char *path, const struct verify_options *options, struct report *report,
                               struct error *error)
{
    struct verify_work work = { .descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), .key = options->key };
    struct stat about;
    enum ledger_status status;

    if (work.descriptor < 0) {
        error_set(error, REFUSAL_IO, "cannot open %s: %s", path, strerror(errno));
        error_next(error, "phial verify FILE of an export that is there and may be read, or phial verify DIR of a ledger");
        return error->status;
    }
    if (fstat(work.descriptor, &about) != 0 || !S_ISREG(about.st_mode)) {
        close(work.descriptor);
        return error_set(error, REFUSAL_IO, "%s is not a file", path);
    }
    work.size = (uint64_t)about.st_size;
    status = run(&work, work.size, options, report, error);
    close(work.descriptor);
    report->is_export = true;
    if (status == LEDGER_OK)
        settle_whose(report);
    return status;
}
