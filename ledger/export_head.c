#include "ledger/export_head.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/digest.h"
#include "ledger/export_format.h"
#include "ledger/place.h"
#include "schema/event.h"

/* What stands for a purpose or recipient that was not said. */
static const char not_said[] = "not said";

enum { SCOPE_WHOLE = 1, TEXT_LIMIT = 128, CHALLENGE_LIMIT = 64, PRIVATE_KEY_LIMIT = 63, DISCLOSED_LIMIT = 64 };

/* ---- reading */

static bool read_range(struct reader *reader, struct export_head *head)
{
    return read_array(reader, 2, 2, NULL) && read_uint(reader, UINT32_MAX, &head->first) &&
           read_uint(reader, UINT32_MAX, &head->last) && read_array_end(reader) && head->first == 1 && head->last >= 1;
}

/* [size, root, trailer-hash] of the export before: for a reader who remembers it. */
static bool read_previous(struct reader *reader)
{
    uint64_t size;
    struct bytes hash;

    return read_array(reader, 3, 3, NULL) && read_uint(reader, UINT32_MAX, &size) &&
           read_bytes(reader, DIGEST_SIZE, DIGEST_SIZE, &hash) && read_bytes(reader, DIGEST_SIZE, DIGEST_SIZE, &hash) &&
           read_array_end(reader);
}

/* Keys of private fields, ascending. */
static bool read_disclosed(struct bytes item)
{
    struct reader reader;
    uint64_t count = 0, key = 0, least = 0;

    reader_init(&reader, item, EXPORT_DEPTH);
    (void)read_array(&reader, 0, DISCLOSED_LIMIT, &count);
    for (; count > 0 && read_uint(&reader, PRIVATE_KEY_LIMIT, &key) && key >= least; count--)
        least = key + 1;
    return count == 0 && read_array_end(&reader) && reader_end(&reader) == READ_OK;
}

static bool read_value(struct reader *reader, uint64_t key, struct export_head *head)
{
    uint64_t number = 0;

    switch (key) {
    case HEAD_LEDGER:
        return read_bytes(reader, DIGEST_SIZE, DIGEST_SIZE, &head->ledger);
    case HEAD_REGISTRATIONS:
        return read_item(reader, &head->registrations);
    case HEAD_RANGE:
        return read_range(reader, head);
    case HEAD_SCOPE:
        return read_uint(reader, UINT32_MAX, &head->scope);
    case HEAD_PURPOSE:
        return read_text(reader, TEXT_LIMIT, &head->purpose) && head->purpose.size > 0;
    case HEAD_RECIPIENT:
        return read_text(reader, TEXT_LIMIT, &head->recipient) && head->recipient.size > 0;
    case HEAD_CHALLENGE:
        return read_bytes(reader, 1, CHALLENGE_LIMIT, &head->challenge);
    case HEAD_ANNOUNCED:
        return read_uint(reader, UINT32_MAX, &head->announced);
    case HEAD_DISCLOSED:
        return read_item(reader, &head->disclosed) && read_disclosed(head->disclosed);
    case HEAD_PREVIOUS:
        return read_previous(reader);
    case HEAD_TRAINING:
        head->is_training = true;
        return read_uint(reader, 1, &number) && number == 1;
    default:
        return false;
    }
}

static enum head_status read_map_of(struct reader *reader, struct export_head *head)
{
    static const unsigned needed = 1u << HEAD_LEDGER | 1u << HEAD_REGISTRATIONS | 1u << HEAD_RANGE | 1u << HEAD_SCOPE |
                                   1u << HEAD_PURPOSE | 1u << HEAD_RECIPIENT | 1u << HEAD_ANNOUNCED | 1u << HEAD_DISCLOSED;
    uint64_t count = 0, key = 0;
    unsigned there = 0;

    (void)read_map(reader, HEAD_TRAINING, &count);
    for (; count > 0 && read_key(reader, &key) && key <= HEAD_TRAINING; count--) {
        /* What another scope says besides is not for us to read. */
        if (key > HEAD_SCOPE && (there & 1u << HEAD_SCOPE) != 0 && head->scope != SCOPE_WHOLE)
            return HEAD_UNKNOWN;
        if (!read_value(reader, key, head))
            return HEAD_DAMAGED;
        there |= 1u << key;
    }
    if (count > 0 || !read_map_end(reader) || !read_array_end(reader) || reader_end(reader) != READ_OK)
        return HEAD_DAMAGED;
    if (head->scope != SCOPE_WHOLE && (there & 1u << HEAD_SCOPE) != 0)
        return HEAD_UNKNOWN;
    return (there & needed) == needed ? HEAD_OK : HEAD_DAMAGED;
}

