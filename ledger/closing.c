#include "ledger/closing.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/place.h"
#include "ledger/state.h"

/* ---- which leaves changed since the closing before */

struct changed {
    uint64_t *keys; /* subject << 32 | id */
    size_t count, capacity;
};

static bool changed_add(struct changed *changed, uint8_t subject, uint32_t id)
{
    if (changed->count == changed->capacity) {
        size_t capacity = changed->capacity == 0 ? 256 : changed->capacity * 2;
        uint64_t *keys = realloc(changed->keys, capacity * sizeof *keys);

        if (keys == NULL)
            return false;
        changed->keys = keys;
        changed->capacity = capacity;
    }
    changed->keys[changed->count++] = (uint64_t)subject << 32 | id;
    return true;
}

static int compare_keys(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

    return a < b ? -1 : a > b;
}

static enum ledger_status collect(struct store_txn *txn, uint32_t first, uint32_t last, struct changed *changed,
                                  struct error *error)
{
    enum ledger_status status = LEDGER_OK;

    for (uint32_t number = first; number <= last && status == LEDGER_OK; number++) {
        struct bytes bytes;
        struct entry entry;
        struct touch_cursor cursor;
        struct touch touch;

        status = place_read(txn, number, &bytes, &entry, error);
        if (status != LEDGER_OK)
            break;
        touches_begin(&cursor, &entry.header);
        while (touches_next(&cursor, &touch))
            for (uint32_t i = 0; i < touch.count; i++)
                if (!changed_add(changed, touch.subject, touch.id + i))
                    return error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
    }
    if (changed->count > 0)
        qsort(changed->keys, changed->count, sizeof changed->keys[0], compare_keys);
    return status;
}

/* ---- the trees of leaves. How many leaves a tree has stands in the meta table. */

static struct bytes key_of_size(uint8_t key[static 2], uint8_t subject)
{
    key[0] = 'n';
    key[1] = subject;
    return bytes_of(key, 2);
}

enum ledger_status closing_tree_size(struct store_txn *txn, uint8_t subject, uint32_t *size, struct error *error)
{
    uint8_t key[2];
    struct bytes value;
    bool found = false;
    enum ledger_status status = store_get(txn, STORE_META, key_of_size(key, subject), &found, &value, error);

    *size = status == LEDGER_OK && found && value.size == 4 ? get_u32(value.data) : 0;
    return status;
}

static enum ledger_status leaf_hash(struct store_txn *txn, uint8_t subject, uint32_t id, struct digest *hash,
                                    struct error *error)
{
    struct store_key key;
    struct bytes value;
    bool found = false;
    enum ledger_status status = store_get(txn, STORE_LEAVES, key_of_leaf(&key, subject, id), &found, &value, error);

    if (status == LEDGER_OK && !found)
        status = error_set(error, REFUSAL_DAMAGED_FILE, "the leaf of subject %u, id %u is missing", subject, id);
    if (status == LEDGER_OK)
        *hash = merkle_leaf(value.data, value.size);
    return status;
}

/* One changed leaf: replaced where the tree has it, appended where it is the next. Keys come sorted and ids
 * are dense, so every newborn is the next in its turn. */
static enum ledger_status put_leaf(struct store_txn *txn, uint8_t subject, uint32_t id, uint32_t *size, struct error *error)
{
    struct tree tree;
    struct merkle_store nodes = tree_open(&tree, txn, subject);
    struct digest hash;
    enum ledger_status status = leaf_hash(txn, subject, id, &hash, error);
    bool done;

    if (status != LEDGER_OK)
        return status;
    if (id > *size + 1)
        return error_set(error, REFUSAL_DAMAGED_FILE, "ids of subject %u are not dense at %u", subject, id);
    done = id <= *size ? merkle_replace(&nodes, *size, id - 1, &hash) : merkle_append(&nodes, *size, &hash);
    if (!done) {
        *error = tree.error;
        return tree.status;
    }
    *size = id > *size ? id : *size;
    return LEDGER_OK;
}

static enum ledger_status update_trees(struct store_txn *txn, const struct changed *changed, struct error *error)
{
    enum ledger_status status = LEDGER_OK;
    uint8_t subject = 0, key[2], value[4];
    uint32_t size = 0;

