#include "tests/support/doctored.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ledger/checkpoint.h"
#include "ledger/commit.h"
#include "ledger/ledger_internal.h"
#include "tests/support/golden.h"
#include "tests/support/judged.h"
#include "tests/support/place.h"
#include "tests/support/skip.h"

enum { PATH_SIZE = 128 };

static bool is_trying;

bool doctored_is_trying(const struct book *book)
{
    return is_trying && !book->is_tampered;
}

/* ---- what is skipped */

/* The verdict on the act as it will be signed: commit knows more than prepare. */
static void judge_signed(struct book *book, struct verdict *verdict)
{
    struct view *view = view_new(book->txn);

    assert_non_null(view);
    book->placing.is_signed = true;
    rules_judge(view, &book->event, &book->placing, verdict);
    view_free(view);
}

static bool owns_up(const struct event *event, const struct verdict *verdict)
{
    uint16_t codes[EVENT_IRREGULAR_LIMIT];
    size_t count = verdict_irregular(verdict, codes);

    return count == event->irregular_count && memcmp(codes, event->irregular, count * sizeof codes[0]) == 0;
}

/* Whether this act stands in the book only where the rule is not looked at. */
static bool is_to_be_skipped(const struct event *event, const struct verdict *verdict, unsigned code)
{
    switch (refusal_find(code)->class_) {
    case CLASS_FORBIDDEN:
        return !owns_up(event, verdict);
    case CLASS_SOFT:
        return event->reason == 0 || event->reason == REASON_COMPUTER_DOWN;
    default:
        return true;
    }
}

static bool holds(const struct skip *skip, unsigned code)
{
    for (size_t i = 0; i < skip->count; i++)
        if (skip->codes[i] == code)
            return true;
    return false;
}

static void choose(const struct event *event, const struct verdict *verdict, struct skip *skip)
{
    skip->count = 0;
    for (size_t i = 0; i < verdict->broken_count; i++) {
        uint16_t code = verdict->broken[i].code;

        if (is_to_be_skipped(event, verdict, code) && !holds(skip, code))
            skip->codes[skip->count++] = code;
    }
}

/* The same rules skipped for acts of the same kind again and again tell nothing new; so with several cases. */
static bool is_tried_enough(const struct event *event, const struct verdict *verdict, const struct skip *skip)
{
    enum { ENOUGH = 2, TRIED_LIMIT = 1024 };
    static struct tried {
        unsigned kind, times;
        bool has_cases; /* more than one */
        struct skip skip;
    } tried[TRIED_LIMIT];
    static size_t count;
    struct tried now = { event->kind->number, 1, verdict->case_count > 1, *skip };

    for (size_t i = 0; i < count; i++)
        if (tried[i].kind == now.kind && tried[i].has_cases == now.has_cases && tried[i].skip.count == skip->count &&
            memcmp(tried[i].skip.codes, skip->codes, skip->count * sizeof skip->codes[0]) == 0)
            return tried[i].times++ >= ENOUGH;
    assert_true(count < TRIED_LIMIT);
    tried[count++] = now;
    return false;
}

/* ---- the doctored program */

static void copy_file(const char *from_directory, const char *to_directory)
{
    static uint8_t bytes[1 << 16];
    char path[2 * PATH_SIZE];
    int from, to;
    ssize_t size;

    snprintf(path, sizeof path, "%s/data.mdb", from_directory);
    from = open(path, O_RDONLY | O_CLOEXEC);
    snprintf(path, sizeof path, "%s/data.mdb", to_directory);
    to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    assert_true(from >= 0 && to >= 0);
    while ((size = read(from, bytes, sizeof bytes)) > 0)
        assert_int_equal(size, write(to, bytes, (size_t)size));
    close(from);
    close(to);
}

static void copy_book(struct book *book, const char *directory)
{
    struct error error;

    assert_int_equal(LEDGER_OK, store_commit(book->txn, &error));
    copy_file(book->directory, directory);
    assert_int_equal(LEDGER_OK, store_begin_write(book->store, 0, &book->txn, &error));
}

static enum ledger_status commit_it(struct commit *commit, const struct book *book, struct error *error)
{
    struct act act = { .event = book->event };
    struct placed placed;
    enum ledger_status status = act_encode(&act, error);

