/* crypto/merkle.h. The roots of the eight-leaf tree are those known from the tests of Certificate
 * Transparency; the others, and the digests of all paths, were computed by a recursive transcription of
 * RFC 9162 section 2.1 in Python. Leaf i of the larger trees is the number i as eight bytes, big endian.
 */
#include "crypto/merkle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/hex.h"

#define LEVELS 10
#define LEAVES 512

/* ---- a store in memory that remembers what was written, and can be told to fail */

struct memory {
    struct digest nodes[LEVELS][LEAVES];
    bool is_written[LEVELS][LEAVES];
    size_t write_count;
    size_t calls_left;
};

static struct memory memory;

static bool read_node(void *context, unsigned level, uint64_t index, struct digest *node)
{
    struct memory *store = context;

    if (store->calls_left == 0)
        return false;
    store->calls_left--;
    assert_true(level < LEVELS && index < LEAVES && store->is_written[level][index]);
    *node = store->nodes[level][index];
    return true;
}

static bool write_node(void *context, unsigned level, uint64_t index, const struct digest *node)
{
    struct memory *store = context;

    if (store->calls_left == 0)
        return false;
    store->calls_left--;
    assert_true(level < LEVELS && index < LEAVES);
    store->nodes[level][index] = *node;
    store->is_written[level][index] = true;
    store->write_count++;
    return true;
}

static const struct merkle_store store = { &memory, read_node, write_node };

static struct digest numbered_leaf(uint64_t number)
{
    uint8_t bytes[8];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(number >> (56 - 8 * i));
    return merkle_leaf(bytes, sizeof bytes);
}

static void fill(uint64_t size)
{
    memset(&memory, 0, sizeof memory);
    memory.calls_left = SIZE_MAX;
    for (uint64_t i = 0; i < size; i++) {
        struct digest leaf = numbered_leaf(i);

        assert_true(merkle_append(&store, i, &leaf));
    }
}

static struct digest root_of(uint64_t size)
{
    struct digest root;

    assert_true(merkle_root(&store, size, &root));
    return root;
}

static int start(void **state)
{
    (void)state;
    return crypt_start() == CRYPT_OK ? 0 : -1;
}

/* ---- hashes and roots */

static const char *const ct_leaves[] = {
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
};
static const char *const ct_roots[] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

static void the_well_known_tree_has_its_well_known_roots(void **state)
{
    struct merkle_frontier frontier = MERKLE_FRONTIER_EMPTY;

    (void)state;
    fill(0);
    for (uint64_t size = 0; size <= 8; size++) {
        struct digest streamed = merkle_frontier_root(&frontier);
        struct digest stored = root_of(size);
        struct digest leaf;
        uint8_t bytes[16];

        assert_hex(ct_roots[size], stored.bytes, sizeof stored.bytes);
        assert_hex(ct_roots[size], streamed.bytes, sizeof streamed.bytes);
        if (size == 8)
            break;
        leaf = merkle_leaf(bytes, hex_read(ct_leaves[size], bytes, sizeof bytes));
        assert_true(merkle_append(&store, size, &leaf));
        merkle_frontier_push(&frontier, &leaf);
    }
}

static const struct {
    uint64_t size;
    const char *root;
} numbered_roots[] = {
    { 1, "3e7077fd2f66d689e0cee6a7cf5b37bf2dca7c979af356d0a31cbc5c85605c7d" },
    { 2, "a7d91894b61fbf46378d88e3e1b1f7aef39532c504b484bd31551d15e0a09dff" },
    { 3, "9b4965f8b220ba42f7039ad0781c966cf90bb1aea15a80586d634b322ab1f4ce" },
    { 7, "45cea7edca9543ee5575a5774d0d8fa9321a8be084b3fb657fa4f6d071a3c94c" },
    { 100, "2891e78a4dc1677f965bd3e91dea9b59088e219becee08c6ee5d15414b446a7d" },
    { 255, "bb3b9743e08118ea583ae77df04a1449a0601cde6f75146d79c2cab6366ce210" },
    { 256, "15e2dd4973ae44de8c8cf3048fd98d17adaaea6287f4e0606a55a643617408c0" },
    { 257, "d418c0873259bce7d0561ab004486112416c1c4490865415342bfe06e673146c" },
    { 300, "909729a9c6f4a962812a46579f13d2adad03cf7d0016d56243fe4584d0b5e03c" },
};

static void a_stored_tree_gives_the_root_of_every_earlier_size(void **state)
{
    (void)state;
    fill(300);
    for (size_t i = 0; i < sizeof numbered_roots / sizeof numbered_roots[0]; i++) {
        struct digest root = root_of(numbered_roots[i].size);

        assert_hex(numbered_roots[i].root, root.bytes, sizeof root.bytes);
    }
}

