#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ledger/checkpoint.h"
#include "ledger/export.h"
#include "ledger/export_format.h"
#include "ledger/export_head.h"
#include "ledger/export_trailer.h"
#include "ledger/place.h"

/* The file as a window of bytes that moves over it. */
struct source {
    int descriptor;
    uint64_t size, offset; /* of the file; of the first byte of the window in it */
    uint8_t *window;
    size_t used, at; /* bytes in the window; read so far */
    bool is_end;
};

enum { WINDOW = 512 * 1024, STEP_BYTES = 1024 * 1024 };

static_assert((int)WINDOW > (int)EXPORT_ITEM_LIMIT, "an item fits into the window");
static_assert((int)CHECKPOINT_NOTE_LIMIT == (int)REPORT_NOTE_LIMIT, "a report holds any checkpoint");

/* What has been read of one export. */
struct incoming {
    struct source source;
    struct replay *replay;
    struct report *report;
    struct hasher hasher;
    uint64_t items, hashed; /* items between head and trailer; bytes before the trailer */
    bool has_head, has_trailer, is_bad;
    bool is_unknown;        /* of a version or scope unknown here: only frame, bytes and running hash are checked */
    struct export_head head;
    uint32_t entries;
    unsigned opened;        /* 1 + the key of the newest opening of the newest entry, 0 for none */
    bool is_replayed;       /* the last entry has been judged */
    uint64_t size;          /* of the newest checkpoint that verifies, 0 for none */
    struct digest root;
};

/* Say what is wrong, once: what follows cannot be relied on to mean anything. */
static void bad_entry(struct incoming *in, enum judgement judgement, enum refusal_code code, uint32_t entry, const char *what)
{
    if (!in->is_bad)
        report_find(in->report, judgement, code, entry, "%s, at byte %" PRIu64 " of the file; %" PRIu32 " entries were read "
                    "before it", what, in->source.offset + in->source.at, in->entries);
    in->is_bad = true;
}

static void bad(struct incoming *in, enum judgement judgement, enum refusal_code code, const char *what)
{
    bad_entry(in, judgement, code, 0, what);
}

static enum ledger_status fill(struct source *source, struct error *error)
{
    memmove(source->window, source->window + source->at, source->used - source->at);
    source->offset += source->at;
    source->used -= source->at;
    source->at = 0;
    while (source->used < WINDOW && !source->is_end) {
        ssize_t count = read(source->descriptor, source->window + source->used, WINDOW - source->used);

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return error_set(error, REFUSAL_IO, "the export cannot be read: %s", strerror(errno));
        source->is_end = count == 0;
        source->used += (size_t)count;
    }
    return LEDGER_OK;
}

/* The tag of a trailer; any other item of ours is an array. */
static bool is_trailer(const struct source *source)
{
    return source->used - source->at >= 2 && source->window[source->at] == 0xd8 && source->window[source->at + 1] == COSE_TAG_SIGN;
}

/* One whole item: READ_TRUNCATED when the file ends inside it. */
static enum ledger_status next_item(struct incoming *in, struct bytes *item, enum read_status *status, struct error *error)
{
    struct source *source = &in->source;
    struct reader reader;

    if (source->used - source->at < EXPORT_ITEM_LIMIT + 1u && !source->is_end) {
        enum ledger_status filled = fill(source, error);

        if (filled != LEDGER_OK)
            return filled;
    }
    reader_init(&reader, bytes_of(source->window + source->at, source->used - source->at), EXPORT_DEPTH);
    if (is_trailer(source))
        (void)read_tag(&reader, COSE_TAG_SIGN);
    (void)read_item(&reader, item);
    *status = reader.status;
    if (*status == READ_OK) {
        item->size = (size_t)(reader.at - (source->window + source->at));
        item->data = source->window + source->at;
    }
    if (*status == READ_TRUNCATED && !source->is_end)
        *status = READ_RANGE; /* not the end of the file but an item no export has */
    return LEDGER_OK;
}

/* The entry that should stand where the file can be followed no further, 0 when none should. */
static uint32_t entry_here(const struct incoming *in)
{
    return in->has_head && !in->is_unknown && !in->is_replayed && !is_trailer(&in->source) ? in->entries + 1 : 0;
}

