#include "ledger/verify_work.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ledger/checkpoint.h"
#include "ledger/closing.h"
#include "ledger/export.h"
#include "ledger/heads.h"
#include "ledger/layout.h"
#include "ledger/place.h"
#include "ledger/replay.h"
#include "ledger/state.h"
#include "ledger/statement_book.h"
#include "schema/ident.h"

enum { STEP_ENTRIES = 1024 };

struct checking {
    struct verify_work *work;
    struct child_pipe *pipe;
    struct report *report;
    struct replay *replay;
    struct store *store; /* the one that is verified, of a directory */
    struct store_txn *txn;
};

static bool step(void *context, uint64_t done, uint64_t all)
{
    struct checking *checking = context;
    struct verify_frame_step frame;

    memset(&frame, 0, sizeof frame); /* padding too: it goes through a pipe */
    frame.frame = VERIFY_FRAME_STEP;
    frame.done = done;
    frame.all = all;
    return child_send(checking->pipe, bytes_of(&frame, sizeof frame));
}

/* ---- a ledger's own store */

/* A damaged store is what was found, not a failure of ours. `entry` is the one that could not be read, or 0. */
static enum ledger_status damaged(struct report *report, enum ledger_status status, uint32_t entry, const struct error *error)
{
    if (status != LEDGER_STORAGE || error->code != REFUSAL_DAMAGED_FILE)
        return status;
    report_find(report, JUDGED_FAIL, REFUSAL_DAMAGED_FILE, entry, "%s", error->text);
    return LEDGER_OK;
}

/* The entries in their order, until one is missing or cannot be read. */
static enum ledger_status replay_entries(struct checking *checking, struct error *error)
{
    struct store_cursor *cursor = NULL;
    struct bytes key, value;
    uint32_t expected = 1, all = 0;
    bool found = false;
    enum ledger_status status = store_last(checking->txn, STORE_ENTRIES, &found, &key, &value, error);

    if (status == LEDGER_OK && found && key.size == 4)
        all = get_u32(key.data);
    if (status == LEDGER_OK)
        status = store_cursor_open(checking->txn, STORE_ENTRIES, bytes_of("", 0), &cursor, error);
    for (; status == LEDGER_OK; expected++) {
        status = damaged(checking->report, store_cursor_next(cursor, &found, &key, &value, error), expected, error);
        if (status != LEDGER_OK || !found)
            break;
        if (key.size != 4 || get_u32(key.data) != expected) {
            report_find(checking->report, JUDGED_FAIL, REFUSAL_NUMBERS, expected,
                        "entry %" PRIu32 " is missing from the store", expected);
            break;
        }
        status = replay_entry(checking->replay, value, error);
        if (expected % STEP_ENTRIES == 0 && !step(checking, expected, all))
            break;
    }
    store_cursor_close(cursor);
    return damaged(checking->report, status, 0, error);
}

/* A sound checkpoint, or one by a seal that may be a newer one than is known. */
static bool newest_is_readable(struct checking *checking, uint64_t *size, struct error *why)
{
    struct report *report = checking->report;
    struct bytes note;
    enum checkpoint_status status;
    bool is_known;

    if (checkpoint_newest(checking->txn, report->note, &report->note_size, why) != LEDGER_OK)
        return false;
    note = bytes_of(report->note, report->note_size);
    status = replay_read_note(checking->replay, note, size, &report->root);
    is_known = status != CHECKPOINT_BY_ANOTHER || !replay_lacks_seal(checking->replay, *size);
    if (!is_known)
        report->note_size = 0;
    (void)error_set(why, REFUSAL_CHECKPOINT, "%s", checkpoint_problem(status));
    return status == CHECKPOINT_OK || !is_known;
}

/* The newest checkpoint is of all entries, and its root theirs. */
static enum ledger_status check_newest(struct checking *checking, struct error *error)
{
    struct report *report = checking->report;
    uint64_t size = 0;
    struct error why;