/* A tree of n leaves has n - popcount(n) complete nodes above them. */
static void appending_writes_each_perfect_subtree_once(void **state)
{
    (void)state;
    fill(300);
    assert_int_equal(300 + 300 - 4, memory.write_count);
    assert_true(memory.is_written[8][0]);
    assert_false(memory.is_written[8][1]);
    assert_false(memory.is_written[9][0]);
}

static void a_leaf_may_be_replaced(void **state)
{
    static const struct {
        uint64_t size;
        const char *root;
    } rows[] = {
        { 6, "dae556b17a4d7c2ce1ef6b41e1f0f7c655702a2e1eb4c2075192f55e1c6fb591" },
        { 8, "111c3bfefd3bd8ad8a4168a9939450ded8a89722a3f3c8f8aac8bc4859557673" },
        { 11, "b3c2d5e2cd052f9139c4b5860495b14d4c28a3e6a06e0be97f0d756bdac7a7cd" },
        { 100, "daec479a6d03607b471843e72c9c51edaf2f4c6b3e44c4465fa3fd5bf09298e8" },
    };
    struct digest leaf = merkle_leaf((const uint8_t *)"new", 3);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct digest root, before, old = numbered_leaf(5);

        fill(rows[i].size);
        before = root_of(rows[i].size);
        assert_true(merkle_replace(&store, rows[i].size, 5, &leaf));
        root = root_of(rows[i].size);
        assert_hex(rows[i].root, root.bytes, sizeof root.bytes);
        assert_true(merkle_replace(&store, rows[i].size, 5, &old));
        root = root_of(rows[i].size);
        assert_true(digest_equal(&before, &root));
    }
}

static void replacing_any_leaf_of_any_small_tree_is_as_good_as_having_appended_it(void **state)
{
    struct digest leaf = merkle_leaf((const uint8_t *)"new", 3);

    (void)state;
    for (uint64_t size = 1; size <= 17; size++) {
        for (uint64_t index = 0; index < size; index++) {
            struct merkle_frontier frontier = MERKLE_FRONTIER_EMPTY;
            struct digest streamed, stored;

            for (uint64_t i = 0; i < size; i++) {
                struct digest other = numbered_leaf(i);

                merkle_frontier_push(&frontier, i == index ? &leaf : &other);
            }
            fill(size);
            assert_true(merkle_replace(&store, size, index, &leaf));
            stored = root_of(size);
            streamed = merkle_frontier_root(&frontier);
            assert_true(digest_equal(&streamed, &stored));
        }
    }
}

/* ---- proofs */

static void paths_are_those_of_rfc_9162(void **state)
{
    struct digest path[MERKLE_PATH_MAX], all;
    struct hasher hasher;
    size_t count;

    (void)state;
    fill(70);
    assert_int_equal(CRYPT_OK, hasher_init(&hasher));
    for (uint64_t size = 1; size <= 70; size++) {
        for (uint64_t index = 0; index < size; index++) {
            assert_true(merkle_prove_inclusion(&store, index, size, path, &count));
            hasher_update(&hasher, path[0].bytes, count * sizeof path[0]);
        }
    }
    all = hasher_finish(&hasher);
    assert_hex("f1aad43ef2a71199160f10f2d214e6318115b022ae6c84feda65e5a8f0c4df82", all.bytes,
               sizeof all.bytes);
    for (uint64_t size = 1; size <= 70; size++) {
        for (uint64_t old_size = 1; old_size <= size; old_size++) {
            assert_true(merkle_prove_consistency(&store, old_size, size, path, &count));
            hasher_update(&hasher, path[0].bytes, count * sizeof path[0]);
        }
    }
    all = hasher_finish(&hasher);
    assert_hex("210faa8dd0287d2216d7476ab2d6052ff2dd84da0748deeadb9580086c6deca9", all.bytes,
               sizeof all.bytes);
    hasher_release(&hasher);
}

