#include "ledger/state.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/effect.h"
#include "ledger/place.h"
#include "ledger/state_internal.h"

/* ---- the view */

struct named {
    struct shelf_link link;
    struct name name;
    size_t size;
    uint8_t key[]; /* class and bytes, as in the store */
};

/* A view that runs out of memory cannot judge: it says so as it does of a store that cannot be read. */
void view_fail(struct view *view, enum ledger_status status, const struct error *error)
{
    if (view->status != LEDGER_OK)
        return;
    view->status = status;
    view->error = *error;
}

void view_no_memory(struct view *view)
{
    struct error error;

    view_fail(view, error_set(&error, REFUSAL_OUT_OF_MEMORY, "out of memory"), &error);
}

void view_damaged(struct view *view, unsigned table, uint32_t id)
{
    struct error error;

    view_fail(view, error_set(&error, REFUSAL_DAMAGED_FILE, "the state of table %u, id %u is damaged", table, id), &error);
}

static size_t leaf_hash(unsigned table, uint32_t id)
{
    struct store_key key;

    return shelf_hash(0, key_of_leaf(&key, table, id));
}

static struct item *item_add(struct view *view, unsigned table, uint32_t id)
{
    uint16_t capacity = leaf_capacity(table);
    size_t room = effect_knows(table) ? (1u + SCOPE_COUNT) * capacity : capacity;
    struct item *item = calloc(1, sizeof *item + room * sizeof item->state[0]);

    if (item == NULL || !shelf_put(&view->items, &item->link, leaf_hash(table, id))) {
        free(item);
        view_no_memory(view);
        return NULL;
    }
    item->leaf.table = (uint8_t)table;
    item->leaf.id = id;
    item->leaf.capacity = capacity;
    item->leaf.state = item->state;
    return item;
}

struct item *view_item(struct view *view, unsigned table, uint32_t id)
{
    struct item *item = (struct item *)shelf_find(&view->items, leaf_hash(table, id));

    while (item != NULL && (item->leaf.table != table || item->leaf.id != id))
        item = (struct item *)shelf_find_next(&item->link);
    return item;
}

/* The item of a leaf that exists in view or store, or NULL. */
static struct item *item_load(struct view *view, unsigned table, uint32_t id)
{
    struct item *item = view_item(view, table, id);
    struct store_key key;
    struct bytes value;
    struct error error;
    enum ledger_status status;
    bool found = false;

    if (item != NULL || view->txn == NULL)
        return item;
    status = store_get(view->txn, STORE_LEAVES, key_of_leaf(&key, table, id), &found, &value, &error);
    if (status != LEDGER_OK) {
        view_fail(view, status, &error);
        return NULL;
    }
    if (!found || (item = item_add(view, table, id)) == NULL)
        return NULL;
    if (!leaf_decode(value, &item->leaf) || item->leaf.table != table || item->leaf.id != id) {
        view_damaged(view, table, id);
        item->leaf.table = (uint8_t)table;
        item->leaf.id = id;
        item->leaf.count = 0;
        return NULL;
    }
    item->last_before = item->leaf.last;
    if (table == SUBJECT_PERSON_ACTS)
        item->signed_before = (uint32_t)item->leaf.state[ACTS_LAST_SIGNED];
    return item;
}

struct view *view_new(struct store_txn *txn)
{
    struct view *view = calloc(1, sizeof *view);

    if (view == NULL)
        return NULL;
    view->txn = txn;
    view->entries_before = (uint32_t)view_site(view, SITE_ENTRIES);
    return view;
}

void view_free(struct view *view)
{
    if (view == NULL)
        return;
    shelf_clear(&view->items);
    shelf_clear(&view->names);
    shelf_clear(&view->births);
    view_event_free(view);
    free(view);
}

enum ledger_status view_status(const struct view *view, struct error *error)
{
    if (view->status != LEDGER_OK)
        *error = view->error;
    return view->status;
}

const struct leaf *view_leaf(struct view *view, unsigned table, uint32_t id)
{
    struct item *item = id == 0 && table < LEAF_TABLE_DUE ? NULL : item_load(view, table, id);

    return item != NULL ? &item->leaf : NULL;
}

