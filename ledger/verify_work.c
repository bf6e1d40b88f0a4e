#include "ledger/verify_work.h"

#include <stdlib.h>
#include <string.h>

#include "ledger/checkpoint.h"
#include "ledger/export.h"
#include "ledger/heads.h"
#include "ledger/place.h"
#include "ledger/replay.h"
#include "ledger/state.h"
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

/* A damaged store is what was found, not a failure of ours. */
static enum ledger_status damaged(struct report *report, enum ledger_status status, const struct error *error)
{
    if (status != LEDGER_STORAGE || error->code != REFUSAL_DAMAGED_FILE)
        return status;
    report_find(report, JUDGED_FAIL, REFUSAL_DAMAGED_FILE, 0, "%s", error->text);
    return LEDGER_OK;
}

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
        status = store_cursor_next(cursor, &found, &key, &value, error);
        if (status != LEDGER_OK || !found)
            break;
        if (key.size != 4 || get_u32(key.data) != expected) {
            report_find(checking->report, JUDGED_FAIL, REFUSAL_NUMBERS, expected, "entry %u is missing from the store", expected);
            break;
        }
        status = replay_entry(checking->replay, value, error);
        if (expected % STEP_ENTRIES == 0 && !step(checking, expected, all))
            break;
    }
    store_cursor_close(cursor);
    return damaged(checking->report, status, error);
}

/* The newest checkpoint is of all entries, and its root theirs. */
static enum ledger_status check_newest(struct checking *checking, struct error *error)
{
    struct report *report = checking->report;
    struct digest root;
    uint64_t size = 0;
    struct error why;
    enum ledger_status status;

    if (checkpoint_newest(checking->txn, report->note, &report->note_size, &why) != LEDGER_OK ||
        checkpoint_read(report->note, report->note_size, &report->ledger, &report->seal, &size, &root, &why) != LEDGER_OK) {
        report->note_size = 0;
        report_find(report, JUDGED_FAIL, REFUSAL_CHECKPOINT, 0, "%s", why.text);
        return LEDGER_OK;
    }
    report->size = (uint32_t)size;
    report->root = root;
    status = replay_compare_root(checking->replay, (uint32_t)size, &root, error);
    if (status == LEDGER_OK && size < report->entries)
        report_find(report, JUDGED_FAIL, REFUSAL_CHECKPOINT, (uint32_t)size + 1,
                    "the seal's newest checkpoint speaks of %llu entries, and %u are here", (unsigned long long)size,
                    report->entries);
    return status;
}

/* Every checkpoint that was kept, and the head remembered here, is a root this book had. */
static enum ledger_status check_root_at(struct checking *checking, struct store_txn *scratch, struct bytes note, const char *whose,
                                        struct error *error)
{
    struct report *report = checking->report;
    struct digest signed_root, root;
    uint64_t size = 0;
    struct error why;
    enum ledger_status status;

    if (checkpoint_read(note.data, note.size, &report->ledger, &report->seal, &size, &signed_root, &why) != LEDGER_OK) {
        report_find(report, JUDGED_FAIL, REFUSAL_CHECKPOINT, 0, "%s: %s", whose, why.text);
        return LEDGER_OK;
    }
    if (size > report->entries)
        return LEDGER_OK; /* the parent says so */
    status = place_root(scratch, (uint32_t)size, &root, error);
    if (status == LEDGER_OK && !digest_equal(&root, &signed_root))
        report_find(report, JUDGED_FAIL, REFUSAL_ROOT, 0, "%s speaks of another book: the root of its %llu entries differs", whose,
                    (unsigned long long)size);
    return status;
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
        status = check_root_at(checking, scratch, value, "a kept checkpoint", error);
    }
    store_cursor_close(cursor);
    return status;
}

static enum ledger_status check_head(struct checking *checking, struct store_txn *scratch, struct error *error)
{
    struct head_file head;
    char hex[2 * DIGEST_SIZE + 1];

    hex_encode(bytes_of(checking->report->ledger.bytes, DIGEST_SIZE), hex);
    if (heads_read(hex, &head) != HEADS_OK)
        return LEDGER_OK;
    return check_root_at(checking, scratch, bytes_of(head.note, head.note_size), "the head remembered here", error);
}

/* ---- tables beside the entries: what a replay makes again */