static void assert_inclusion_is_tight(uint64_t index, uint64_t size)
{
    struct digest path[MERKLE_PATH_MAX + 1] = { 0 };
    struct digest leaf = numbered_leaf(index);
    struct digest other = numbered_leaf(index + 1);
    struct digest root = root_of(size);
    size_t count;

    assert_true(merkle_prove_inclusion(&store, index, size, path, &count));
    assert_true(merkle_verify_inclusion(&leaf, index, size, path, count, &root));
    assert_false(merkle_verify_inclusion(&other, index, size, path, count, &root));
    assert_false(merkle_verify_inclusion(&leaf, index, size, path, count, &other));
    assert_false(merkle_verify_inclusion(&leaf, index, size, path, count + 1, &root));
    if (count > 0)
        assert_false(merkle_verify_inclusion(&leaf, index, size, path, count - 1, &root));
    for (uint64_t wrong = 0; wrong < size + 2; wrong++)
        if (wrong != index)
            assert_false(merkle_verify_inclusion(&leaf, wrong, size, path, count, &root));
    for (size_t i = 0; i < count; i++) {
        path[i].bytes[31] ^= 1;
        assert_false(merkle_verify_inclusion(&leaf, index, size, path, count, &root));
        path[i].bytes[31] ^= 1;
    }
}

static void inclusion_is_shown_of_each_leaf_and_nothing_else(void **state)
{
    struct digest leaf = numbered_leaf(0);

    (void)state;
    fill(34);
    for (uint64_t size = 1; size <= 34; size++)
        for (uint64_t index = 0; index < size; index++)
            assert_inclusion_is_tight(index, size);
    assert_false(merkle_verify_inclusion(&leaf, 0, 0, NULL, 0, &leaf));
    assert_true(merkle_verify_inclusion(&leaf, 0, 1, NULL, 0, &leaf));
    assert_false(merkle_verify_inclusion(&leaf, 1, 1, NULL, 0, &leaf));
}

static void assert_consistency_is_tight(uint64_t old_size, uint64_t new_size)
{
    struct digest path[MERKLE_PATH_MAX + 1] = { 0 };
    struct digest old_root = root_of(old_size);
    struct digest new_root = root_of(new_size);
    struct digest other = numbered_leaf(77);
    size_t count;

    assert_true(merkle_prove_consistency(&store, old_size, new_size, path, &count));
    assert_true(merkle_verify_consistency(old_size, &old_root, new_size, &new_root, path, count));
    assert_false(merkle_verify_consistency(old_size, &other, new_size, &new_root, path, count));
    assert_false(merkle_verify_consistency(old_size, &old_root, new_size, &other, path, count));
    assert_false(merkle_verify_consistency(old_size, &old_root, new_size, &new_root, path, count + 1));
    assert_false(merkle_verify_consistency(0, &old_root, new_size, &new_root, path, count));
    if (count > 0)
        assert_false(merkle_verify_consistency(old_size, &old_root, new_size, &new_root, path,
                                               count - 1));
    if (old_size != new_size)
        assert_false(merkle_verify_consistency(new_size, &new_root, old_size, &old_root, path, count));
    for (size_t i = 0; i < count; i++) {
        path[i].bytes[0] ^= 1;
        assert_false(merkle_verify_consistency(old_size, &old_root, new_size, &new_root, path, count));
        path[i].bytes[0] ^= 1;
    }
}

static void consistency_is_shown_of_each_pair_of_sizes_and_nothing_else(void **state)
{
    (void)state;
    fill(34);
    for (uint64_t new_size = 1; new_size <= 34; new_size++)
        for (uint64_t old_size = 1; old_size <= new_size; old_size++)
            assert_consistency_is_tight(old_size, new_size);
}

static void the_largest_sizes_do_not_confuse_the_checks(void **state)
{
    struct digest path[70] = { 0 };
    struct digest root = numbered_leaf(1);

    (void)state;
    for (size_t count = 0; count < sizeof path / sizeof path[0]; count++) {
        assert_false(merkle_verify_inclusion(&root, 0, UINT64_MAX, path, count, &root));
        assert_false(merkle_verify_inclusion(&root, UINT64_MAX - 1, UINT64_MAX, path, count, &root));
        assert_false(merkle_verify_inclusion(&root, UINT64_MAX, UINT64_MAX, path, count, &root));
        assert_false(merkle_verify_consistency(1, &root, UINT64_MAX, &root, path, count));
        assert_false(merkle_verify_consistency(UINT64_MAX - 1, &root, UINT64_MAX, &root, path, count));
    }
}

/* ---- the streamed tree */

static void subtrees_may_be_pushed_in_place_of_their_leaves(void **state)
{
    (void)state;
    fill(100);
    for (uint64_t first = 0; first < 100; first += 9) {
        for (uint64_t end = first + 1; end <= 100; end += 7) {
            struct merkle_frontier frontier = MERKLE_FRONTIER_EMPTY;
            struct digest streamed, stored = root_of(100);
            uint64_t next = 0;

            while (next < 100) {
                bool withheld = next >= first && next < end;
                unsigned level = withheld ? merkle_cover_level(next, end) : 0;

                assert_true(merkle_frontier_push_subtree(&frontier, level,
                                                         &memory.nodes[level][next >> level]));
                next += UINT64_C(1) << level;
            }
            streamed = merkle_frontier_root(&frontier);
            assert_true(digest_equal(&stored, &streamed));
        }
    }
}