struct leaf *view_edit(struct view *view, unsigned table, uint32_t id)
{
    struct item *item = item_load(view, table, id);

    if (item == NULL)
        return NULL;
    view_remember(view, item);
    item->is_changed = true;
    return &item->leaf;
}

/* Where nothing can be made for want of memory the rules still need somewhere to write: the view has
 * failed, so nobody will believe it. */
static struct leaf *spare_leaf(void)
{
    static _Thread_local int64_t numbers[LEAF_STATE_LIMIT];
    static _Thread_local struct leaf spare;

    memset(numbers, 0, sizeof numbers);
    spare = (struct leaf){ .capacity = LEAF_STATE_LIMIT, .count = LEAF_STATE_LIMIT, .state = numbers };
    return &spare;
}

struct leaf *view_make(struct view *view, unsigned table, uint32_t id)
{
    struct leaf *leaf = view_edit(view, table, id);
    struct item *item;

    if (leaf != NULL)
        return leaf;
    item = view_item(view, table, id);
    if (item == NULL)
        item = item_add(view, table, id);
    if (item == NULL)
        return spare_leaf();
    view_remember(view, item);
    item->is_changed = true;
    item->leaf.count = leaf_place_count(table);
    return &item->leaf;
}

struct leaf *view_birth(struct view *view, enum subject subject, const uint8_t act[static ACT_SIZE])
{
    struct leaf *site = view_make(view, LEAF_TABLE_SITE, 1);
    uint32_t id;

    site->count = leaf_capacity(LEAF_TABLE_SITE);
    id = (uint32_t)(site->state[SITE_COUNTS + subject] + 1);
    site->state[SITE_COUNTS + subject] = id;
    view_remember_birth(view, subject, id, act);
    return view_make(view, subject, id);
}

uint32_t view_count(struct view *view, enum subject subject)
{
    return (uint32_t)view_number(view, LEAF_TABLE_SITE, 1, SITE_COUNTS + subject);
}

int64_t view_number(struct view *view, unsigned table, uint32_t id, unsigned place)
{
    const struct leaf *leaf = view_leaf(view, table, id);

    return leaf != NULL && place < leaf->count ? leaf->state[place] : 0;
}

int64_t view_site(struct view *view, enum site_place place)
{
    return view_number(view, LEAF_TABLE_SITE, 1, place);
}

int64_t view_policy(struct view *view, enum policy_key key)
{
    return view_number(view, SUBJECT_POLICY, (uint32_t)view_site(view, SITE_POLICY), key);
}

const int64_t *view_policy_list(struct view *view, enum policy_key key, size_t *count)
{
    static const struct {
        enum policy_key key;
        size_t width; /* numbers in one */
    } lists[] = { { POLICY_OFFSETS, 1 }, { POLICY_HOLIDAYS, 1 }, { POLICY_PROTOCOLS, PROTOCOL_PLACES } };
    const struct leaf *policy = view_leaf(view, SUBJECT_POLICY, (uint32_t)view_site(view, SITE_POLICY));
    size_t at = POLICY_KEYS;

    *count = 0;
    for (size_t i = 0; policy != NULL && policy->count >= POLICY_KEYS && i < sizeof lists / sizeof lists[0]; i++) {
        size_t numbers = (size_t)policy->state[lists[i].key] * lists[i].width;

        if (lists[i].key == key && numbers > 0 && at + numbers <= policy->count) {
            *count = numbers;
            return policy->state + at;
        }
        at += numbers;
    }
    return NULL;
}

uint32_t view_last_before(struct view *view, unsigned table, uint32_t id)
{
    const struct item *item = item_load(view, table, id);

    return item != NULL ? item->last_before : 0;
}

uint32_t view_signed_before(struct view *view, uint32_t person)
{
    const struct item *item = item_load(view, SUBJECT_PERSON_ACTS, person);

    return item != NULL ? item->signed_before : 0;
}

uint32_t view_entries_before(const struct view *view)
{
    return view->entries_before;
}