    if (!newest_is_readable(checking, &size, &why)) {
        report->note_size = 0;
        report_find(report, JUDGED_FAIL, REFUSAL_CHECKPOINT, 0, "%s", why.text);
        replay_without_root(checking->replay);
        return LEDGER_OK;
    }
    if (size != report->entries)
        report_find(report, JUDGED_FAIL, size < report->entries ? REFUSAL_CHECKPOINT : REFUSAL_NUMBERS,
                    size < report->entries ? (uint32_t)size + 1 : report->entries + 1,
                    "the seal's newest checkpoint speaks of %" PRIu64 " entries, and %" PRIu32 " are here", size,
                    report->entries);
    report->size = size > report->entries ? report->entries : (uint32_t)size;
    return replay_compare_root(checking->replay, size, &report->root, error);
}

/* ---- notes: every checkpoint that was kept, and the head remembered here, is a root this book had */

static enum ledger_status check_root_at(struct checking *checking, struct store_txn *scratch, uint64_t size,
                                        const struct digest *signed_root, const char *whose, struct error *error)
{
    struct digest root;
    enum ledger_status status;

    if (size == 0 || size > checking->report->entries)
        return LEDGER_OK; /* of a head, the parent says so */
    status = place_root(scratch, (uint32_t)size, &root, error);
    if (status == LEDGER_OK && !digest_equal(&root, signed_root))
        report_find(checking->report, JUDGED_FAIL, REFUSAL_ROOT, 0,
                    "%s speaks of another book: the root of its %" PRIu64 " entries differs", whose, size);
    return status;
}

static enum ledger_status check_kept_note(struct checking *checking, struct store_txn *scratch, struct bytes key,
                                          struct bytes note, struct error *error)
{
    struct report *report = checking->report;
    struct digest root;
    uint64_t size = 0;
    enum checkpoint_status status = replay_read_note(checking->replay, note, &size, &root);

    if (status == CHECKPOINT_BY_ANOTHER && replay_lacks_seal(checking->replay, size))
        status = CHECKPOINT_OK;
    if (key.size != 4 || status != CHECKPOINT_OK || size != get_u32(key.data)) {
        report_find(report, JUDGED_FAIL, REFUSAL_CHECKPOINT, 0, "a kept checkpoint is not what it was: %s",
                    status == CHECKPOINT_OK ? "it stands in another's place" : checkpoint_problem(status));
        return LEDGER_OK;
    }
    return check_root_at(checking, scratch, size, &root, "a kept checkpoint", error);
}

static enum ledger_status check_kept(struct checking *checking, struct store_txn *scratch, struct error *error)
{
    struct store_cursor *cursor = NULL;
    struct bytes key, value;
    bool found = true;
    enum ledger_status status = store_cursor_open(checking->txn, STORE_CHECKPOINTS, bytes_of("", 0), &cursor, error);

    while (status == LEDGER_OK) {
        status = store_cursor_next(cursor, &found, &key, &value, error);
        if (status != LEDGER_OK || !found)
            break;
        status = check_kept_note(checking, scratch, key, value, error);
    }
    store_cursor_close(cursor);
    return status;
}

/* A head remembered here decides, not the file: a book that is shorter is not the one that was seen. So does one that
 * another seal has signed than this book names for its size: who puts an older copy back leaves the seal that came later
 * unknown, and the old one in force. What cannot be read, or whose signature does not fit, proves nothing. */
static enum ledger_status check_head(struct checking *checking, struct store_txn *scratch, struct error *error)
{
    struct report *report = checking->report;
    struct head_file head;
    struct digest root;
    uint64_t size = 0;
    enum checkpoint_status status;
    char hex[2 * DIGEST_SIZE + 1];