static void a_subtree_that_cannot_begin_here_is_not_pushed(void **state)
{
    struct merkle_frontier frontier = MERKLE_FRONTIER_EMPTY;
    struct digest node = numbered_leaf(0);

    (void)state;
    merkle_frontier_push(&frontier, &node);
    assert_false(merkle_frontier_push_subtree(&frontier, 1, &node));
    assert_false(merkle_frontier_push_subtree(&frontier, 62, &node));
    assert_false(merkle_frontier_push_subtree(&frontier, 63, &node));
    assert_false(merkle_frontier_push_subtree(&frontier, 64, &node));
    assert_false(merkle_frontier_push_subtree(&frontier, UINT32_MAX, &node));
    assert_int_equal(1, frontier.size);
    frontier = MERKLE_FRONTIER_EMPTY;
    for (unsigned level = 62; level > 0; level--)
        assert_true(merkle_frontier_push_subtree(&frontier, level, &node));
    assert_true(merkle_frontier_push_subtree(&frontier, 0, &node));
    assert_int_equal(MERKLE_SIZE_MAX, frontier.size);
    assert_false(merkle_frontier_push_subtree(&frontier, 0, &node));
}

static void a_range_is_covered_by_the_largest_subtrees(void **state)
{
    static const struct {
        uint64_t first, end;
        unsigned level;
    } rows[] = {
        { 0, 1, 0 }, { 0, 2, 1 }, { 0, 3, 1 }, { 0, 4, 2 }, { 1, 100, 0 }, { 2, 100, 1 }, { 4, 7, 1 },
        { 4, 8, 2 }, { 64, 100, 5 }, { 6, 7, 0 }, { 0, MERKLE_SIZE_MAX, 62 },
        { UINT64_C(1) << 62, MERKLE_SIZE_MAX, 61 }, { MERKLE_SIZE_MAX - 1, MERKLE_SIZE_MAX, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(rows[i].level, merkle_cover_level(rows[i].first, rows[i].end));
}

/* ---- a store that fails */

static bool append_to_11(void)
{
    struct digest leaf = numbered_leaf(11);

    return merkle_append(&store, 11, &leaf);
}

static bool replace_in_11(void)
{
    struct digest leaf = numbered_leaf(99);

    return merkle_replace(&store, 11, 3, &leaf);
}

static bool root_of_11(void)
{
    struct digest root;

    return merkle_root(&store, 11, &root);
}

static bool prove_inclusion_in_11(void)
{
    struct digest path[MERKLE_PATH_MAX];
    size_t count;

    return merkle_prove_inclusion(&store, 4, 11, path, &count);
}

static bool prove_consistency_to_11(void)
{
    struct digest path[MERKLE_PATH_MAX];
    size_t count;

    return merkle_prove_consistency(&store, 7, 11, path, &count);
}

static void what_the_store_refuses_is_passed_on(void **state)
{
    bool (*const acts[])(void) = { append_to_11, replace_in_11, root_of_11, prove_inclusion_in_11,
                                   prove_consistency_to_11 };

    (void)state;
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        size_t needed = 0;
        bool done = false;

        for (; !done && needed < 100; needed++) {
            fill(11);
            memory.calls_left = needed;
            done = acts[i]();
        }
        assert_true(done && needed > 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_well_known_tree_has_its_well_known_roots),
        cmocka_unit_test(a_stored_tree_gives_the_root_of_every_earlier_size),
        cmocka_unit_test(appending_writes_each_perfect_subtree_once),
        cmocka_unit_test(a_leaf_may_be_replaced),
        cmocka_unit_test(replacing_any_leaf_of_any_small_tree_is_as_good_as_having_appended_it),
        cmocka_unit_test(paths_are_those_of_rfc_9162),
        cmocka_unit_test(inclusion_is_shown_of_each_leaf_and_nothing_else),
        cmocka_unit_test(consistency_is_shown_of_each_pair_of_sizes_and_nothing_else),
        cmocka_unit_test(the_largest_sizes_do_not_confuse_the_checks),
        cmocka_unit_test(subtrees_may_be_pushed_in_place_of_their_leaves),
        cmocka_unit_test(a_subtree_that_cannot_begin_here_is_not_pushed),
        cmocka_unit_test(a_range_is_covered_by_the_largest_subtrees),
        cmocka_unit_test(what_the_store_refuses_is_passed_on),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