enum head_status export_head_read(struct export_head *head, struct bytes item)
{
    struct reader reader;
    struct bytes magic;
    uint64_t version = 0;

    *head = (struct export_head){ .copy = malloc(item.size + 1) };
    if (head->copy == NULL)
        return HEAD_NO_MEMORY;
    memcpy(head->copy, item.data, item.size);
    reader_init(&reader, bytes_of(head->copy, item.size), EXPORT_DEPTH);
    if (!read_array(&reader, 3, 3, NULL) || !read_text(&reader, sizeof EXPORT_MAGIC, &magic) ||
        !bytes_equal_text(magic, EXPORT_MAGIC))
        return HEAD_NOT_ONE;
    if (!read_uint(&reader, UINT64_MAX, &version) || version == 0)
        return HEAD_DAMAGED;
    return version == EXPORT_FORMAT ? read_map_of(&reader, head) : HEAD_UNKNOWN;
}

void export_head_release(struct export_head *head)
{
    free(head->copy);
    *head = (struct export_head){ 0 };
}

bool export_head_discloses(const struct export_head *head, uint64_t key)
{
    struct reader reader;
    uint64_t count = 0, one = 0;

    reader_init(&reader, head->disclosed, EXPORT_DEPTH);
    (void)read_array(&reader, 0, DISCLOSED_LIMIT, &count);
    for (; count > 0 && read_uint(&reader, PRIVATE_KEY_LIMIT, &one); count--)
        if (one == key)
            return true;
    return false;
}

/* ---- against the book */

static bool event_at(struct store_txn *txn, uint32_t number, enum kind_number kind, struct event *event)
{
    struct bytes bytes;
    struct entry entry;
    struct facts_fault fault;
    struct error error;

    return number > 0 && place_read(txn, number, &bytes, &entry, &error) == LEDGER_OK &&
           event_decode(entry.message.payload, event, &fault) == EVENT_OK && event->kind->number == kind;
}

static struct bytes bytes_at(const struct event *event, uint64_t key)
{
    const struct value *value = facts_get(&event->facts, key);

    return value != NULL ? value->bytes : bytes_of(NULL, 0);
}

static bool is_said(struct bytes stated, struct bytes said)
{
    return said.size > 0 ? bytes_equal(stated, said) : bytes_equal_text(stated, not_said);
}

static bool is_challenged(const struct export_head *head, const struct event *access, const struct event *closing)
{
    struct bytes kept = bytes_at(closing, FACT_CLOSING_CHALLENGE);
    struct digest hash;

    if (!bytes_equal(head->challenge, bytes_at(access, FACT_ACCESS_CHALLENGE)))
        return false;
    if (head->challenge.size == 0)
        return kept.size == 0;
    hash = digest_bytes(head->challenge.data, head->challenge.size);
    return bytes_equal(kept, bytes_of(hash.bytes, DIGEST_SIZE));
}

enum head_status export_head_compare(const struct export_head *head, struct store_txn *txn, uint32_t entries,
                                     struct bytes totals)
{
    struct event genesis, access, closing;

    if (!event_at(txn, 1, KIND_GENESIS, &genesis))
        return HEAD_DIFFERS;
    if (entries < 2 || head->announced != entries - 1 || !event_at(txn, entries - 1, KIND_ACCESS, &access) ||
        !event_at(txn, entries, KIND_CLOSING, &closing) || facts_number(&access.facts, FACT_ACCESS_WHAT, 0) != ACCESS_EXPORT ||
        facts_number(&closing.facts, FACT_CLOSING_WHY, 0) != CLOSING_EXPORT)
        return HEAD_NOT_CLOSED;
    if (!bytes_equal(head->registrations, bytes_at(&genesis, FACT_GENESIS_REGISTRATIONS)) ||
        !bytes_equal(totals, bytes_at(&closing, FACT_CLOSING_TOTALS)) ||
        head->is_training != (facts_get(&genesis.facts, FACT_GENESIS_TRAINING) != NULL) ||
        !is_said(head->purpose, bytes_at(&access, FACT_ACCESS_PURPOSE)) ||
        !is_said(head->recipient, bytes_at(&access, FACT_ACCESS_RECIPIENT)) || !is_challenged(head, &access, &closing))
        return HEAD_DIFFERS;
    return HEAD_OK;
}