    for (size_t i = 0; i <= changed->count && status == LEDGER_OK; i++) {
        uint8_t next = i < changed->count ? (uint8_t)(changed->keys[i] >> 32) : 0;

        if (next != subject) {
            put_u32(value, size);
            if (subject != 0)
                status = store_put(txn, STORE_META, key_of_size(key, subject), bytes_of(value, sizeof value), error);
            if (status == LEDGER_OK && next != 0)
                status = closing_tree_size(txn, next, &size, error);
            subject = next;
        }
        if (status == LEDGER_OK && next != 0 && (i == 0 || changed->keys[i] != changed->keys[i - 1]))
            status = put_leaf(txn, next, (uint32_t)changed->keys[i], &size, error);
    }
    return status;
}

/* ---- the facts */

static enum ledger_status put_roots(struct view *view, struct store_txn *txn, struct facts *facts, struct closing_room *room,
                                    struct error *error)
{
    const struct field *field = field_with_key(facts->fields, FACT_CLOSING_ROOTS);
    struct digest roots[SUBJECT_LAST + 1];
    struct writer writer;
    uint64_t count = 0;
    struct value *value;

    for (unsigned subject = SUBJECT_FIRST; subject <= SUBJECT_LAST; subject++) {
        struct tree tree;
        struct merkle_store nodes = tree_open(&tree, txn, (uint8_t)subject);
        uint32_t size = view_count(view, (enum subject)subject);

        if (size == 0)
            continue;
        count++;
        if (!merkle_root(&nodes, size, &roots[subject])) {
            *error = tree.error;
            return tree.status;
        }
    }
    writer_init(&writer, room->roots, sizeof room->roots);
    write_array(&writer, count);
    for (unsigned subject = SUBJECT_FIRST; subject <= SUBJECT_LAST; subject++) {
        struct facts row;

        if (view_count(view, (enum subject)subject) == 0)
            continue;
        facts_init(&row, field->row);
        facts_put_number(&row, 0, subject);
        facts_put_number(&row, 1, view_count(view, (enum subject)subject));
        facts_put_bytes(&row, 2, bytes_of(roots[subject].bytes, DIGEST_SIZE));
        row_encode(&row, &writer);
    }
    assert(!writer.failed);
    value = facts_put(facts, FACT_CLOSING_ROOTS);
    value->number = (int64_t)count;
    value->bytes = writer_bytes(&writer);
    return LEDGER_OK;
}

static bool has_moved(const struct leaf *total)
{
    for (uint16_t i = 0; total != NULL && i < total->count; i++)
        if (total->state[i] != 0)
            return true;
    return false;
}

static void put_totals(struct view *view, struct facts *facts, struct closing_room *room)
{
    const struct field *field = field_with_key(facts->fields, FACT_CLOSING_TOTALS);
    uint32_t products = view_count(view, SUBJECT_PRODUCT);
    struct writer writer;
    uint64_t count = 0;
    struct value *value;

    for (uint32_t product = 1; product <= products; product++)
        count += has_moved(view_leaf(view, LEAF_TABLE_TOTAL, product));
    writer_init(&writer, room->totals, sizeof room->totals);
    write_array(&writer, count);
    for (uint32_t product = 1; product <= products; product++) {
        const struct leaf *total = view_leaf(view, LEAF_TABLE_TOTAL, product);
        struct facts row;

        if (!has_moved(total))
            continue;
        facts_init(&row, field->row);
        facts_put_number(&row, 0, product);
        for (uint16_t place = 0; place < TOTAL_PLACE_COUNT; place++)
            facts_put_number(&row, place + 1u, total->state[place]);
        row_encode(&row, &writer);
    }
    assert(!writer.failed);
    value = facts_put(facts, FACT_CLOSING_TOTALS);
    value->number = (int64_t)count;
    value->bytes = writer_bytes(&writer);
}

enum ledger_status closing_build(struct view *view, struct store_txn *txn, uint32_t last, enum closing_reason why,
                                 const char day[static 10], struct facts *facts, struct closing_room *room,
                                 struct error *error)
{
    uint32_t previous = (uint32_t)view_site(view, SITE_CLOSING);
    struct changed changed = { 0 };
    enum ledger_status status = collect(txn, previous + 1, last, &changed, error);

    if (status == LEDGER_OK)
        status = update_trees(txn, &changed, error);
    free(changed.keys);
    facts_put_bytes(facts, 1, bytes_of(day, 10));
    facts_put_number(facts, 2, why);
    facts_put_number(facts, 3, view_site(view, SITE_OPEN_DOSES));
    facts_put_number(facts, 6, previous);
    if (status == LEDGER_OK)
        status = put_roots(view, txn, facts, room, error);
    if (status == LEDGER_OK)
        put_totals(view, facts, room);
    return status;
}