static enum ledger_status compare_table(struct checking *checking, struct store_txn *scratch, enum store_table table,
                                        const char *name, struct error *error)
{
    struct store_cursor *theirs = NULL, *mine = NULL;
    struct bytes their_key, their_value, my_key, my_value;
    bool they_have = true, i_have = true, same = true;
    enum ledger_status status = store_cursor_open(checking->txn, table, bytes_of("", 0), &theirs, error);

    if (status == LEDGER_OK)
        status = store_cursor_open(scratch, table, bytes_of("", 0), &mine, error);
    while (status == LEDGER_OK && same && they_have && i_have) {
        status = store_cursor_next(theirs, &they_have, &their_key, &their_value, error);
        if (status == LEDGER_OK)
            status = store_cursor_next(mine, &i_have, &my_key, &my_value, error);
        if (status == LEDGER_OK)
            same = they_have == i_have &&
                   (!i_have || (bytes_equal(their_key, my_key) && bytes_equal(their_value, my_value)));
    }
    store_cursor_close(theirs);
    store_cursor_close(mine);
    if (status == LEDGER_OK && !same)
        report_find(checking->report, JUDGED_FAIL, REFUSAL_TABLES, 0,
                    "the table of %s beside the entries is not what the entries give; the entries stand", name);
    return status;
}

static enum ledger_status compare_tables(struct checking *checking, struct store_txn *scratch, struct error *error)
{
    static const struct { enum store_table table; const char *name; } tables[] = {
        { STORE_TREE, "hashes" }, { STORE_LEAVES, "states" }, { STORE_NAMES, "names" }, { STORE_TOUCHES, "touches" } };
    enum ledger_status status = LEDGER_OK;

    for (size_t i = 0; i < sizeof tables / sizeof tables[0] && status == LEDGER_OK; i++)
        status = compare_table(checking, scratch, tables[i].table, tables[i].name, error);
    return status;
}

static enum ledger_status check_beside(struct checking *checking, struct error *error)
{
    struct store_txn *scratch = NULL;
    enum ledger_status status = store_begin_read(replay_store(checking->replay), &scratch, error);

    if (status == LEDGER_OK)
        status = check_kept(checking, scratch, error);
    if (status == LEDGER_OK)
        status = check_head(checking, scratch, error);
    if (status == LEDGER_OK && checking->report->rules_replayed)
        status = compare_tables(checking, scratch, error);
    store_abort(scratch);
    return damaged(checking->report, status, error);
}

static enum ledger_status check_directory(struct checking *checking, struct error *error)
{
    enum ledger_status status = store_open(checking->work->directory, STORE_READ, &checking->store, error);

    if (status == LEDGER_OK)
        status = store_begin_read(checking->store, &checking->txn, error);
    if (status != LEDGER_OK)
        return damaged(checking->report, status, error);
    status = replay_entries(checking, error);
    if (status == LEDGER_OK)
        status = replay_finish(checking->replay, error);
    if (status == LEDGER_OK && checking->report->entries > 0)
        status = check_newest(checking, error);
    if (status == LEDGER_OK && checking->report->entries > 0)
        status = check_beside(checking, error);
    checking->report->is_finished = status == LEDGER_OK;
    return status;
}

/* ---- */

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

int verify_in_child(void *context, struct child_pipe *pipe)
{
    struct verify_work *work = context;
    struct report *report = calloc(1, sizeof *report);
    struct checking checking = { .work = work, .pipe = pipe, .report = report };
    struct import_progress progress = { step, &checking };
    struct error error;
    enum ledger_status status;

    if (report == NULL)
        return 1;
    report->judgement = JUDGED_PASS;
    status = replay_new(work->scratch, report, &checking.replay, &error);
    if (status == LEDGER_OK && work->directory != NULL)
        status = check_directory(&checking, &error);
    else if (status == LEDGER_OK)
        status = export_read(work->descriptor, work->size, checking.replay, report, &progress, &error);
    store_abort(checking.txn);
    store_close(checking.store);
    replay_free(checking.replay);
    if (status == LEDGER_OK)
        tell(pipe, VERIFY_FRAME_REPORT, report, sizeof *report);
    else
        tell(pipe, VERIFY_FRAME_ERROR, &error, sizeof error);
    free(report);
    return 0;
}
