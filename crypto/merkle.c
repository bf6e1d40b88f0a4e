#include "crypto/merkle.h"

#include <assert.h>
#include <string.h>

#define LEAF_PREFIX 0x00
#define NODE_PREFIX 0x01

struct digest merkle_leaf(const uint8_t *data, size_t size)
{
    return digest_prefixed(LEAF_PREFIX, data, size);
}

struct digest merkle_node(const struct digest *left, const struct digest *right)
{
    uint8_t children[2 * DIGEST_SIZE];

    memcpy(children, left->bytes, DIGEST_SIZE);
    memcpy(children + DIGEST_SIZE, right->bytes, DIGEST_SIZE);
    return digest_prefixed(NODE_PREFIX, children, sizeof children);
}

struct digest merkle_empty_root(void)
{
    return digest_bytes(NULL, 0);
}

/* ---- the stored tree */

/* Write `node` at (0, index) and then every perfect subtree above it that a tree of `size` has. */
static bool write_upwards(const struct merkle_store *store, uint64_t size, uint64_t index,
                          struct digest node)
{
    for (unsigned level = 0;; level++) {
        uint64_t parent = index >> 1;
        struct digest sibling;

        if (!store->write(store->context, level, index, &node))
            return false;
        /* The parent is there when all of its leaves are. */
        if (parent + 1 > size >> (level + 1))
            return true;
        if (!store->read(store->context, level, index ^ 1, &sibling))
            return false;
        node = (index & 1) != 0 ? merkle_node(&sibling, &node) : merkle_node(&node, &sibling);
        index = parent;
    }
}

bool merkle_append(const struct merkle_store *store, uint64_t size_before, const struct digest *leaf)
{
    assert(size_before < MERKLE_SIZE_MAX);
    return write_upwards(store, size_before + 1, size_before, *leaf);
}

bool merkle_replace(const struct merkle_store *store, uint64_t size, uint64_t index,
                    const struct digest *leaf)
{
    assert(index < size && size <= MERKLE_SIZE_MAX);
    return write_upwards(store, size, index, *leaf);
}

unsigned merkle_cover_level(uint64_t first, uint64_t end)
{
    unsigned level = 0;

    assert(first < end && end <= MERKLE_SIZE_MAX);
    while ((first >> level & 1) == 0 && end - first >= UINT64_C(2) << level)
        level++;
    return level;
}

/* The root of leaves first..end-1, where `first` is such that RFC 9162 has a subtree there: a multiple
 * of a power of two not less than their number. It is the perfect subtrees that cover them, which
 * shrink from left to right, folded from the right.
 */
static bool range_root(const struct merkle_store *store, uint64_t first, uint64_t end,
                       struct digest *root)
{
    struct digest covers[64];
    size_t count = 0;

    while (first < end) {
        unsigned level = merkle_cover_level(first, end);

        if (!store->read(store->context, level, first >> level, &covers[count++]))
            return false;
        first += UINT64_C(1) << level;
    }
    *root = covers[--count];
    while (count-- > 0)
        *root = merkle_node(&covers[count], root);
    return true;
}

bool merkle_root(const struct merkle_store *store, uint64_t size, struct digest *root)
{
    assert(size <= MERKLE_SIZE_MAX);
    if (size == 0) {
        *root = merkle_empty_root();
        return true;
    }
    return range_root(store, 0, size, root);
}

/* ---- making proofs */

/* How many leaves the left child of a subtree of `count` > 1 leaves has. */
static uint64_t left_count(uint64_t count)
{
    uint64_t left = 1;

    while (left < count - left)
        left <<= 1;
    return left;
}

/* Paths are gathered from the root down and told from the leaf up. */
static void reverse(struct digest *path, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        struct digest swapped = path[i];

        path[i] = path[count - 1 - i];
        path[count - 1 - i] = swapped;
    }
}

bool merkle_prove_inclusion(const struct merkle_store *store, uint64_t index, uint64_t size,
                            struct digest path[static MERKLE_PATH_MAX], size_t *path_count)
{
    uint64_t first = 0;
    uint64_t end = size;

    assert(index < size && size <= MERKLE_SIZE_MAX);
    *path_count = 0;
    while (end - first > 1) {
        uint64_t middle = first + left_count(end - first);
        bool is_left = index < middle;

        if (!range_root(store, is_left ? middle : first, is_left ? end : middle, &path[*path_count]))
            return false;
        ++*path_count;
        if (is_left)
            end = middle;
        else
            first = middle;
    }
    reverse(path, *path_count);
    return true;
}