    commit->recorded_ms = book->now_ms;
    if (status == LEDGER_OK) {
        sign_all(book, &act.event, bytes_of(act.payload, act.payload_size), act.signatures);
        memset(act.is_signed, true, sizeof act.is_signed);
        status = commit_act(commit, &act, error);
    }
    free(act.payload);
    if (status == LEDGER_OK)
        return commit_end(commit, &placed, error);
    commit_abort(commit);
    return status;
}

static enum ledger_status record(const struct book *book, char *directory, struct error *error)
{
    /* Its seal is in this program and not in a file, where a new one would be looked for. */
    struct ledger ledger = { .directory = directory, .mode = LEDGER_RECORD, .seal = seal_secret(book),
                             .in_force = { .entry = UINT32_MAX } };
    struct commit commit;
    enum ledger_status status;

    ledger_set_id(&ledger, book->entries > 0 ? &book->ledger : &book->placing.payload_hash);
    status = store_open(directory, STORE_WRITE, &ledger.store, error);
    if (status == LEDGER_OK)
        status = commit_begin_at_newest(&commit, &ledger, "desk-9", book->now_ms, error);
    if (status == LEDGER_OK)
        status = commit_it(&commit, book, error);
    store_close(ledger.store);
    return status;
}

/* One act on its way. */
struct attempt {
    struct book *book;
    char *directory;
    struct skip skip;
    struct verdict verdict; /* the honest one */
    bool is_alike;          /* its bytes are the same in every run */
};

/* What an assertion of the doctored program says is nobody's concern. */
static void be_quiet(void)
{
    static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL };
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        signal(faults[i], SIG_DFL);
    if (null >= 0)
        dup2(null, STDERR_FILENO);
}

enum { RECORDED, REFUSED, NO_SUCH_BYTES }; /* how the doctored program ends */

static int doctored_program(void *context)
{
    const struct attempt *attempt = context;
    struct error error;

    if (!attempt->skip.stops)
        be_quiet();
    skip_rules(&attempt->skip);
    /* Without effects the first entry leaves nothing that says whose book it is, which is looked for after the commit. */
    if (record(attempt->book, attempt->directory, &error) == LEDGER_OK ||
        (error.code == REFUSAL_UNCERTAIN && attempt->book->entries == 0))
        return RECORDED;
    fprintf(stderr, "# the doctored program says PH%04u %s\n", error.code, error.text);
    return error.code == REFUSAL_ENCODING ? NO_SUCH_BYTES : REFUSED;
}

/* ---- the honest one */

/* What is described and not built, and a later revision of the rules, cannot be judged by this program. */
static void assert_code(const struct report *report, unsigned code, uint32_t entry)
{
    switch (code) {
    case REFUSAL_KIND_DRAFT:
        assert_finding(report, JUDGED_UNPROVEN, REFUSAL_UNKNOWN_KIND, entry);
        return;
    case REFUSAL_REVISION:
        assert_finding(report, JUDGED_UNPROVEN, REFUSAL_UNKNOWN_REVISION, entry);
        return;
    default:
        assert_finding(report, refusal_find(code)->class_ == CLASS_NOTE ? JUDGED_PASS : JUDGED_FAIL, (enum refusal_code)code,
                       entry);
    }
}

/* Whether an entry of this verdict shows that a case is not opened. What cannot be in the book at all opens none in it; and
 * where something is forbidden, that opens the one case of the entry, which then differs in the tables alone. */
static bool shows_case(const struct verdict *verdict)
{
    uint16_t codes[EVENT_IRREGULAR_LIMIT];

    return verdict->has_effects && verdict_irregular(verdict, codes) == 0;
}

static void assert_named(const struct attempt *attempt, const struct report *report, uint32_t entry)
{
    bool is_noted_only = true;

    for (size_t i = 0; i < attempt->skip.count; i++) {
        enum refusal_class class_ = refusal_find(attempt->skip.codes[i])->class_;

        if (class_ != CLASS_CASE || shows_case(&attempt->verdict))
            assert_code(report, attempt->skip.codes[i], entry);
        is_noted_only = is_noted_only && class_ == CLASS_NOTE;
    }
    assert_true(is_noted_only || report->judgement != JUDGED_PASS);
    assert_int_equal(entry, report->entries);
}

