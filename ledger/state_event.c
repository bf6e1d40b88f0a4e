/* What leaves were before the event under way, and the effects of entries, laid over those in the store. */
#include <stdlib.h>
#include <string.h>

#include "ledger/effect.h"
#include "ledger/state_internal.h"

void view_scope_begin(struct view *view, enum view_scope scope)
{
    view->scopes[scope].number++;
    view->scopes[scope].count = 0;
    view->scopes[scope].is_open = true;
}

void view_scope_end(struct view *view, enum view_scope scope)
{
    view->scopes[scope].is_open = false;
}

static bool has_room(struct view *view, struct scope *scope)
{
    size_t capacity = scope->capacity > 0 ? 2 * scope->capacity : 64;
    struct item **items;

    if (scope->count < scope->capacity)
        return true;
    items = realloc(scope->items, capacity * sizeof items[0]);
    if (items == NULL) {
        view_no_memory(view);
        return false;
    }
    scope->items = items;
    scope->capacity = capacity;
    return true;
}

static int64_t *state_before(const struct item *item, enum view_scope scope)
{
    return (int64_t *)item->state + item->leaf.capacity * ((size_t)scope + 1);
}

void view_remember(struct view *view, struct item *item)
{
    if (!effect_knows(item->leaf.table))
        return;
    for (enum view_scope i = SCOPE_EVENT; i < SCOPE_COUNT; i++) {
        struct scope *scope = &view->scopes[i];

        if (!scope->is_open || item->scope[i] == scope->number || !has_room(view, scope))
            continue;
        item->scope[i] = scope->number;
        item->count_before[i] = item->leaf.count;
        memcpy(state_before(item, i), item->state, item->leaf.count * sizeof item->state[0]);
        scope->items[scope->count++] = item;
    }
}

static int compare_items(const void *left, const void *right)
{
    const struct leaf *a = &(*(struct item *const *)left)->leaf, *b = &(*(struct item *const *)right)->leaf;

    if (a->table != b->table)
        return a->table < b->table ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

size_t view_scope_sort(struct view *view, enum view_scope scope)
{
    struct scope *sorted = &view->scopes[scope];

    if (sorted->count > 0)
        qsort(sorted->items, sorted->count, sizeof sorted->items[0], compare_items);
    return sorted->count;
}

const struct leaf *view_scope_leaf(const struct view *view, enum view_scope scope, size_t index, struct leaf *before)
{
    const struct item *item = view->scopes[scope].items[index];

    *before = item->leaf;
    before->count = item->count_before[scope];
    before->state = state_before(item, scope);
    return &item->leaf;
}

int64_t view_number_before(struct view *view, unsigned table, uint32_t id, unsigned place)
{
    const struct item *item = view_item(view, table, id);

    if (item == NULL || item->scope[SCOPE_EVENT] != view->scopes[SCOPE_EVENT].number)
        return view_number(view, table, id, place);
    return place < item->count_before[SCOPE_EVENT] ? state_before(item, SCOPE_EVENT)[place] : 0;
}

/* ---- effects */

static size_t hash_of_entry(uint32_t entry)
{
    uint8_t number[4];

    put_u32(number, entry);
    return shelf_hash(0, bytes_of(number, sizeof number));
}

static struct kept_effect *find_kept(struct view *view, uint32_t entry)
{
    struct kept_effect *kept = (struct kept_effect *)shelf_find(&view->effects, hash_of_entry(entry));

    while (kept != NULL && kept->entry != entry)
        kept = (struct kept_effect *)shelf_find_next(&kept->link);
    return kept;
}

bool view_effect(struct view *view, uint32_t entry, struct bytes *bytes)
{
    const struct kept_effect *kept = find_kept(view, entry);
    struct store_key key;
    struct error error;
    enum ledger_status status;
    bool found = false;

    if (kept != NULL)
        *bytes = bytes_of(kept->bytes, kept->size);
    if (kept != NULL || view->txn == NULL)
        return kept != NULL;
    status = store_get(view->txn, STORE_LEAVES, key_of_leaf(&key, LEAF_TABLE_EFFECT, entry), &found, bytes, &error);
    if (status != LEDGER_OK)
        view_fail(view, status, &error);
    return status == LEDGER_OK && found;
}

void view_effect_put(struct view *view, uint32_t entry, struct bytes bytes)
{
    struct kept_effect *kept = find_kept(view, entry);
    uint8_t *copy = malloc(bytes.size);

    if (copy != NULL && kept == NULL) {
        kept = calloc(1, sizeof *kept);
        if (kept != NULL && !shelf_put(&view->effects, &kept->link, hash_of_entry(entry))) {
            free(kept);
            kept = NULL;
        }
    }
    if (copy == NULL || kept == NULL) {
        free(copy);
        view_no_memory(view);
        return;
    }
    memcpy(copy, bytes.data, bytes.size);
    free(kept->bytes);
    *kept = (struct kept_effect){ .link = kept->link, .entry = entry, .size = bytes.size, .bytes = copy };
}

void view_event_free(struct view *view)
{
    for (struct shelf_link *link = shelf_each(&view->effects, NULL); link != NULL; link = shelf_each(&view->effects, link))
        free(((struct kept_effect *)link)->bytes);
    shelf_clear(&view->effects);
    for (enum view_scope i = SCOPE_EVENT; i < SCOPE_COUNT; i++)
        free(view->scopes[i].items);
}

enum ledger_status view_event_flush(const struct view *view, struct store_txn *txn, struct error *error)
{
    enum ledger_status status = LEDGER_OK;
    struct store_key key;

    for (const struct shelf_link *link = shelf_each(&view->effects, NULL); link != NULL && status == LEDGER_OK;
         link = shelf_each(&view->effects, link)) {
        const struct kept_effect *kept = (const struct kept_effect *)link;

        status = store_put(txn, STORE_LEAVES, key_of_leaf(&key, LEAF_TABLE_EFFECT, kept->entry),
                           bytes_of(kept->bytes, kept->size), error);
    }
    return status;
}
