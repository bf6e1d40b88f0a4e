#include "ledger/layout.h"

#include <string.h>

#include "ledger/state.h"
#include "schema/kinds.h"

/* To be raised by hand where the rows of another table are written otherwise: names, effects, touches, sizes of trees. */
enum { OTHER_TABLES = 1 };

static const char mark_key[] = "layout";

/* With the NUL, so that no two lists of texts are the same bytes. */
static void add_text(struct hasher *hasher, const char *text)
{
    hasher_update(hasher, (const uint8_t *)text, strlen(text) + 1);
}

static void add_number(struct hasher *hasher, uint32_t number)
{
    uint8_t bytes[4];

    put_u32(bytes, number);
    hasher_update(hasher, bytes, sizeof bytes);
}

static void add_table(struct hasher *hasher, unsigned table)
{
    const struct leaf_place *places = leaf_places(table);

    add_number(hasher, table);
    add_number(hasher, leaf_capacity(table));
    for (size_t i = 0; places[i].name != NULL; i++) {
        add_text(hasher, places[i].name);
        add_text(hasher, places[i].unit);
    }
}

/* A policy's places are the keys of its facts. */
static void add_policy(struct hasher *hasher)
{
    const struct field *fields = kind_find(KIND_POLICY)->fields;

    for (size_t i = 0; fields[i].name != NULL; i++) {
        add_number(hasher, (uint32_t)fields[i].key);
        add_text(hasher, fields[i].name);
    }
}

static enum ledger_status layout_of_program(struct digest *layout, struct error *error)
{
    struct hasher hasher = HASHER_NONE;

    if (hasher_init(&hasher) != CRYPT_OK)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
    add_number(&hasher, OTHER_TABLES);
    for (unsigned table = 0; table < LEAF_TABLE_LIMIT; table++)
        add_table(&hasher, table);
    add_policy(&hasher);
    *layout = hasher_finish(&hasher);
    hasher_release(&hasher);
    return LEDGER_OK;
}

enum ledger_status layout_mark(struct store_txn *txn, struct error *error)
{
    struct digest layout;
    enum ledger_status status = layout_of_program(&layout, error);

    return status == LEDGER_OK ? store_put(txn, STORE_META, bytes_of_text(mark_key), bytes_of(layout.bytes, DIGEST_SIZE), error)
                               : status;
}

enum ledger_status layout_check(struct store_txn *txn, struct error *error)
{
    struct digest layout;
    struct bytes key, mark = bytes_of("", 0);
    bool has_entry = false, found = false;
    enum ledger_status status = store_last(txn, STORE_ENTRIES, &has_entry, &key, &mark, error);

    has_entry = has_entry && key.size == 4; /* the store of openings has other keys, and is no book */
    if (status == LEDGER_OK)
        status = store_get(txn, STORE_META, bytes_of_text(mark_key), &found, &mark, error);
    if (status == LEDGER_OK)
        status = layout_of_program(&layout, error);
    if (status != LEDGER_OK || !has_entry || (found && bytes_equal(mark, bytes_of(layout.bytes, DIGEST_SIZE))))
        return status;
    return error_set(error, REFUSAL_OTHER_LAYOUT, "the tables of this ledger are laid out as another phial has them");
}

bool layout_is_mark(struct bytes key)
{
    return bytes_equal_text(key, mark_key);
}