/* A file that ends too soon cannot be judged; but where its trailer is still there, nothing was cut off: some length
 * says more than is there (SPEC 13.2). */
static void judge_frame(struct incoming *in, enum read_status status)
{
    static const char typ[] = "application/vnd.phial.export+cose";
    const struct source *source = &in->source;

    if (status == READ_TRUNCATED &&
        memmem(source->window + source->at, source->used - source->at, typ, sizeof typ - 1) == NULL)
        bad(in, JUDGED_UNPROVEN, REFUSAL_INCOMPLETE, "the file ends too soon");
    else
        bad_entry(in, JUDGED_FAIL, REFUSAL_EXPORT_FORM, entry_here(in),
                  in->has_head ? "the file is damaged" : "this is not an export of phial");
}

/* ---- head */

static enum ledger_status take_head(struct incoming *in, struct bytes item, struct error *error)
{
    enum head_status status = export_head_read(&in->head, item);

    in->has_head = true;
    switch (status) {
    case HEAD_OK:
        return LEDGER_OK;
    case HEAD_NOT_ONE:
        bad(in, JUDGED_FAIL, REFUSAL_EXPORT_FORM, "this is not an export of phial");
        return LEDGER_OK;
    case HEAD_DAMAGED:
        bad(in, JUDGED_FAIL, REFUSAL_EXPORT_FORM, "the head of the export is damaged");
        return LEDGER_OK;
    case HEAD_UNKNOWN:
        in->is_unknown = true;
        report_find(in->report, JUDGED_UNPROVEN, REFUSAL_UNKNOWN_KIND, 0,
                    "this export is of a version or scope that this program does not know");
        return LEDGER_OK;
    default:
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
    }
}

/* ---- items */

/* Once, before the first thing that speaks of the entries as a whole: the seal's key comes with genesis. */
static enum ledger_status end_of_entries(struct incoming *in, bool is_cut_off, struct error *error)
{
    if (in->is_replayed)
        return LEDGER_OK;
    in->is_replayed = true;
    return replay_finish(in->replay, is_cut_off, error);
}

static enum ledger_status root_at(struct incoming *in, uint32_t size, struct digest *root, struct error *error)
{
    struct store_txn *txn = NULL;
    enum ledger_status status = store_begin_read(replay_store(in->replay), &txn, error);

    if (status == LEDGER_OK)
        status = place_root(txn, size, root, error);
    store_abort(txn);
    return status;
}

/* The checkpoint before this one is of fewer entries; that of them all is judged at the end. */
static enum ledger_status check_smaller(struct incoming *in, struct error *error)
{
    struct digest root;
    enum ledger_status status;

    if (in->size == 0)
        return LEDGER_OK;
    status = root_at(in, (uint32_t)in->size, &root, error);
    if (status == LEDGER_OK && !digest_equal(&root, &in->root))
        report_find(in->report, JUDGED_FAIL, REFUSAL_ROOT, 0, "the root signed for %" PRIu64 " entries is not theirs", in->size);
    return status;
}

static enum ledger_status take_checkpoint(struct incoming *in, struct bytes note, struct error *error)
{
    uint64_t size = 0;
    struct digest root;
    bool is_known;
    enum checkpoint_status checkpoint;
    enum ledger_status status = end_of_entries(in, false, error);

    if (status == LEDGER_OK)
        status = check_smaller(in, error);
    if (status != LEDGER_OK)
        return status;
    checkpoint = replay_read_note(in->replay, note, &size, &root);
    is_known = checkpoint != CHECKPOINT_BY_ANOTHER || !replay_lacks_seal(in->replay, size);
    if (checkpoint != CHECKPOINT_OK && is_known) {
        bad(in, JUDGED_FAIL, REFUSAL_CHECKPOINT, checkpoint_problem(checkpoint));
        return LEDGER_OK;
    }
    if (size <= in->size || size > in->entries) {
        bad(in, JUDGED_FAIL, REFUSAL_CHECKPOINT, "a checkpoint out of order, or of more entries than there are");
        return LEDGER_OK;
    }
    in->size = size;
    in->root = root;
    if (is_known) {
        memcpy(in->report->note, note.data, note.size);
        in->report->note_size = note.size;
    }
    return LEDGER_OK;
}

/* An opening follows the entry it belongs to, in the order of their keys, and has the hash that stands there. Where
 * it is right but for what nobody here knows, that is told. */
