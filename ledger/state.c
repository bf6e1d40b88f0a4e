#include "ledger/state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- keys */

void put_u32(uint8_t out[static 4], uint32_t number)
{
    for (int i = 0; i < 4; i++)
        out[i] = (uint8_t)(number >> (24 - 8 * i));
}

uint32_t get_u32(const uint8_t in[static 4])
{
    return (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | in[3];
}

void put_u64(uint8_t out[static 8], uint64_t number)
{
    put_u32(out, (uint32_t)(number >> 32));
    put_u32(out + 4, (uint32_t)number);
}

uint64_t get_u64(const uint8_t in[static 8])
{
    return (uint64_t)get_u32(in) << 32 | get_u32(in + 4);
}

struct bytes key_of_entry(struct store_key *key, uint32_t number)
{
    put_u32(key->bytes, number);
    return bytes_of(key->bytes, 4);
}

struct bytes key_of_leaf(struct store_key *key, unsigned table, uint32_t id)
{
    key->bytes[0] = (uint8_t)table;
    put_u32(key->bytes + 1, id);
    return bytes_of(key->bytes, 5);
}

struct bytes key_of_touch(struct store_key *key, unsigned subject, uint32_t id, uint32_t n)
{
    key->bytes[0] = (uint8_t)subject;
    put_u32(key->bytes + 1, id);
    put_u32(key->bytes + 5, n);
    return bytes_of(key->bytes, 9);
}

struct bytes key_of_checkpoint(struct store_key *key, uint32_t size)
{
    return key_of_entry(key, size);
}

struct bytes key_of_name(struct store_key *key, enum name_class name_class, struct bytes bytes)
{
    assert(bytes.size < sizeof key->bytes);
    key->bytes[0] = (uint8_t)name_class;
    memcpy(key->bytes + 1, bytes.data, bytes.size);
    return bytes_of(key->bytes, bytes.size + 1);
}

static struct bytes key_of_node(struct store_key *key, uint8_t tree, unsigned level, uint64_t index)
{
    key->bytes[0] = tree;
    key->bytes[1] = (uint8_t)level;
    put_u64(key->bytes + 2, index);
    return bytes_of(key->bytes, 10);
}

/* ---- the view */

/* One leaf of the view: as it was before the list, and as it is now. */
struct item {
    struct item *next; /* in its bucket */
    bool is_changed;
    uint32_t last_before;
    uint32_t signed_before; /* of person-acts */
    struct leaf leaf;
    int64_t state[]; /* room for its table's capacity */
};

struct named {
    struct named *next;
    struct name name;
    size_t size;
    uint8_t key[]; /* class and bytes, as in the store */
};

/* What an event of this list gave birth to. */
struct birth {
    uint8_t act[ACT_SIZE];
    uint8_t subject;
    uint32_t first, count;
};

enum { BUCKETS = 1024 };

struct view {
    struct store_txn *txn;
    enum ledger_status status;
    struct error error;
    struct item *items[BUCKETS];
    struct named *names[BUCKETS];
    struct birth *births;
    size_t birth_count, birth_capacity;
    uint32_t entries_before;
};

/* A view that runs out of memory cannot judge: it says so as it does of a store that cannot be read. */
static void view_fail(struct view *view, enum ledger_status status, const struct error *error)
{
    if (view->status != LEDGER_OK)
        return;
    view->status = status;
    view->error = *error;
}

static void view_no_memory(struct view *view)
{
    struct error error;

    view_fail(view, error_set(&error, REFUSAL_OUT_OF_MEMORY, "out of memory"), &error);
}

static size_t leaf_bucket(unsigned table, uint32_t id)
{
    return ((size_t)id * 31 + table) % BUCKETS;
}

static struct item *item_add(struct view *view, unsigned table, uint32_t id)
{
    uint16_t capacity = leaf_capacity(table);
    struct item *item = calloc(1, sizeof *item + capacity * sizeof item->state[0]);
    size_t bucket = leaf_bucket(table, id);

    if (item == NULL) {
        view_no_memory(view);
        return NULL;
    }
    item->leaf.table = (uint8_t)table;
    item->leaf.id = id;
    item->leaf.capacity = capacity;
    item->leaf.state = item->state;
    item->next = view->items[bucket];
    view->items[bucket] = item;
    return item;
}

static struct item *item_find(struct view *view, unsigned table, uint32_t id)
{
    struct item *item = view->items[leaf_bucket(table, id)];

    while (item != NULL && (item->leaf.table != table || item->leaf.id != id))
        item = item->next;
    return item;
}

/* The item of a leaf that exists in view or store, or NULL. */
static struct item *item_load(struct view *view, unsigned table, uint32_t id)
{
    struct item *item = item_find(view, table, id);
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
        view_fail(view, error_set(&error, REFUSAL_DAMAGED_FILE, "the state of table %u, id %u is damaged", table, id),
                  &error);
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
    for (size_t bucket = 0; bucket < BUCKETS; bucket++) {
        for (struct item *item = view->items[bucket], *next; item != NULL; item = next) {
            next = item->next;
            free(item);
        }
        for (struct named *named = view->names[bucket], *next; named != NULL; named = next) {
            next = named->next;
            free(named);
        }
    }
    free(view->births);
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
    item = item_find(view, table, id);
    if (item == NULL)
        item = item_add(view, table, id);
    if (item == NULL)
        return spare_leaf();
    item->is_changed = true;
    item->leaf.count = leaf_place_count(table);
    return &item->leaf;
}

static void remember_birth(struct view *view, enum subject subject, uint32_t id, const uint8_t act[static ACT_SIZE])
{
    struct birth *births = view->births;

    if (view->birth_count > 0) {
        struct birth *newest = &births[view->birth_count - 1];

        if (newest->subject == subject && memcmp(newest->act, act, ACT_SIZE) == 0 && newest->first + newest->count == id) {
            newest->count++;
            return;
        }
    }
    if (view->birth_count == view->birth_capacity) {
        size_t capacity = view->birth_capacity == 0 ? 16 : view->birth_capacity * 2;

        births = realloc(view->births, capacity * sizeof *births);
        if (births == NULL) {
            view_no_memory(view);
            return;
        }
        view->births = births;
        view->birth_capacity = capacity;
    }
    births[view->birth_count] = (struct birth){ .subject = (uint8_t)subject, .first = id, .count = 1 };
    memcpy(births[view->birth_count].act, act, ACT_SIZE);
    view->birth_count++;
}

struct leaf *view_birth(struct view *view, enum subject subject, const uint8_t act[static ACT_SIZE])
{
    struct leaf *site = view_make(view, LEAF_TABLE_SITE, 1);
    uint32_t id;

    site->count = leaf_capacity(LEAF_TABLE_SITE);
    id = (uint32_t)(site->state[SITE_COUNTS + subject] + 1);
    site->state[SITE_COUNTS + subject] = id;
    remember_birth(view, subject, id, act);
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

uint32_t view_resolve(struct view *view, enum subject subject, const struct value *ref)
{
    uint32_t nth;

    if (ref->second == 0)
        return view_leaf(view, subject, (uint32_t)ref->number) != NULL ? (uint32_t)ref->number : 0;
    nth = (uint32_t)ref->number;
    for (size_t i = 0; i < view->birth_count; i++) {
        const struct birth *birth = &view->births[i];

        if (birth->subject != subject || memcmp(birth->act, ref->bytes.data, ACT_SIZE) != 0)
            continue;
        if (nth < birth->count)
            return birth->first + nth;
        nth -= birth->count;
    }
    return 0;
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

static size_t name_bucket(const uint8_t *key, size_t size)
{
    size_t sum = size;

    for (size_t i = 0; i < size; i++)
        sum = sum * 31 + key[i];
    return sum % BUCKETS;
}

static struct named *named_find(struct view *view, struct bytes key)
{
    struct named *named = view->names[name_bucket(key.data, key.size)];

    while (named != NULL && !bytes_equal(key, bytes_of(named->key, named->size)))
        named = named->next;
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
    size_t bucket = name_bucket(stored.data, stored.size);

    if (named == NULL) {
        named = calloc(1, sizeof *named + stored.size);
        if (named == NULL) {
            view_no_memory(view);
            return;
        }
        memcpy(named->key, stored.data, stored.size);
        named->size = stored.size;
        named->next = view->names[bucket];
        view->names[bucket] = named;
    }
    named->name = *name;
}

bool view_key_of(struct view *view, int64_t person, struct public_key *key)
{
    uint8_t number[4];
    struct name name;

    put_u32(number, (uint32_t)person);
    if (!view_name(view, NAME_KEY_OF, bytes_of(number, sizeof number), &name) || name.data_size < 1 + KEY_ED25519_SIZE ||
        name.data_size > 1 + sizeof key->bytes)
        return false;
    *key = (struct public_key){ .algorithm = name.data[0] == 1 ? KEY_ED25519 : KEY_P256 };
    memcpy(key->bytes, name.data + 1, name.data_size - 1);
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

bool view_entry(struct view *view, uint32_t number, struct bytes *bytes)
{
    struct store_key key;
    struct error error;
    bool found = false;
    enum ledger_status status;

    if (view->txn == NULL)
        return false;
    status = store_get(view->txn, STORE_ENTRIES, key_of_entry(&key, number), &found, bytes, &error);
    if (status != LEDGER_OK)
        view_fail(view, status, &error);
    return status == LEDGER_OK && found;
}

void view_each_changed(struct view *view, bool (*visit)(void *context, const struct leaf *leaf), void *context)
{
    for (size_t bucket = 0; bucket < BUCKETS; bucket++)
        for (struct item *item = view->items[bucket]; item != NULL; item = item->next)
            if (item->is_changed && !visit(context, &item->leaf))
                return;
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

    for (size_t bucket = 0; bucket < BUCKETS && status == LEDGER_OK; bucket++) {
        for (struct item *item = view->items[bucket]; item != NULL && status == LEDGER_OK; item = item->next)
            if (item->is_changed)
                status = flush_leaf(&item->leaf, txn, error);
        for (struct named *named = view->names[bucket]; named != NULL && status == LEDGER_OK; named = named->next)
            status = flush_name(named, txn, error);
    }
    return status;
}

/* ---- trees */

static bool tree_read(void *context, unsigned level, uint64_t index, struct digest *node)
{
    struct tree *tree = context;
    struct store_key key;
    struct bytes value;
    bool found = false;

    tree->status = store_get(tree->txn, STORE_TREE, key_of_node(&key, tree->number, level, index), &found, &value,
                             &tree->error);
    if (tree->status == LEDGER_OK && (!found || value.size != DIGEST_SIZE))
        tree->status = error_set(&tree->error, REFUSAL_DAMAGED_FILE, "node %u/%llu of tree %u is missing", level,
                                 (unsigned long long)index, tree->number);
    if (tree->status != LEDGER_OK)
        return false;
    memcpy(node->bytes, value.data, DIGEST_SIZE);
    return true;
}

static bool tree_write(void *context, unsigned level, uint64_t index, const struct digest *node)
{
    struct tree *tree = context;
    struct store_key key;

    tree->status = store_put(tree->txn, STORE_TREE, key_of_node(&key, tree->number, level, index),
                             bytes_of(node->bytes, DIGEST_SIZE), &tree->error);
    return tree->status == LEDGER_OK;
}

struct merkle_store tree_open(struct tree *tree, struct store_txn *txn, uint8_t number)
{
    *tree = (struct tree){ .txn = txn, .number = number, .status = LEDGER_OK };
    return (struct merkle_store){ .context = tree, .read = tree_read, .write = tree_write };
}
