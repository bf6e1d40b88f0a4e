#include "ledger/place.h"

#include <inttypes.h>
#include <string.h>

#include "ledger/state.h"

void placing_of_message(const struct cose_message *message, struct placing *placing)
{
    placing->is_signed = true;
    placing->payload_hash = digest_bytes(message->payload.data, message->payload.size);
    for (size_t i = 0; i < message->signer_count; i++) {
        memcpy(placing->kids[i].bytes, message->signers[i].kid, DIGEST_SIZE);
        placing->signed_at_ms[i] = message->signers[i].signed_at_ms;
    }
}

/* One row for each thing touched: (subject, id, n) → entry. A run is as many rows as it counts. */
static enum ledger_status index_touches(struct store_txn *txn, uint32_t number, const struct touch *touches, size_t count,
                                        struct error *error)
{
    uint8_t value[4];
    enum ledger_status status = LEDGER_OK;

    put_u32(value, number);
    for (size_t i = 0; i < count && status == LEDGER_OK; i++)
        for (uint32_t j = 0; j < touches[i].count && status == LEDGER_OK; j++) {
            struct store_key key;

            status = store_put(txn, STORE_TOUCHES, key_of_touch(&key, touches[i].subject, touches[i].id + j, touches[i].n),
                               bytes_of(value, sizeof value), error);
        }
    return status;
}

enum ledger_status place_entry(struct store_txn *txn, uint32_t number, struct bytes entry, const struct touch *touches,
                               size_t touch_count, struct digest *hash, struct error *error)
{
    struct store_key key;
    struct tree tree;
    struct merkle_store nodes = tree_open(&tree, txn, TREE_ENTRIES);
    enum ledger_status status;

    *hash = merkle_leaf(entry.data, entry.size);
    status = store_put(txn, STORE_ENTRIES, key_of_entry(&key, number), entry, error);
    if (status != LEDGER_OK)
        return status;
    if (!merkle_append(&nodes, number - 1, hash)) {
        *error = tree.error;
        return tree.status;
    }
    return index_touches(txn, number, touches, touch_count, error);
}

enum ledger_status place_touches(struct store_txn *txn, const struct header *header, struct error *error)
{
    struct touch_cursor cursor;
    struct touch touch;
    enum ledger_status status = LEDGER_OK;

    touches_begin(&cursor, header);
    while (status == LEDGER_OK && touches_next(&cursor, &touch))
        status = index_touches(txn, header->number, &touch, 1, error);
    return status;
}

enum ledger_status place_previous(struct store_txn *txn, uint32_t count, struct digest *previous, struct error *error)
{
    struct tree tree;
    struct merkle_store nodes = tree_open(&tree, txn, TREE_ENTRIES);

    memset(previous, 0, sizeof *previous);
    if (count == 0 || nodes.read(nodes.context, 0, count - 1, previous))
        return LEDGER_OK;
    *error = tree.error;
    return tree.status;
}

enum ledger_status place_root(struct store_txn *txn, uint32_t count, struct digest *root, struct error *error)
{
    struct tree tree;
    struct merkle_store nodes = tree_open(&tree, txn, TREE_ENTRIES);

    if (merkle_root(&nodes, count, root))
        return LEDGER_OK;
    *error = tree.error;
    return tree.status;
}

enum ledger_status place_read(struct store_txn *txn, uint32_t number, struct bytes *bytes, struct entry *entry,
                              struct error *error)
{
    struct store_key key;
    bool found = false;
    enum ledger_status status = store_get(txn, STORE_ENTRIES, key_of_entry(&key, number), &found, bytes, error);

    if (status != LEDGER_OK)
        return status;
    if (!found)
        return error_set(error, REFUSAL_DAMAGED_FILE, "entry #%" PRIu32 " is missing", number);
    if (entry_decode(*bytes, entry) != EVENT_OK)
        return error_set(error, REFUSAL_DAMAGED_FILE, "entry #%" PRIu32 " is damaged", number);
    return LEDGER_OK;
}