static bool opening_fits(struct incoming *in, uint64_t number, struct bytes bytes)
{
    struct digest hash = digest_bytes(bytes.data, bytes.size);
    struct entry entry;
    struct event event;
    struct facts_fault fault;
    struct opening opening;
    enum event_status status;

    if (number != in->entries || number == 0)
        return false;
    if (entry_decode(replay_newest(in->replay), &entry) != EVENT_OK ||
        event_decode(entry.message.payload, &event, &fault) != EVENT_OK)
        return true; /* the entry is told of already */
    status = opening_decode(bytes, event.kind, &opening);
    if ((status != EVENT_OK && status != EVENT_CHARACTER) || memcmp(opening.act.data, event.act, ACT_SIZE) != 0 ||
        opening.key < in->opened || !export_head_discloses(&in->head, opening.key))
        return false;
    in->opened = opening.key + 1u;
    if (status == EVENT_CHARACTER)
        report_find(in->report, JUDGED_UNPROVEN, REFUSAL_UNKNOWN_CHARACTER, in->entries,
                    "a private text of entry %" PRIu32 " holds a character that this program's Unicode does not know",
                    in->entries);
    for (size_t i = 0; i < event.private_count; i++)
        if (event.privates[i].key == opening.key)
            return memcmp(event.privates[i].hash, hash.bytes, DIGEST_SIZE) == 0;
    return false;
}

static void take_opening(struct incoming *in, struct reader *reader)
{
    struct bytes bytes;
    uint64_t number = 0;

    if (!read_uint(reader, UINT32_MAX, &number) || !read_bytes(reader, 1, OPENING_LIMIT, &bytes))
        bad(in, JUDGED_FAIL, REFUSAL_EXPORT_FORM, "an item that no export has");
    else if (!opening_fits(in, number, bytes))
        bad_entry(in, JUDGED_FAIL, REFUSAL_EXPORT_FORM, in->entries, "an opening that is not of the entry before it");
}

static enum ledger_status take_item(struct incoming *in, struct bytes item, struct error *error)
{
    struct reader reader;
    struct bytes content;
    uint64_t sort = 0, count = 0;

    in->items++;
    reader_init(&reader, item, EXPORT_DEPTH);
    if (in->is_unknown && read_array(&reader, 1, UINT32_MAX, NULL))
        return LEDGER_OK;
    (void)read_array(&reader, 2, 3, &count);
    (void)read_uint(&reader, 15, &sort);
    if (sort == ITEM_ENTRY && count == 2 && !in->is_replayed && read_bytes(&reader, 1, ENTRY_LIMIT, &content)) {
        in->entries++;
        in->opened = 0;
        return replay_entry(in->replay, content, error);
    }
    if (sort == ITEM_CHECKPOINT && count == 2 && read_text(&reader, CHECKPOINT_NOTE_LIMIT, &content))
        return take_checkpoint(in, content, error);
    if (sort == ITEM_OPENING && count == 3 && !in->is_replayed)
        take_opening(in, &reader);
    else
        bad_entry(in, JUDGED_FAIL, REFUSAL_EXPORT_FORM, entry_here(in), "an item that no export has, or in another place");
    return LEDGER_OK;
}

/* ---- trailer */

/* The bytes of the file are those that the trailer was signed over. */
static bool frame_agrees(struct incoming *in, const struct export_trailer *trailer)
{
    struct digest running = hasher_finish(&in->hasher);

    return memcmp(running.bytes, trailer->hash.data, DIGEST_SIZE) == 0 && trailer->bytes == in->hashed &&
           trailer->items == in->items;
}

static bool states_the_file(const struct incoming *in, const struct export_trailer *trailer)
{
    return trailer->first == in->head.first && trailer->last == in->head.last && trailer->size == in->entries &&
           in->entries == in->head.last && in->size == in->entries && trailer->withheld == 0 &&
           memcmp(trailer->root.data, in->root.bytes, DIGEST_SIZE) == 0;
}

static void judge_trailer(struct incoming *in, const struct cose_message *message, const struct export_trailer *trailer,
                          struct store_txn *txn, struct view *view)
{
    enum head_status head;

