#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ledger/checkpoint.h"
#include "ledger/export.h"
#include "ledger/export_format.h"
#include "ledger/sigpool.h"

/* The file as a window of bytes that moves over it. */
struct source {
    int descriptor;
    uint64_t size, offset; /* of the file; of the first byte of the window in it */
    uint8_t *window;
    size_t used, at; /* bytes in the window; read so far */
    bool is_end;
};

enum { WINDOW = 512 * 1024 };

/* What has been read of one export. */
struct incoming {
    struct source source;
    struct replay *replay;
    struct report *report;
    struct hasher hasher;
    uint64_t items, hashed; /* items and bytes before the trailer */
    bool has_head, has_trailer, has_checkpoint, is_bad;
    struct digest ledger, root;
    uint64_t first, last, size; /* range of the header; size of the checkpoint */
    uint32_t entries;
    bool is_training;
};

/* A file that ends too soon cannot be judged; one that says something wrong is wrong. */
static void bad(struct incoming *in, enum judgement judgement, enum refusal_code code, const char *what)
{
    if (!in->is_bad)
        report_find(in->report, judgement, code, 0, "%s, at byte %llu of the file; %u entries were read before it", what,
                    (unsigned long long)(in->source.offset + in->source.at), in->entries);
    in->is_bad = true;
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

/* ---- header */

static bool read_pair_of(struct reader *reader, uint64_t *first, uint64_t *second)
{
    return read_array(reader, 2, 2, NULL) && read_uint(reader, UINT32_MAX, first) && read_uint(reader, UINT32_MAX, second) &&
           read_array_end(reader);
}

static bool read_head_key(struct reader *reader, uint64_t key, struct incoming *in)
{
    struct bytes bytes;
    uint64_t number = 0;

    switch (key) {
    case HEAD_LEDGER:
        if (!read_bytes(reader, DIGEST_SIZE, DIGEST_SIZE, &bytes))
            return false;
        memcpy(in->ledger.bytes, bytes.data, DIGEST_SIZE);
        return true;
    case HEAD_RANGE:
        return read_pair_of(reader, &in->first, &in->last);
    case HEAD_SCOPE:
        return read_uint(reader, 15, &number) && number == 1;
    case HEAD_ANNOUNCED:
        return read_uint(reader, UINT32_MAX, &number);
    case HEAD_PURPOSE:
    case HEAD_RECIPIENT:
        return read_text(reader, 128, &bytes);
    case HEAD_CHALLENGE:
        return read_bytes(reader, 1, 64, &bytes);
    case HEAD_REGISTRATIONS:
    case HEAD_DISCLOSED:
        return read_item(reader, &bytes);
    case HEAD_TRAINING:
        in->is_training = true;
        return read_uint(reader, 1, &number) && number == 1;
    default:
        return false;
    }
}

static void take_head(struct incoming *in, struct bytes item)
{
    struct reader reader;
    struct bytes magic;
    uint64_t format = 0, count = 0, key = 0;
    unsigned there = 0;

    reader_init(&reader, item, EXPORT_DEPTH);
    if (!read_array(&reader, 3, 3, NULL) || !read_text(&reader, 32, &magic) || !bytes_equal_text(magic, EXPORT_MAGIC)) {
        bad(in, JUDGED_FAIL, REFUSAL_EXPORT_FORM, "this is not an export of phial");
        return;
    }
    if (read_uint(&reader, UINT32_MAX, &format) && format != EXPORT_FORMAT) {
        bad(in, JUDGED_UNPROVEN, REFUSAL_UNKNOWN_KIND, "this export is of a format this program does not know");
        return;
    }
    (void)read_map(&reader, 12, &count);
    for (uint64_t i = 0; i < count && reader.status == READ_OK; i++) {
        if (!read_key(&reader, &key) || !read_head_key(&reader, key, in))
            break;
        there |= 1u << key;
    }
    if (!read_map_end(&reader) || !read_array_end(&reader) || reader_end(&reader) != READ_OK ||
        (there & (1u << HEAD_LEDGER | 1u << HEAD_RANGE | 1u << HEAD_SCOPE)) !=
            (1u << HEAD_LEDGER | 1u << HEAD_RANGE | 1u << HEAD_SCOPE) ||
        in->first != 1 || in->last == 0)
        bad(in, JUDGED_FAIL, REFUSAL_EXPORT_FORM, "the header of the export is damaged");
    in->has_head = !in->is_bad;
}

/* ---- items */

static void take_checkpoint(struct incoming *in, struct bytes note)
{
    struct error why;

    if (in->has_checkpoint) {
        bad(in, JUDGED_FAIL, REFUSAL_EXPORT_FORM, "a second checkpoint");
        return;
    }
    in->has_checkpoint = true;
    if (checkpoint_read(note.data, note.size, &in->report->ledger, &in->report->seal, &in->size, &in->root, &why) != LEDGER_OK) {
        bad(in, JUDGED_FAIL, REFUSAL_CHECKPOINT, why.text);
        in->size = 0;
    } else {
        memcpy(in->report->note, note.data, note.size);
        in->report->note_size = note.size;
    }
}

static enum ledger_status take_item(struct incoming *in, struct bytes item, struct error *error)
{
    struct reader reader;
    struct bytes content;
    uint64_t sort = 0;

    in->items++;
    reader_init(&reader, item, EXPORT_DEPTH);
    if (!read_array(&reader, 2, 2, NULL) || !read_uint(&reader, 15, &sort)) {
        bad(in, JUDGED_FAIL, REFUSAL_EXPORT_FORM, "an item that no export has");
        return LEDGER_OK;
    }
    if (sort == ITEM_ENTRY && !in->has_checkpoint && read_bytes(&reader, 1, ENTRY_LIMIT, &content)) {
        in->entries++;
        return replay_entry(in->replay, content, error);
    }
    if (sort == ITEM_CHECKPOINT && read_text(&reader, CHECKPOINT_NOTE_LIMIT, &content)) {
        /* The seal's key comes with genesis: every entry has to be judged by now. */
        enum ledger_status status = in->has_checkpoint ? LEDGER_OK : replay_finish(in->replay, error);

        if (status == LEDGER_OK)
            take_checkpoint(in, content);
        return status;
    }
    bad(in, JUDGED_FAIL, REFUSAL_EXPORT_FORM, "an item that no export has, or in another place");
    return LEDGER_OK;
}

/* ---- trailer */

struct trailer {
    uint64_t version, items, bytes, first, last, size, withheld;
    struct bytes ledger, hash, root;
    size_t signer_count;
    uint64_t signers[2];
};

static bool read_trailer_signers(struct reader *reader, struct trailer *trailer)
{
    uint64_t count = 0, meaning = 0;

    if (!read_array(reader, 1, 2, &count))
        return false;
    trailer->signer_count = (size_t)count;
    for (uint64_t i = 0; i < count; i++)
        if (!read_pair_of(reader, &trailer->signers[i], &meaning) ||
            meaning != (trailer->signers[i] == 0 ? MEANING_SEALED : MEANING_APPROVED))
            return false;
    return read_array_end(reader);
}

static bool read_trailer(struct bytes payload, struct trailer *trailer)
{
    struct reader reader;
    struct bytes totals;
    uint64_t count = 0;
    bool good;

    reader_init(&reader, payload, EXPORT_DEPTH);
    good = read_map(&reader, TRAILER_KEYS, &count) && count == TRAILER_KEYS;
    for (uint64_t expected = TRAILER_VERSION; good && expected <= TRAILER_KEYS; expected++) {
        uint64_t key = 0;

        good = read_key(&reader, &key) && key == expected;
        switch (good ? expected : 0) {
        case TRAILER_VERSION: good = read_uint(&reader, EXPORT_FORMAT, &trailer->version); break;
        case TRAILER_LEDGER: good = read_bytes(&reader, DIGEST_SIZE, DIGEST_SIZE, &trailer->ledger); break;
        case TRAILER_ITEMS: good = read_uint(&reader, INT64_MAX, &trailer->items); break;
        case TRAILER_BYTES: good = read_uint(&reader, INT64_MAX, &trailer->bytes); break;
        case TRAILER_HASH: good = read_bytes(&reader, DIGEST_SIZE, DIGEST_SIZE, &trailer->hash); break;
        case TRAILER_RANGE: good = read_pair_of(&reader, &trailer->first, &trailer->last); break;
        case TRAILER_SIZE: good = read_uint(&reader, UINT32_MAX, &trailer->size); break;
        case TRAILER_ROOT: good = read_bytes(&reader, DIGEST_SIZE, DIGEST_SIZE, &trailer->root); break;
        case TRAILER_WITHHELD: good = read_uint(&reader, UINT32_MAX, &trailer->withheld); break;
        case TRAILER_TOTALS: good = read_item(&reader, &totals); break;
        case TRAILER_SIGNERS: good = read_trailer_signers(&reader, trailer); break;
        default: break;
        }
    }
    return good && read_map_end(&reader) && reader_end(&reader) == READ_OK;
}

/* The key of a trailer's signer: the seal's, or the present one of an officer. */
static bool trailer_key(struct incoming *in, struct view *view, uint64_t person, struct public_key *key)
{
    if (person == 0) {
        *key = in->report->seal;
        return true;
    }
    return view_key_of(view, (int64_t)person, key) &&
           (view_number(view, SUBJECT_CREDENTIAL, (uint32_t)person, CREDENTIAL_ROLES) & ROLE_OFFICER) != 0;
}

static bool trailer_is_signed(struct incoming *in, const struct cose_message *message, const struct trailer *trailer,
                              struct view *view)
{
    uint8_t bytes[COSE_TO_BE_SIGNED_LIMIT];
    bool good = message->signer_count == trailer->signer_count && trailer->signers[0] == 0;

    for (size_t i = 0; good && i < message->signer_count; i++) {
        struct public_key key;
        struct digest kid;
        struct verifier *verifier = NULL;
        struct writer writer;

        if (!trailer_key(in, view, trailer->signers[i], &key))
            return false;
        kid = key_thumbprint(&key);
        writer_init(&writer, bytes, sizeof bytes);
        cose_to_be_signed(message->body_protected, message->signers[i].protected_bytes, message->payload, &writer);
        good = memcmp(kid.bytes, message->signers[i].kid, DIGEST_SIZE) == 0 && !writer.failed &&
               verifier_new(&key, &verifier) == CRYPT_OK &&
               verifier_accepts(verifier, bytes, writer.size, message->signers[i].signature);
        verifier_free(verifier);
    }
    return good;
}

static enum ledger_status check_trailer(struct incoming *in, const struct cose_message *message, const struct trailer *trailer,
                                        struct error *error)
{
    struct digest running = hasher_finish(&in->hasher);
    struct store_txn *txn = NULL;
    struct view *view;
    enum ledger_status status = store_begin_read(replay_store(in->replay), &txn, error);

    if (status != LEDGER_OK)
        return status;
    view = view_new(txn);
    if (view == NULL) {
        store_abort(txn);
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
    }
    if (!trailer_is_signed(in, message, trailer, view))
        bad(in, JUDGED_FAIL, REFUSAL_TRAILER, "the trailer is not signed by this ledger's seal");
    else if (memcmp(running.bytes, trailer->hash.data, DIGEST_SIZE) != 0 || trailer->bytes != in->hashed ||
             trailer->items != in->items)
        bad(in, JUDGED_FAIL, REFUSAL_TRAILER, "the bytes of the file are not those the seal signed in its trailer");
    else if (memcmp(trailer->ledger.data, in->report->ledger.bytes, DIGEST_SIZE) != 0 ||
             memcmp(in->ledger.bytes, in->report->ledger.bytes, DIGEST_SIZE) != 0)
        bad(in, JUDGED_FAIL, REFUSAL_OTHER_LEDGER, "header, entries and trailer are not of one ledger");
    else if (trailer->first != 1 || trailer->last != in->last || trailer->size != in->entries || in->entries != in->last ||
             in->size != in->entries || memcmp(trailer->root.data, in->root.bytes, DIGEST_SIZE) != 0 || trailer->withheld != 0)
        bad(in, JUDGED_FAIL, REFUSAL_TRAILER, "what the trailer states is not what the file holds");
    else if (in->report->rules_replayed && in->report->newest_closing != in->entries)
        bad(in, JUDGED_FAIL, REFUSAL_NOT_CLOSED, "the export does not end at a closing");
    view_free(view);
    store_abort(txn);
    return LEDGER_OK;
}

static enum ledger_status take_trailer(struct incoming *in, struct bytes item, struct error *error)
{
    struct cose_message message;
    struct trailer trailer = { 0 };

    in->has_trailer = true;
    if (cose_decode(item, COSE_EXPORT, &message) != COSE_OK || !read_trailer(message.payload, &trailer)) {
        bad(in, JUDGED_FAIL, REFUSAL_TRAILER, "the trailer is damaged");
        return LEDGER_OK;
    }
    if (!in->has_checkpoint) {
        bad(in, JUDGED_FAIL, REFUSAL_EXPORT_FORM, "there is no checkpoint before the trailer");
        return LEDGER_OK;
    }
    return check_trailer(in, &message, &trailer, error);
}

/* ---- the whole file */

static enum ledger_status take(struct incoming *in, struct bytes item, struct error *error)
{
    enum ledger_status status = LEDGER_OK;

    if (is_trailer(&in->source))
        return take_trailer(in, item, error);
    if (!in->has_head)
        take_head(in, item);
    else
        status = take_item(in, item, error);
    hasher_update(&in->hasher, item.data, item.size);
    in->hashed += item.size;
    return status;
}

static enum ledger_status read_items(struct incoming *in, const struct import_progress *progress, struct error *error)
{
    enum ledger_status status = LEDGER_OK;

    while (status == LEDGER_OK && !in->is_bad) {
        enum read_status read_status;
        struct bytes item;

        status = next_item(in, &item, &read_status, error);
        if (status != LEDGER_OK)
            return status;
        if (in->source.is_end && in->source.at == in->source.used)
            break;
        if (in->has_trailer) {
            bad(in, JUDGED_FAIL, REFUSAL_TRAILING, "something follows the trailer");
            break;
        }
        if (read_status == READ_TRUNCATED) {
            bad(in, in->has_head ? JUDGED_UNPROVEN : JUDGED_FAIL, in->has_head ? REFUSAL_INCOMPLETE : REFUSAL_EXPORT_FORM,
                in->has_head ? "the file ends in the middle" : "this is not an export of phial");
            break;
        }
        if (read_status != READ_OK) {
            bad(in, JUDGED_FAIL, REFUSAL_EXPORT_FORM,
                in->has_head ? "the file is damaged" : "this is not an export of phial");
            break;
        }
        status = take(in, item, error);
        in->source.at += item.size;
        if (progress != NULL && progress->step != NULL &&
            !progress->step(progress->context, in->source.offset + in->source.at, in->source.size))
            return error_set(error, REFUSAL_INTERRUPTED, "interrupted");
    }
    return status;
}

/* What a file that was cut short or damaged still proves. */
static enum ledger_status conclude(struct incoming *in, struct error *error)
{
    enum ledger_status status = LEDGER_OK;

    if (!in->has_head && !in->is_bad)
        bad(in, JUDGED_UNPROVEN, REFUSAL_INCOMPLETE, "the file is empty");
    if (in->has_head && !in->has_trailer && !in->is_bad)
        bad(in, JUDGED_UNPROVEN, REFUSAL_INCOMPLETE, "the file ends before its trailer");
    if (!in->has_checkpoint && in->has_head)
        status = replay_finish(in->replay, error);
    if (status == LEDGER_OK && in->has_checkpoint && in->size > 0)
        status = replay_compare_root(in->replay, (uint32_t)in->size, &in->root, error);
    if (in->size <= UINT32_MAX)
        in->report->size = (uint32_t)in->size;
    in->report->root = in->root;
    in->report->is_training = in->report->is_training || in->is_training;
    return status;
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
    report->is_finished = status == LEDGER_OK;
    hasher_release(&in.hasher);
    free(in.source.window);
    return status;
}

enum file_sort export_sniff(const uint8_t *bytes, size_t size)
{
    static const uint8_t head[] = { 0x83, 0x6c, 'p', 'h', 'i', 'a', 'l', '-', 'e', 'x', 'p', 'o', 'r', 't' };

    if (size == 0)
        return FILE_EMPTY;
    if (size >= sizeof head && memcmp(bytes, head, sizeof head) == 0)
        return FILE_EXPORT;
    if (size > 6 && memcmp(bytes, "phial/", 6) == 0)
        return memchr(bytes, '+', size > 80 ? 80 : size) != NULL ? FILE_VKEY : FILE_NOTE;
    if (size > 10 && memcmp(bytes, "phial-key ", 10) == 0)
        return FILE_KEY;
    return FILE_OTHER;
}