    hex_encode(bytes_of(report->ledger.bytes, DIGEST_SIZE), hex);
    if (heads_read(hex, &head) != HEADS_OK)
        return LEDGER_OK;
    status = replay_read_note(checking->replay, bytes_of(head.note, head.note_size), &size, &root);
    if (status != CHECKPOINT_OK && status != CHECKPOINT_BY_ANOTHER)
        return LEDGER_OK;
    report->key_is_given = report->key_is_given || status == CHECKPOINT_OK;
    if (size > report->entries && !report->is_export)
        report_find(report, JUDGED_FAIL, REFUSAL_ROLLBACK, 0,
                    "this book has %" PRIu32 " entries, and %" PRIu64 " were seen here before: the newest are missing",
                    report->entries, size);
    return check_root_at(checking, scratch, size, &root, "the head remembered here", error);
}

/* The key that the reader holds is that of a seal of this book: of the first one or of any later, since each is put in by
 * people whom the book names, and the book begins with what the ledger's id is made of. */
static void compare_key(struct checking *checking)
{
    const struct vkey *key = checking->work->key;
    struct report *report = checking->report;
    char origin[CHECKPOINT_ORIGIN_SIZE];
    const struct seal *seal;

    if (key == NULL)
        return;
    checkpoint_origin(&report->ledger, origin);
    report->key_is_given = true;
    seal = replay_seal_with(checking->replay, key->key);
    if (strcmp(origin, key->name) != 0)
        report_find(report, JUDGED_FAIL, REFUSAL_OTHER_LEDGER, 0,
                    "this is the book of another site than the key: it calls itself %s", origin);
    else if (seal == NULL)
        report_find(report, JUDGED_UNPROVEN, REFUSAL_NO_KEY, 0,
                    "no seal of this book has the key that was given: the book ends before that seal was put in, or the key is "
                    "none of this site");
    else
        report->key_entry = seal->entry;
}

/* ---- tables beside the entries: what a replay makes again */

/* Row by row; of checkpoints there is only to be one wherever there is to be one. */
static bool rows_agree(enum store_table table, bool they_have, bool i_have, const struct bytes theirs[static 2],
                       const struct bytes mine[static 2])
{
    if (they_have != i_have)
        return false;
    return !i_have || (bytes_equal(theirs[0], mine[0]) && (table == STORE_CHECKPOINTS || bytes_equal(theirs[1], mine[1])));
}

static void report_table(struct checking *checking, const char *name)
{
    report_find(checking->report, JUDGED_FAIL, REFUSAL_TABLES, 0,
                "the table of %s beside the entries is not what the entries give; the entries stand", name);
}

static enum ledger_status compare_table(struct checking *checking, struct store_txn *scratch, enum store_table table,
                                        const char *name, struct error *error)
{
    struct store_cursor *theirs = NULL, *mine = NULL;
    struct bytes their_row[2], my_row[2];
    bool they_have = true, i_have = true, same = true;
    enum ledger_status status = store_cursor_open(checking->txn, table, bytes_of("", 0), &theirs, error);

    if (status == LEDGER_OK)
        status = store_cursor_open(scratch, table, bytes_of("", 0), &mine, error);
    while (status == LEDGER_OK && same && they_have && i_have) {
        status = store_cursor_next(theirs, &they_have, &their_row[0], &their_row[1], error);
        if (status == LEDGER_OK)
            status = store_cursor_next(mine, &i_have, &my_row[0], &my_row[1], error);
        if (status == LEDGER_OK)
            same = rows_agree(table, they_have, i_have, their_row, my_row);
    }
    store_cursor_close(theirs);
    store_cursor_close(mine);
    if (status == LEDGER_OK && !same)
        report_table(checking, name);
    return status;
}

/* How many leaves each tree has stands in the meta table, beside what no entry tells. */
static enum ledger_status compare_sizes(struct checking *checking, struct store_txn *scratch, struct error *error)
{
    enum ledger_status status = LEDGER_OK;
    bool same = true;

