/* phial attest: what the book shows of a period, in eight lines, as a file that the seal signs. */
#include "cli/commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/lines.h"
#include "cli/progress.h"
#include "cli/statement.h"
#include "cli/terminal.h"
#include "cli/vouch.h"
#include "ledger/attest_write.h"
#include "ledger/verify.h"

const struct option attest_options[] = {
    { "from", 0, "DATE", false, "from this day on; or after a closing, #12" },
    { "to", 0, "DATE", false, "up to the end of this day; or up to a closing" },
    { "output", 'o', "FILE", false, "the file to make; it must not be there yet" },
    { "dry-run", 'n', NULL, false, "say it, and make no file" },
    { .name = NULL },
};

enum { PATH_SIZE = 96 };

/* ---- the book is judged before anything is said of it */

static enum ledger_status refuse_unsound(const struct report *report, struct error *error)
{
    const char *why = "";

    for (size_t i = 0; i < report->finding_count && why[0] == '\0'; i++)
        if (report->findings[i].judgement == report->judgement)
            why = report->findings[i].text;
    return error_set(error, report->judgement == JUDGED_FAIL ? REFUSAL_NOT_VERIFIED : REFUSAL_NOT_JUDGED,
                     "this book %s, so nothing is stated of it%s%s", report->judgement == JUDGED_FAIL ? "does not verify" : "could not be judged",
                     why[0] != '\0' ? ": " : "", why);
}

static enum ledger_status judge_book(struct call *call, struct report *report, struct error *error)
{
    struct progress progress;
    struct verify_options options = { .progress = progress_step, .progress_context = &progress };
    const char *directory;
    enum ledger_status status = book_directory(call, &directory, error);

    if (status != LEDGER_OK)
        return status;
    progress_begin(&progress, call, "verifying");
    status = verify_directory(directory, &options, report, error);
    progress_end(&progress);
    return status == LEDGER_OK && report->judgement != JUDGED_PASS ? refuse_unsound(report, error) : status;
}

/* What was judged is what is spoken of: not an entry more, and the same root. */
static enum ledger_status check_is_judged(const struct report *report, const struct statement *statement, struct error *error)
{
    if (statement->size == report->entries && memcmp(statement->root, report->root.bytes, DIGEST_SIZE) == 0)
        return LEDGER_OK;
    error_set(error, REFUSAL_LOCKED, "something was recorded while the book was being verified");
    error_next(error, "give the same command again");
    return error->status;
}

/* ---- where to */

/* 2026Q3 for the whole of a quarter, else its days; entries where no days were said. */
static void name_period(const struct call *call, const struct period *period, char out[static PATH_SIZE])
{
    const char *from = call_value(call, "from"), *to = call_value(call, "to");
    static const char *const quarters[][2] = { { "01-01", "03-31" }, { "04-01", "06-30" }, { "07-01", "09-30" }, { "10-01", "12-31" } };
    int32_t day;

    if (from == NULL || to == NULL || civil_parse_date(from, &day) != CIVIL_OK || civil_parse_date(to, &day) != CIVIL_OK) {
        snprintf(out, PATH_SIZE, "attest-%" PRIu32 "-%" PRIu32 ".phial", period->before + 1, period->last);
        return;
    }
    snprintf(out, PATH_SIZE, "attest-%.10s-to-%.10s.phial", from, to);
    for (unsigned i = 0; i < 4 && strncmp(from, to, 5) == 0; i++)
        if (strcmp(from + 5, quarters[i][0]) == 0 && strcmp(to + 5, quarters[i][1]) == 0)
            snprintf(out, PATH_SIZE, "attest-%.4sQ%u.phial", from, i + 1);
}

static enum ledger_status find_place(struct call *call, struct attest_options *options, struct error *error)
{
    char path[PATH_SIZE];