static void remember(const struct attempt *attempt, uint32_t entries)
{
    struct store *store;
    struct store_txn *txn;
    struct error error;

    if (!attempt->is_alike)
        return;
    assert_int_equal(LEDGER_OK, store_open(attempt->directory, STORE_READ, &store, &error));
    assert_int_equal(LEDGER_OK, store_begin_read(store, &txn, &error));
    for (size_t i = 0; i < attempt->skip.count; i++)
        golden_note(attempt->skip.codes[i], GOLDEN_SKIPPED, attempt->skip.count == 1, txn, entries);
    store_abort(txn);
    store_close(store);
}

static int try_in(struct attempt *attempt, bool stops)
{
    void *place;
    int status;

    assert_int_equal(0, place_make(&place));
    attempt->directory = place;
    attempt->skip.stops = stops;
    copy_book(attempt->book, attempt->directory);
    status = child_do(doctored_program, attempt);
    if (status == RECORDED) {
        assert_named(attempt, verified_directory(attempt->directory), attempt->book->entries + 1);
        remember(attempt, attempt->book->entries + 1);
    }
    place_remove(&place);
    return status;
}

void doctored_try(struct book *book)
{
    struct attempt attempt = { .book = book };
    struct cose_signer signers[EVENT_SIGNERS_LIMIT];
    int status;

    if (!doctored_is_trying(book))
        return;
    judge_signed(book, &attempt.verdict);
    choose(&book->event, &attempt.verdict, &attempt.skip);
    if (attempt.skip.count == 0 || is_tried_enough(&book->event, &attempt.verdict, &attempt.skip))
        return;
    attempt.is_alike = sign_all(book, &book->event, bytes_of("", 0), signers) && !book->is_unlike;
    status = try_in(&attempt, false);
    if (status != RECORDED && status != NO_SUCH_BYTES)
        status = try_in(&attempt, true);
    if (status != RECORDED && status != NO_SUCH_BYTES)
        fail_msg("a doctored program cannot record what breaks PH%04u", attempt.skip.codes[0]);
    attempt.skip.cases_kept = 1;
    if (status == RECORDED && attempt.verdict.case_count > 1)
        assert_int_equal(RECORDED, try_in(&attempt, false));
}

/* ---- what is honest */

/* The book as it stands, sealed and verified. */
static const struct report *verified(struct book *book)
{
    const struct report *report;
    uint8_t note[CHECKPOINT_NOTE_LIMIT];
    size_t size;
    struct error error;
    void *place;

    assert_int_equal(0, place_make(&place));
    assert_int_equal(LEDGER_OK, checkpoint_make(book->txn, &book->ledger, seal_secret(book), book->entries, false, note, &size,
                                                &error));
    copy_book(book, place);
    report = verified_directory(place);
    place_remove(&place);
    return report;
}

void doctored_owned(struct book *book, unsigned code)
{
    if (!doctored_is_trying(book))
        return;
    assert_judged(verified(book), JUDGED_PASS);
    if (!book->is_unlike)
        golden_note(code, GOLDEN_OWNED, book->event.irregular_count == 1, book->txn, book->entries);
}

void doctored_not(struct book *book)
{
    const struct report *report;

    if (!doctored_is_trying(book) || book->entries == 0 || book->list != NULL)
        return;
    report = verified(book);
    for (size_t i = 0; i < report->finding_count; i++)
        if (report->findings[i].code != REFUSAL_DAY_NOT_CLOSED && report->findings[i].judgement != JUDGED_PASS)
            assert_judged(report, JUDGED_PASS);
    if (report->judgement == JUDGED_PASS)
        golden_whole(book->txn, book->entries);
}

/* ---- */

int doctored_begin(void **state)
{
    (void)state;
    is_trying = true;
    return setenv("XDG_STATE_HOME", "/dev/null", 1); /* no head is remembered: all these books are one ledger */
}

int doctored_end(void **state)
{
    (void)state;
    return golden_compare() == 0 ? 0 : -1;
}