    for (uint8_t subject = SUBJECT_FIRST; subject <= SUBJECT_LAST && status == LEDGER_OK && same; subject++) {
        uint32_t theirs, mine = 0;

        status = closing_tree_size(checking->txn, subject, &theirs, error);
        if (status == LEDGER_OK)
            status = closing_tree_size(scratch, subject, &mine, error);
        same = theirs == mine;
    }
    if (status == LEDGER_OK && !same)
        report_table(checking, "sizes of trees");
    return status;
}

/* A row of the meta table that no entry tells of, and that stands for itself: the newest checkpoint and the layout, which are
 * checked as such; sizes of trees, compared above; and that private names are kept here, which is this place's own word. */
static bool is_local(struct bytes key)
{
    return bytes_equal_text(key, "checkpoint") || layout_is_mark(key) || bytes_equal_text(key, "secrets") ||
           (key.size == 2 && key.data[0] == 'n' && key.data[1] >= SUBJECT_FIRST && key.data[1] <= SUBJECT_LAST);
}

/* Any other row of the meta table is one that a replay makes too. */
static enum ledger_status compare_meta(struct checking *checking, struct store_txn *scratch, struct error *error)
{
    struct store_cursor *cursor = NULL;
    struct bytes key, value, mine;
    bool found = true, same = true;
    enum ledger_status status = store_cursor_open(checking->txn, STORE_META, bytes_of("", 0), &cursor, error);

    while (status == LEDGER_OK && same) {
        bool i_have = false;

        status = store_cursor_next(cursor, &found, &key, &value, error);
        if (status != LEDGER_OK || !found)
            break;
        if (is_local(key))
            continue;
        status = store_get(scratch, STORE_META, key, &i_have, &mine, error);
        same = i_have && bytes_equal(value, mine);
    }
    store_cursor_close(cursor);
    if (status == LEDGER_OK && !same)
        report_table(checking, "marks");
    return status;
}

static enum ledger_status compare_tables(struct checking *checking, struct store_txn *scratch, struct error *error)
{
    static const struct { enum store_table table; const char *name; } tables[] = {
        { STORE_TREE, "hashes" },     { STORE_LEAVES, "states" },           { STORE_NAMES, "names" },
        { STORE_TOUCHES, "touches" }, { STORE_CHECKPOINTS, "checkpoints" } };
    enum ledger_status status = compare_sizes(checking, scratch, error);

    if (status == LEDGER_OK)
        status = compare_meta(checking, scratch, error);
    for (size_t i = 0; i < sizeof tables / sizeof tables[0] && status == LEDGER_OK; i++)
        status = compare_table(checking, scratch, tables[i].table, tables[i].name, error);
    return status;
}

/* What stands beside the entries. An export has nothing there but the reader's own memory. */
static enum ledger_status check_beside(struct checking *checking, struct error *error)
{
    struct store_txn *scratch = NULL;
    enum ledger_status status = store_begin_read(replay_store(checking->replay), &scratch, error);

    compare_key(checking);
    if (status == LEDGER_OK)
        status = check_head(checking, scratch, error);
    if (status == LEDGER_OK && checking->txn != NULL)
        status = check_kept(checking, scratch, error);
    if (status == LEDGER_OK && checking->txn != NULL && checking->report->rules_replayed)
        status = compare_tables(checking, scratch, error);
    store_abort(scratch);
    return damaged(checking->report, status, 0, error);
}

static enum ledger_status check_directory(struct checking *checking, struct error *error)
{
    enum ledger_status status = store_open(checking->work->directory, STORE_READ, &checking->store, error);

    if (status == LEDGER_OK)
        status = store_begin_read(checking->store, &checking->txn, error);
    if (status != LEDGER_OK)
        return damaged(checking->report, status, 0, error);
    /* LMDB may not notice; and what can be read of a damaged book is read all the same. */
    status = damaged(checking->report, store_walk(checking->txn, error), 0, error);
    if (status == LEDGER_OK)
        status = damaged(checking->report, layout_check(checking->txn, error), 0, error);
    if (status == LEDGER_OK)
        status = replay_entries(checking, error);
    if (status == LEDGER_OK)
        status = replay_finish(checking->replay, false, error);
    if (status == LEDGER_OK && checking->report->entries > 0)
        status = damaged(checking->report, check_newest(checking, error), 0, error);
    return status;
}