/* ---- names: [id, entry, data] in the store, each number four bytes */

static struct named *named_find(struct view *view, struct bytes key)
{
    struct named *named = (struct named *)shelf_find(&view->names, shelf_hash(0, key));

    while (named != NULL && !bytes_equal(key, bytes_of(named->key, named->size)))
        named = (struct named *)shelf_find_next(&named->link);
    return named;
}

bool view_name(struct view *view, enum name_class name_class, struct bytes bytes, struct name *name)
{
    struct store_key key;
    struct bytes stored, value;
    struct named *named;
    struct error error;
    enum ledger_status status;
    bool found = false;

    if (bytes.size >= sizeof key.bytes)
        return false;
    stored = key_of_name(&key, name_class, bytes);
    named = named_find(view, stored);
    if (named != NULL) {
        *name = named->name;
        return true;
    }
    if (view->txn == NULL)
        return false;
    status = store_get(view->txn, STORE_NAMES, stored, &found, &value, &error);
    if (status != LEDGER_OK)
        view_fail(view, status, &error);
    if (status != LEDGER_OK || !found)
        return false;
    if (value.size < 8 || value.size > 8 + NAME_DATA_SIZE) {
        view_fail(view, error_set(&error, REFUSAL_DAMAGED_FILE, "a name of class %u is damaged", name_class), &error);
        return false;
    }
    *name = (struct name){ .id = get_u32(value.data), .entry = get_u32(value.data + 4), .data_size = value.size - 8 };
    memcpy(name->data, value.data + 8, name->data_size);
    return true;
}

void view_name_put(struct view *view, enum name_class name_class, struct bytes bytes, const struct name *name)
{
    struct store_key key;
    struct bytes stored = key_of_name(&key, name_class, bytes);
    struct named *named = named_find(view, stored);

    if (named == NULL) {
        named = calloc(1, sizeof *named + stored.size);
        if (named == NULL || !shelf_put(&view->names, &named->link, shelf_hash(0, stored))) {
            free(named);
            view_no_memory(view);
            return;
        }
        memcpy(named->key, stored.data, stored.size);
        named->size = stored.size;
    }
    named->name = *name;
}

void erased_name(uint32_t entry, uint8_t field, uint8_t out[static 5])
{
    put_u32(out, entry);
    out[4] = field;
}

uint32_t view_erased(struct view *view, uint32_t entry, uint8_t field)
{
    uint8_t bytes[5];
    struct name name;

    erased_name(entry, field, bytes);
    return view_name(view, NAME_ERASED, bytes_of(bytes, sizeof bytes), &name) ? name.entry : 0;
}

/* The key in `data` of the name that has this number. */
static bool named_key(struct view *view, enum name_class name_class, uint32_t number, struct name *name, struct public_key *key)
{
    uint8_t bytes[4];

    put_u32(bytes, number);
    if (!view_name(view, name_class, bytes_of(bytes, sizeof bytes), name) || name->data_size < 1 + KEY_ED25519_SIZE ||
        name->data_size > 1 + sizeof key->bytes)
        return false;
    *key = (struct public_key){ .algorithm = name->data[0] == 1 ? KEY_ED25519 : KEY_P256 };
    memcpy(key->bytes, name->data + 1, name->data_size - 1);
    return true;
}

bool view_seal_at(struct view *view, uint32_t number, struct seal *seal)
{
    uint32_t entry = (uint32_t)view_site(view, SITE_SEAL_ENTRY);
    struct name name;

    while (entry != 0 && named_key(view, NAME_SEAL, entry, &name, &seal->key)) {
        seal->entry = entry;
        if (entry <= number)
            return true;
        if (name.id >= entry) /* a damaged table leads nowhere */
            return false;
        entry = name.id;
    }
    return false;
}

bool view_key_of(struct view *view, int64_t person, struct public_key *key)
{
    struct name name;
    struct seal seal;

    if (person != PERSON_SEAL)
        return named_key(view, NAME_KEY_OF, (uint32_t)person, &name, key);
    if (!view_seal_at(view, UINT32_MAX, &seal))
        return false;
    *key = seal.key;
    return true;
}

