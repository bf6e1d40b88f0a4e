/* What leaves were before the event under way, and the effects of entries, laid over those in the store. */
#include <stdlib.h>
#include <string.h>

#include "ledger/effect.h"
#include "ledger/state_internal.h"

void view_event_begin(struct view *view)
{
    view->event++;
    view->touched_count = 0;
}

static bool has_room(struct view *view)
{
    size_t capacity = view->touched_capacity > 0 ? 2 * view->touched_capacity : 64;
    struct item **touched;

    if (view->touched_count < view->touched_capacity)
        return true;
    touched = realloc(view->touched, capacity * sizeof touched[0]);
    if (touched == NULL) {
        view_no_memory(view);
        return false;
    }
    view->touched = touched;
    view->touched_capacity = capacity;
    return true;
}

void view_remember(struct view *view, struct item *item)
{
    if (item->event == view->event || !effect_knows(item->leaf.table) || !has_room(view))
        return;
    item->event = view->event;
    item->count_before = item->leaf.count;
    memcpy(item->state + item->leaf.capacity, item->state, item->leaf.count * sizeof item->state[0]);
    view->touched[view->touched_count++] = item;
}

static int compare_items(const void *left, const void *right)
{
    const struct leaf *a = &(*(struct item *const *)left)->leaf, *b = &(*(struct item *const *)right)->leaf;

    if (a->table != b->table)
        return a->table < b->table ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

size_t view_event_sort(struct view *view)
{
    qsort(view->touched, view->touched_count, sizeof view->touched[0], compare_items);
    return view->touched_count;
}

const struct leaf *view_event_leaf(const struct view *view, size_t index, struct leaf *before)
{
    const struct item *item = view->touched[index];

    *before = item->leaf;
    before->count = item->count_before;
    before->state = (int64_t *)item->state + item->leaf.capacity;
    return &item->leaf;
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
    free(view->touched);
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