static enum ledger_status check_file(struct checking *checking, struct error *error)
{
    struct import_progress progress = { step, checking };

    return export_read(checking->work->descriptor, checking->work->size, checking->replay, checking->report, &progress, error);
}

/* ---- */

/* An open file needs no name: whatever ends this process, nothing of it is left behind. */
static void forget_scratch(const char *directory)
{
    static const char *const names[] = { "data.mdb", "lock.mdb", "gate" };
    char path[4096];

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (snprintf(path, sizeof path, "%s/%s", directory, names[i]) < (int)sizeof path)
            unlink(path);
    rmdir(directory);
}

static void tell(struct child_pipe *pipe, enum verify_frame frame, const void *data, size_t size)
{
    uint8_t *bytes = malloc(1 + size);

    if (bytes == NULL)
        return;
    bytes[0] = (uint8_t)frame;
    memcpy(bytes + 1, data, size);
    (void)child_send(pipe, bytes_of(bytes, 1 + size));
    free(bytes);
}

/* What asks for more room than it may have cannot be judged: that is said of it, not of us. What was judged before
 * stands no longer, since the replay that it rests on has ended in the middle. */
static enum ledger_status too_large(struct report *report, enum ledger_status status, const struct error *error)
{
    uint32_t entries = report->entries;

    if (status == LEDGER_OK || (error->code != REFUSAL_DISK_FULL && error->code != REFUSAL_OUT_OF_MEMORY))
        return status;
    *report = (struct report){ .judgement = JUDGED_PASS };
    report_find(report, JUDGED_UNPROVEN, REFUSAL_TOO_LARGE, 0,
                "it could not be judged: after %" PRIu32 " entries %s was used up", entries,
                error->code == REFUSAL_DISK_FULL ? "the scratch space that a book of its size may ask for, or that there is,"
                                                 : "the memory it may have");
    return LEDGER_OK;
}

/* ---- a statement, held against the book as it stood */

static enum ledger_status look_at_statement(void *context, struct store_txn *txn, struct error *error)
{
    return statement_compare(context, txn, error);
}

static void ask_for_statement(struct checking *checking)
{
    struct statement_report *statement = checking->work->statement;
    struct replay_look look = { .look = look_at_statement, .context = statement };

    if (statement == NULL)
        return;
    look.entries = statement->statement.size;
    replay_look_at(checking->replay, &look);
}

int verify_in_child(void *context, struct child_pipe *pipe)
{
    struct verify_work *work = context;
    struct report *report = calloc(1, sizeof *report);
    struct checking checking = { .work = work, .pipe = pipe, .report = report };
    struct error error;
    enum ledger_status status;

    if (report == NULL)
        return 1;
    memset(&error, 0, sizeof error); /* padding too */
    report->judgement = JUDGED_PASS;
    status = replay_new(work->scratch, report, &checking.replay, &error);
    forget_scratch(work->scratch);
    if (status == LEDGER_OK)
        ask_for_statement(&checking);
    if (status == LEDGER_OK)
        status = work->directory != NULL ? check_directory(&checking, &error) : check_file(&checking, &error);
    if (status == LEDGER_OK && report->entries > 0)
        status = check_beside(&checking, &error);
    report->is_finished = status == LEDGER_OK;
    status = too_large(report, status, &error);
    store_abort(checking.txn);
    store_close(checking.store);
    replay_free(checking.replay);
    if (status == LEDGER_OK && work->statement != NULL)
        tell(pipe, VERIFY_FRAME_STATEMENT, work->statement, sizeof *work->statement);
    if (status == LEDGER_OK)
        tell(pipe, VERIFY_FRAME_REPORT, report, sizeof *report);
    else
        tell(pipe, VERIFY_FRAME_ERROR, &error, sizeof error);
    free(report);
    return 0;
}