bool merkle_prove_consistency(const struct merkle_store *store, uint64_t old_size, uint64_t new_size,
                              struct digest path[static MERKLE_PATH_MAX], size_t *path_count)
{
    uint64_t first = 0;
    uint64_t end = new_size;

    assert(0 < old_size && old_size <= new_size && new_size <= MERKLE_SIZE_MAX);
    *path_count = 0;
    while (end != old_size) {
        uint64_t middle = first + left_count(end - first);
        bool is_left = old_size <= middle;

        if (!range_root(store, is_left ? middle : first, is_left ? end : middle, &path[*path_count]))
            return false;
        ++*path_count;
        if (is_left)
            end = middle;
        else
            first = middle;
    }
    /* The reader holds the old root itself, so the subtree is told only where it is not the whole. */
    if (first != 0) {
        if (!range_root(store, first, end, &path[*path_count]))
            return false;
        ++*path_count;
    }
    reverse(path, *path_count);
    return true;
}

/* ---- checking proofs: the names and steps are those of RFC 9162 */

bool merkle_verify_inclusion(const struct digest *leaf_hash, uint64_t index, uint64_t size,
                             const struct digest *path, size_t path_count, const struct digest *root)
{
    uint64_t fn = index;
    uint64_t sn = size - 1;
    struct digest r = *leaf_hash;

    if (index >= size)
        return false;
    for (size_t i = 0; i < path_count; i++) {
        if (sn == 0)
            return false;
        if ((fn & 1) != 0 || fn == sn) {
            r = merkle_node(&path[i], &r);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            r = merkle_node(&r, &path[i]);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && digest_equal(&r, root);
}

static bool is_power_of_two(uint64_t number)
{
    return (number & (number - 1)) == 0;
}

bool merkle_verify_consistency(uint64_t old_size, const struct digest *old_root,
                               uint64_t new_size, const struct digest *new_root,
                               const struct digest *path, size_t path_count)
{
    uint64_t fn = old_size - 1;
    uint64_t sn = new_size - 1;
    struct digest fr, sr;
    size_t used = 0;

    if (old_size == 0 || old_size > new_size)
        return false;
    if (old_size == new_size)
        return path_count == 0 && digest_equal(old_root, new_root);
    if (path_count == 0)
        return false;

    fr = is_power_of_two(old_size) ? *old_root : path[used++];
    sr = fr;
    while ((fn & 1) != 0) {
        fn >>= 1;
        sn >>= 1;
    }
    for (; used < path_count; used++) {
        if (sn == 0)
            return false;
        if ((fn & 1) != 0 || fn == sn) {
            fr = merkle_node(&path[used], &fr);
            sr = merkle_node(&path[used], &sr);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            sr = merkle_node(&sr, &path[used]);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && digest_equal(&fr, old_root) && digest_equal(&sr, new_root);
}

/* ---- the streamed tree */

bool merkle_frontier_push_subtree(struct merkle_frontier *frontier, unsigned level,
                                  const struct digest *node)
{
    struct digest carried = *node;
    uint64_t count;

    if (level >= 63)
        return false;
    count = UINT64_C(1) << level;
    if ((frontier->size & (count - 1)) != 0 || count > MERKLE_SIZE_MAX - frontier->size)
        return false;
    while ((frontier->size >> level & 1) != 0) {
        carried = merkle_node(&frontier->nodes[level], &carried);
        level++;
    }
    frontier->nodes[level] = carried;
    frontier->size += count;
    return true;
}

void merkle_frontier_push(struct merkle_frontier *frontier, const struct digest *leaf)
{
    bool pushed = merkle_frontier_push_subtree(frontier, 0, leaf);

    assert(pushed);     /* nobody counts to 2^63 */
}

struct digest merkle_frontier_root(const struct merkle_frontier *frontier)
{
    struct digest root;
    bool is_begun = false;

    if (frontier->size == 0)
        return merkle_empty_root();
    for (unsigned level = 0; frontier->size >> level != 0; level++) {
        if ((frontier->size >> level & 1) == 0)
            continue;
        root = is_begun ? merkle_node(&frontier->nodes[level], &root) : frontier->nodes[level];
        is_begun = true;
    }
    return root;
}