    options->path = call_value(call, "output");
    if (options->path == NULL) {
        name_period(call, &options->period, path);
        options->path = call_keep(call, path);
    }
    if (options->path == NULL)
        return error_set(error, REFUSAL_TOO_LONG, "this command line is too long");
    if (access(options->path, F_OK) == 0)
        return error_set(error, REFUSAL_EXISTS, "%s is there already, and no file is written over", options->path);
    return LEDGER_OK;
}

/* ---- who signs too */

static enum ledger_status find_officer(struct call *call, struct book *book, struct attest_options *options, struct error *error)
{
    const char *handle = call_value(call, "as");
    uint8_t room[64];
    struct words words = book_words(book, room, sizeof room);
    enum ledger_status status;

    if (handle == NULL)
        return LEDGER_OK;
    status = words_read_person(&words, handle, &options->officer, error);
    return status == LEDGER_OK ? vouch_check_officer(book, options->officer, "signs a statement", "--as", error) : status;
}

static enum ledger_status unlock_officer(struct call *call, struct book *book, struct ring *ring, struct attest_options *options,
                                         struct error *error)
{
    struct ring_key *key = NULL;
    enum ledger_status status;

    if (options->officer == 0)
        return LEDGER_OK;
    status = ring_begin(ring, call, book->is_training, error);
    if (status == LEDGER_OK)
        status = vouch_unlock(call, book, ring, options->officer, true, &key, error);
    if (status != LEDGER_OK)
        return status;
    options->officer_key = key->key;
    options->unlocked_by = key->unlocked_by;
    return LEDGER_OK;
}

/* ---- */

static enum ledger_status print_made(const struct call *call, const struct statement *statement, const char *path,
                                     struct error *error)
{
    struct answer *answer;

    if (!call_flag(call, "json")) {
        if (path != NULL)
            say(" Signed statement: %s%s\n", path, statement->is_training ? "   TRAINING" : "");
        return LEDGER_OK;
    }
    answer = answer_new();
    lines_answer(statement, answer);
    if (path != NULL)
        answer_text(answer, "file", path);
    return answer_print(answer, stdout, error);
}

/* Who signs too has read it before: it stands above the question for the passphrase. */
static enum ledger_status make(struct call *call, struct book *book, struct ring *ring, const struct report *report,
                               struct attest_options *options, struct error *error)
{
    static struct statement statement; /* too large for a stack */
    bool is_written = !call_flag(call, "dry-run");
    enum ledger_status status = attest_of_book(&book->reading, options, &statement, error);

    if (status == LEDGER_OK)
        status = check_is_judged(report, &statement, error);
    if (status == LEDGER_OK && !call_flag(call, "json"))
        lines_say(&statement);
    if (status == LEDGER_OK && is_written)
        status = unlock_officer(call, book, ring, options, error);
    if (status == LEDGER_OK && is_written)
        status = attest_write(book->ledger, &book->reading, options, &statement, error);
    return status == LEDGER_OK ? print_made(call, &statement, is_written ? options->path : NULL, error) : status;
}

enum ledger_status cmd_attest(struct call *call, struct error *error)
{
    static struct report report;
    struct book book = BOOK_NONE;
    struct ring ring = RING_NONE;
    struct attest_options options = { .officer = 0 };
    bool is_written = !call_flag(call, "dry-run");
    enum ledger_status status = judge_book(call, &report, error);

    if (status == LEDGER_OK)
        status = book_open(&book, call, is_written ? LEDGER_RECORD : LEDGER_READ, error);
    if (status == LEDGER_OK)
        status = statement_period(&book, call, &options.period, error);
    if (status == LEDGER_OK && is_written)
        status = find_place(call, &options, error);
    if (status == LEDGER_OK)
        status = find_officer(call, &book, &options, error);
    if (status == LEDGER_OK) {
        options.now_ms = book_now_ms(&book);
        status = make(call, &book, &ring, &report, &options, error);
    }
    book_rest(&book);
    note_attempts(call, &book, &ring, false);
    ring_release(&ring);
    book_close(&book);
    return status;
}
