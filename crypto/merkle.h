/* The Merkle tree of RFC 9162 section 2.1: hashes, a stored tree, a streamed root, and proofs.
 *
 * A perfect subtree of 2^level leaves has the place (level, index): it covers the leaves from
 * index << level, and place (0, i) is leaf i. A perfect subtree never changes by appending, so these
 * are all the nodes that need storing; the root of any size folds the few that cover it.
 *
 * Sizes and indexes count leaves and start at zero.
 */
#ifndef CRYPTO_MERKLE_H
#define CRYPTO_MERKLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/digest.h"

/* The largest tree, 2^63 - 1 leaves; its paths of either kind have at most MERKLE_PATH_MAX hashes. */
#define MERKLE_SIZE_MAX ((uint64_t)INT64_MAX)
#define MERKLE_PATH_MAX 64

/* SHA-256(0x00 || data) */
struct digest merkle_leaf(const uint8_t *data, size_t size);

/* SHA-256(0x01 || left || right) */
struct digest merkle_node(const struct digest *left, const struct digest *right);

/* The root of no leaves: SHA-256 of nothing. */
struct digest merkle_empty_root(void);

/* Where the nodes of a tree are kept: the caller's storage. The callbacks return false when they
 * cannot, and the function that called them then returns false at once.
 */
struct merkle_store {
    void *context;
    bool (*read)(void *context, unsigned level, uint64_t index, struct digest *node);
    bool (*write)(void *context, unsigned level, uint64_t index, const struct digest *node);
};

/* Add leaf number `size_before` and write every perfect subtree it completes. */
bool merkle_append(const struct merkle_store *store, uint64_t size_before, const struct digest *leaf);

/* Put another leaf at `index` of a tree of `size`, and rewrite the perfect subtrees above it. */
bool merkle_replace(const struct merkle_store *store, uint64_t size, uint64_t index,
                    const struct digest *leaf);

/* The root of the first `size` leaves, which may be fewer than are stored. */
bool merkle_root(const struct merkle_store *store, uint64_t size, struct digest *root);

/* The path that shows leaf `index` to be in the tree of `size` (RFC 9162 section 2.1.3.1). */
bool merkle_prove_inclusion(const struct merkle_store *store, uint64_t index, uint64_t size,
                            struct digest path[static MERKLE_PATH_MAX], size_t *path_count);

/* The path that shows the tree of `new_size` to begin with that of `old_size`, 0 < old_size <= new_size
 * (RFC 9162 section 2.1.4.1); empty when the sizes are equal.
 */
bool merkle_prove_consistency(const struct merkle_store *store, uint64_t old_size, uint64_t new_size,
                              struct digest path[static MERKLE_PATH_MAX], size_t *path_count);

/* Is the leaf with this hash at `index` of the tree of `size` with this root? RFC 9162 section 2.1.3.2;
 * the path must have exactly the length that index and size ask for.
 */
bool merkle_verify_inclusion(const struct digest *leaf_hash, uint64_t index, uint64_t size,
                             const struct digest *path, size_t path_count, const struct digest *root);

/* Does the new tree begin with the old one? RFC 9162 section 2.1.4.2. Equal sizes need equal roots and
 * no path. From the empty tree nothing can be shown, so `old_size` 0 is refused.
 */
bool merkle_verify_consistency(uint64_t old_size, const struct digest *old_root,
                               uint64_t new_size, const struct digest *new_root,
                               const struct digest *path, size_t path_count);

/* The right edge of a tree that grows and is not kept: a root in constant memory. Start from
 * MERKLE_FRONTIER_EMPTY; nodes[l] is used where bit l of size is set.
 */
struct merkle_frontier {
    uint64_t size;
    struct digest nodes[64];
};

#define MERKLE_FRONTIER_EMPTY ((struct merkle_frontier){ .size = 0 })

void merkle_frontier_push(struct merkle_frontier *frontier, const struct digest *leaf);

/* Push a perfect subtree of 2^level leaves in place of the leaves themselves. False when no such
 * subtree begins at the present size, or the tree would outgrow MERKLE_SIZE_MAX; nothing is then pushed.
 */
bool merkle_frontier_push_subtree(struct merkle_frontier *frontier, unsigned level,
                                  const struct digest *node);

struct digest merkle_frontier_root(const struct merkle_frontier *frontier);

/* The level of the largest perfect subtree that begins with leaf `first` and ends before leaf `end`.
 * Taking it, moving `first` behind it and asking again covers the range with the fewest subtrees.
 */
unsigned merkle_cover_level(uint64_t first, uint64_t end);

#endif