    switch (export_trailer_signed(trailer, message, &in->report->seal.key, view, in->report->rules_replayed)) {
    case TRAILER_OK:
        break;
    case TRAILER_UNPROVEN:
        report_find(in->report, JUDGED_UNPROVEN, REFUSAL_NO_KEY, 0, "the trailer is signed by a key that is not known here, "
                    "since the book could not be followed to its end");
        break;
    default:
        bad(in, JUDGED_FAIL, REFUSAL_TRAILER, "the trailer is not signed by this ledger's seal, or not by the officer it names");
        return;
    }
    if (trailer->version != EXPORT_FORMAT)
        bad(in, JUDGED_UNPROVEN, REFUSAL_UNKNOWN_KIND, "the trailer is of a version that this program does not know");
    else if (!frame_agrees(in, trailer))
        bad(in, JUDGED_FAIL, REFUSAL_TRAILER, "the bytes of the file are not those the seal signed in its trailer");
    else if (memcmp(trailer->ledger.data, in->report->ledger.bytes, DIGEST_SIZE) != 0 ||
             memcmp(in->head.ledger.data, in->report->ledger.bytes, DIGEST_SIZE) != 0)
        bad(in, JUDGED_FAIL, REFUSAL_OTHER_LEDGER, "head, entries and trailer are not of one ledger");
    else if (!states_the_file(in, trailer))
        bad(in, JUDGED_FAIL, REFUSAL_TRAILER, "what the trailer states is not what the file holds");
    if (in->is_bad || !in->report->rules_replayed)
        return;
    head = export_head_compare(&in->head, txn, in->entries, trailer->totals);
    if (head == HEAD_NOT_CLOSED)
        bad(in, JUDGED_FAIL, REFUSAL_NOT_CLOSED, "the export does not end with the entry that announced it and its closing");
    else if (head != HEAD_OK)
        bad(in, JUDGED_FAIL, REFUSAL_TRAILER, "head or trailer state other things than genesis, announcement and closing");
}

static enum ledger_status check_trailer(struct incoming *in, const struct cose_message *message,
                                        const struct export_trailer *trailer, struct error *error)
{
    struct store_txn *txn = NULL;
    struct view *view = NULL;
    enum ledger_status status = store_begin_read(replay_store(in->replay), &txn, error);

    if (status == LEDGER_OK && (view = view_new(txn)) == NULL)
        status = error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
    if (status == LEDGER_OK)
        judge_trailer(in, message, trailer, txn, view);
    view_free(view);
    store_abort(txn);
    return status;
}

static enum ledger_status take_trailer(struct incoming *in, struct bytes item, struct error *error)
{
    struct cose_message message;
    struct export_trailer trailer;
    enum trailer_status status = TRAILER_DAMAGED;
    enum cose_status cose = cose_decode(item, COSE_EXPORT, &message);

    in->has_trailer = true;
    if (cose == COSE_OK)
        status = export_trailer_read(&trailer, message.payload);
    /* Seals have one algorithm, and officers those of the keys the book knows, as far as it was followed. */
    if (cose == COSE_ALGORITHM && !in->is_unknown && !in->report->rules_replayed) {
        bad(in, JUDGED_UNPROVEN, REFUSAL_UNKNOWN_ALGORITHM, "the trailer is signed by an algorithm this program does not know");
        return LEDGER_OK;
    }
    if (status == TRAILER_DAMAGED || (status == TRAILER_UNKNOWN && in->is_unknown)) {
        if (in->is_unknown)
            in->is_bad = true; /* of another version, perhaps: that is said already */
        bad(in, JUDGED_FAIL, REFUSAL_TRAILER, "the trailer is damaged");
        return LEDGER_OK;
    }
    if (in->is_unknown) {
        if (!frame_agrees(in, &trailer))
            bad(in, JUDGED_FAIL, REFUSAL_TRAILER, "the bytes of the file are not those that its trailer states");
        return LEDGER_OK;
    }
    if (in->size == 0) {
        bad(in, JUDGED_FAIL, REFUSAL_EXPORT_FORM, "there is no checkpoint before the trailer");
        return LEDGER_OK;
    }
    return check_trailer(in, &message, &trailer, error);
}

/* ---- the whole file */

static enum ledger_status take(struct incoming *in, struct bytes item, struct error *error)
{
    enum ledger_status status;