bool view_entry_hash(struct view *view, uint32_t number, struct digest *hash)
{
    struct tree tree;
    struct merkle_store nodes;

    if (view->txn == NULL || number == 0 || number > view->entries_before)
        return false;
    nodes = tree_open(&tree, view->txn, TREE_ENTRIES);
    if (nodes.read(nodes.context, 0, number - 1, hash))
        return true;
    view_fail(view, tree.status, &tree.error);
    return false;
}

bool view_touched_by(struct view *view, enum subject subject, uint32_t id, uint32_t n, uint32_t *entry)
{
    struct store_key key;
    struct bytes value;
    struct error error;
    bool found = false;
    enum ledger_status status;

    if (view->txn == NULL)
        return false;
    status = store_get(view->txn, STORE_TOUCHES, key_of_touch(&key, subject, id, n), &found, &value, &error);
    if (status == LEDGER_OK && found && value.size != 4)
        status = error_set(&error, REFUSAL_DAMAGED_FILE, "a touch of subject %u, id %u is damaged", subject, id);
    if (status != LEDGER_OK)
        view_fail(view, status, &error);
    if (status != LEDGER_OK || !found)
        return false;
    *entry = get_u32(value.data);
    return true;
}

/* The bytes give the hash that was put into the tree when they were placed. */
static enum ledger_status check_entry(struct view *view, uint32_t number, struct bytes bytes, struct error *error)
{
    struct digest is = merkle_leaf(bytes.data, bytes.size), was;
    enum ledger_status status = place_previous(view->txn, number, &was, error);

    if (status == LEDGER_OK && !digest_equal(&is, &was))
        status = error_set(error, REFUSAL_DAMAGED_FILE, "entry #%" PRIu32 " is not the one that was recorded: its bytes were changed",
                           number);
    return status;
}

bool view_entry(struct view *view, uint32_t number, struct bytes *bytes)
{
    struct store_key key;
    struct error error;
    bool found = false;
    enum ledger_status status;

    if (view->txn == NULL)
        return false;
    status = store_get(view->txn, STORE_ENTRIES, key_of_entry(&key, number), &found, bytes, &error);
    if (status == LEDGER_OK && found)
        status = check_entry(view, number, *bytes, &error);
    if (status != LEDGER_OK)
        view_fail(view, status, &error);
    return status == LEDGER_OK && found;
}

static enum ledger_status flush_leaf(const struct leaf *leaf, struct store_txn *txn, struct error *error)
{
    uint8_t bytes[LEAF_SIZE_LIMIT];
    struct writer writer;
    struct store_key key;

    writer_init(&writer, bytes, sizeof bytes);
    leaf_encode(leaf, &writer);
    assert(!writer.failed);
    return store_put(txn, STORE_LEAVES, key_of_leaf(&key, leaf->table, leaf->id), writer_bytes(&writer), error);
}

static enum ledger_status flush_name(const struct named *named, struct store_txn *txn, struct error *error)
{
    uint8_t value[8 + NAME_DATA_SIZE];

    put_u32(value, named->name.id);
    put_u32(value + 4, named->name.entry);
    memcpy(value + 8, named->name.data, named->name.data_size);
    return store_put(txn, STORE_NAMES, bytes_of(named->key, named->size), bytes_of(value, 8 + named->name.data_size),
                     error);
}

enum ledger_status view_flush(struct view *view, struct store_txn *txn, struct error *error)
{
    enum ledger_status status = view_status(view, error);
    struct shelf_link *link;

    for (link = shelf_each(&view->items, NULL); link != NULL && status == LEDGER_OK; link = shelf_each(&view->items, link))
        if (((const struct item *)link)->is_changed)
            status = flush_leaf(&((const struct item *)link)->leaf, txn, error);
    for (link = shelf_each(&view->names, NULL); link != NULL && status == LEDGER_OK; link = shelf_each(&view->names, link))
        status = flush_name((const struct named *)link, txn, error);
    return status == LEDGER_OK ? view_event_flush(view, txn, error) : status;
}