    if (is_trailer(&in->source) && in->has_head)
        return take_trailer(in, item, error);
    status = in->has_head ? take_item(in, item, error) : take_head(in, item, error);
    hasher_update(&in->hasher, item.data, item.size);
    in->hashed += item.size;
    return status;
}

/* Now and then, so that telling does not take longer than reading. */
static bool step(const struct import_progress *progress, const struct source *source, uint64_t *told)
{
    uint64_t done = source->offset + source->at;

    if (progress == NULL || progress->step == NULL || done - *told < STEP_BYTES)
        return true;
    *told = done;
    return progress->step(progress->context, done, source->size);
}

static enum ledger_status read_items(struct incoming *in, const struct import_progress *progress, struct error *error)
{
    enum ledger_status status = LEDGER_OK;
    uint64_t told = 0;

    while (status == LEDGER_OK && !in->is_bad) {
        enum read_status read_status;
        struct bytes item;

        status = next_item(in, &item, &read_status, error);
        if (status != LEDGER_OK || (in->source.is_end && in->source.at == in->source.used))
            break;
        if (in->has_trailer) {
            bad(in, JUDGED_FAIL, REFUSAL_TRAILING, "something follows the trailer");
        } else if (read_status != READ_OK) {
            judge_frame(in, read_status);
        } else {
            status = take(in, item, error);
            in->source.at += item.size;
            if (status == LEDGER_OK && !step(progress, &in->source, &told))
                status = error_set(error, REFUSAL_INTERRUPTED, "interrupted");
        }
    }
    return status;
}

/* What a file that was cut short or damaged still proves. */
static enum ledger_status conclude(struct incoming *in, struct error *error)
{
    enum ledger_status status = LEDGER_OK;

    if (!in->has_trailer && !in->is_bad)
        bad(in, JUDGED_UNPROVEN, REFUSAL_INCOMPLETE, in->has_head ? "the file ends before its trailer" : "the file is empty");
    if (in->is_unknown)
        return LEDGER_OK;
    status = end_of_entries(in, true, error);
    if (status != LEDGER_OK)
        return status;
    in->report->size = (uint32_t)in->size;
    in->report->root = in->root;
    in->report->is_training = in->report->is_training || in->head.is_training;
    if (in->size > 0)
        return replay_compare_root(in->replay, in->size, &in->root, error);
    replay_without_root(in->replay);
    return LEDGER_OK;
}

enum ledger_status export_read(int descriptor, uint64_t size, struct replay *replay, struct report *report,
                               const struct import_progress *progress, struct error *error)
{
    struct incoming in = { .source = { .descriptor = descriptor, .size = size }, .replay = replay, .report = report,
                           .hasher = HASHER_NONE };
    enum ledger_status status = LEDGER_OK;

    report->is_export = true;
    in.source.window = malloc(WINDOW);
    if (in.source.window == NULL || hasher_init(&in.hasher) != CRYPT_OK)
        status = error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
    if (status == LEDGER_OK)
        status = read_items(&in, progress, error);
    if (status == LEDGER_OK)
        status = conclude(&in, error);
    hasher_release(&in.hasher);
    export_head_release(&in.head);
    free(in.source.window);
    return status;
}

enum file_sort export_sniff(const uint8_t *bytes, size_t size)
{
    static const uint8_t head[] = { 0x83, 0x6c, 'p', 'h', 'i', 'a', 'l', '-', 'e', 'x', 'p', 'o', 'r', 't' };

    static const uint8_t statement[] = { 0xd8, 0x62, 0x84, 0x58, 0x28, 0xa1, 0x10, 0x78, 0x24 }; /* and the typ of statements */

    if (size == 0)
        return FILE_EMPTY;
    if (size >= sizeof statement && memcmp(bytes, statement, sizeof statement) == 0)
        return FILE_STATEMENT;
    if (size >= sizeof head && memcmp(bytes, head, sizeof head) == 0)
        return FILE_EXPORT;
    if (size > 6 && memcmp(bytes, "phial/", 6) == 0)
        return memchr(bytes, '+', size > 80 ? 80 : size) != NULL ? FILE_VKEY : FILE_NOTE;
    if (size > 10 && memcmp(bytes, "phial-key ", 10) == 0)
        return FILE_KEY;
    return FILE_OTHER;
}
