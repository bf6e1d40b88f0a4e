/* The walk through the pages of a file: it finds each rule broken, and nothing wrong with what LMDB writes.
 *
 * PAGES_SEED says another seed of the random stores, PAGES_STORES how many. */
#include "ledger/store_pages.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "ledger/store.h"
#include "tests/support/pieces.h"
#include "tests/support/place.h"
#include "tests/support/records.h"

enum { PAGE = 4096, STORES = 2000 };

static const char *const names[] = { "entries", "tree", "leaves", "names", "touches", "checkpoints", "meta" };
enum { NAMES = sizeof names / sizeof names[0] };

/* xorshift64 (Marsaglia 2003) */
static uint64_t random_state;

static size_t random_below(size_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (size_t)(random_state % limit);
}

static uint64_t number_in_environment(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);

    return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

/* ---- a file as it lies in memory */

static struct meta_page newer_meta(const uint8_t *file)
{
    struct meta_page metas[META_PAGES];

    for (unsigned i = 0; i < META_PAGES; i++)
        memcpy(&metas[i], file + i * PAGE, sizeof metas[i]);
    return metas[metas[1].txn > metas[0].txn];
}

static struct page page_of(const uint8_t *file, uint64_t number)
{
    return (struct page){ file + number * PAGE, PAGE };
}

static struct meta_tree tree_in(const uint8_t *file, const char *name)
{
    struct meta_page meta = newer_meta(file);
    struct page main = page_of(file, meta.main.root);
    struct meta_tree tree = { 0 };

    for (unsigned i = 0; i < page_node_count(main); i++) {
        struct node node = page_node(main, PAGE_LEAF, i);

        if (bytes_equal_text(node.key, name))
            memcpy(&tree, node.value.data, sizeof tree);
    }
    return tree;
}

/* Begin to read what the file says was committed last. */
static struct pages *pages_of(const char *path, int *file)
{
    struct pieces data;
    struct pages *pages;

    pieces_read_whole(&data, path);
    *file = open(path, O_RDONLY);
    assert_true(*file >= 0);
    pages = pages_new(*file, PAGE, newer_meta(data.file).txn, names, NAMES);
    assert_non_null(pages);
    pieces_free(&data);
    return pages;
}

/* ---- nothing legal is refused */

enum { POOL = 40 };

static void put_something(struct store_txn *txn)
{
    static const size_t most[] = { 4, 60, 60, 700, 2200, 20000 };
    static uint8_t value[20001];
    uint8_t key[STORE_KEY_LIMIT];
    size_t key_size = 1 + random_below(random_below(4) == 0 ? sizeof key : 12);
    enum store_table table = (enum store_table)random_below(STORE_TABLES);
    struct error error;

    /* Many keys come again: values are replaced by larger and by smaller ones. */
    memset(key, (int)random_below(POOL), sizeof key);
    key[0] = (uint8_t)random_below(256);
    for (size_t i = 0; i < 8; i++)
        value[i] = (uint8_t)random_below(256);
    assert_int_equal(LEDGER_OK, store_put(txn, table, bytes_of(key, key_size),
                                          bytes_of(value, random_below(1 + most[random_below(6)])), &error));
}

/* Walked anew, and on ways that the same pages were read for before. */
static void assert_sound(const char *path)
{
    int file;
    struct pages *pages = pages_of(path, &file);
    bool sound = pages_before_write(pages);

    for (int i = 0; i < 10 && sound; i++) {
        uint8_t key[] = { (uint8_t)random_below(256), (uint8_t)random_below(POOL) };

        sound = pages_way(pages, (unsigned)random_below(NAMES), (enum page_way)random_below(4), bytes_of(key, sizeof key));
    }
    if (!sound || !pages_walk(pages))
        fail_msg("page %llu, in %s: %s", (unsigned long long)pages_fault(pages)->page, pages_fault(pages)->tree,
                 pages_fault(pages)->what);
    pages_free(pages);
    close(file);
}

static void make_random_store(const char *directory)
{
    char path[PATH_MAX];
    struct store *store;
    struct store_txn *txn, *reader = NULL;
    struct error error;
    size_t commits = 1 + random_below(8), most = 1 + random_below(80);

    store = store_in(directory, STORE_SCRATCH);
    place_path(directory, "data.mdb", path);
    for (size_t i = 0; i < commits; i++) {
        if (random_below(4) == 0 && reader == NULL)
            assert_int_equal(LEDGER_OK, store_begin_read(store, &reader, &error));
        assert_int_equal(LEDGER_OK, store_begin_write(store, 0, &txn, &error));
        for (size_t j = random_below(most); j > 0; j--)
            put_something(txn);
        if (random_below(8) == 0)
            store_abort(txn);
        else
            assert_int_equal(LEDGER_OK, store_commit(txn, &error));
        assert_sound(path);
        if (random_below(4) == 0) {
            store_abort(reader);
            reader = NULL;
        }
    }
    store_abort(reader);
    store_close(store);
}

static void remove_store(const char *directory)
{
    static const char *const files[] = { "data.mdb", "lock.mdb", "gate" };
    char path[PATH_MAX];

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        place_path(directory, files[i], path);
        unlink(path);
    }
}

static void nothing_that_lmdb_writes_is_refused(void **state)
{
    uint64_t stores = number_in_environment("PAGES_STORES", STORES);

    random_state = number_in_environment("PAGES_SEED", 20260302);
    for (uint64_t i = 0; i < stores; i++) {
        make_random_store(*state);
        remove_store(*state);
    }
}

/* Commit by commit, as a book grows: the list of free pages is used and written each time. */
static void a_store_of_many_small_commits_is_sound_after_each(void **state)
{
    struct store *store = store_in(*state, STORE_SCRATCH);
    char path[PATH_MAX];

    place_path(*state, "data.mdb", path);
    random_state = 5;
    for (uint32_t i = 0; i < 600; i++) {
        struct store_txn *txn;
        struct error error;

        assert_int_equal(LEDGER_OK, store_begin_write(store, 0, &txn, &error));
        put_in(txn, STORE_ENTRIES, i, i);
        for (int j = 0; j < 4; j++)
            put_something(txn);
        assert_int_equal(LEDGER_OK, store_commit(txn, &error));
        assert_sound(path);
    }
    store_close(store);
}

/* ---- each rule broken */

/* A store with branches, large values and free pages in its list. */
static uint8_t *sample;
static size_t sample_size;

static void make_sample(const char *directory)
{
    struct store *store = store_in(directory, STORE_CREATE);
    struct store_txn *txn;
    struct error error;
    struct pieces data;
    char path[PATH_MAX];
    uint8_t key[4], value[9000] = { 0 };

    for (uint32_t i = 0; i < 20; i++) {
        assert_int_equal(LEDGER_OK, store_begin_write(store, 0, &txn, &error));
        for (uint32_t j = 0; j < 20; j++)
            assert_int_equal(LEDGER_OK, store_put(txn, STORE_ENTRIES, number_key(key, i * 20 + j), bytes_of(value, 300), &error));
        assert_int_equal(LEDGER_OK, store_put(txn, STORE_NAMES, number_key(key, i), bytes_of(value, 9000), &error));
        for (uint32_t j = 0; j < 10; j++)
            put_in(txn, STORE_TOUCHES, i * 20 + j, j);
        assert_int_equal(LEDGER_OK, store_commit(txn, &error));
    }
    store_close(store);
    place_path(directory, "data.mdb", path);
    pieces_read_whole(&data, path);
    sample = data.file;
    sample_size = data.size;
}

/* Pages of the sample that a row is about. */
enum where { META, MAIN, FREE_LEAF, BRANCH, LEAF, LEAF_BEHIND, RUN, NAMES_LEAF };

static uint64_t page_at(enum where where)
{
    struct meta_page meta = newer_meta(sample);
    struct meta_tree entries = tree_in(sample, "entries"), of_names = tree_in(sample, "names");
    struct page root = page_of(sample, entries.root);

    assert_true(entries.depth == 2 && of_names.depth == 1 && meta.free.depth == 1 && meta.main.depth == 1);
    switch (where) {
    case META: return meta.txn % META_PAGES;
    case MAIN: return meta.main.root;
    case FREE_LEAF: return meta.free.root;
    case BRANCH: return entries.root;
    case LEAF: return page_node(root, PAGE_BRANCH, 3).page;
    case LEAF_BEHIND: return page_node(root, PAGE_BRANCH, 4).page;
    case NAMES_LEAF: return of_names.root;
    case RUN: return page_node(page_of(sample, of_names.root), PAGE_LEAF, 5).page;
    }
    return 0;
}

static size_t node_at(enum where where, unsigned index)
{
    uint16_t place;

    memcpy(&place, sample + page_at(where) * PAGE + PAGE_HEAD_SIZE + 2 * index, sizeof place);
    return place;
}

/* What lies where in a page, by LMDB's own description of its format (lmdb.h, mdb.c 0.9). */
static size_t lies(enum where where, unsigned node, size_t offset)
{
    return page_at(where) * PAGE + (node == UINT32_MAX ? offset : node_at(where, node) + offset);
}

enum { HEAD = -1 }; /* offsets count from the page, else from a node */

static void every_rule_broken_is_found(void **state)
{
    /* Meta: the tree of free pages at 40, the main one at 88 (pad 0, flags 4, depth 6, branches 8, leaves 16,
     * large 24, records 32, root 40), the last page at 136. Page: number 0, kind 10, free space 12 to 14, or pages
     * of a run 12; places of nodes from 16. Node: size of its value, or page below, 0; sort 4; size of key 6; key 8. */
    static const struct {
        enum where where;
        int node;
        size_t offset, size;
        uint64_t value;
        const char *what;
    } rows[] = {
        { META, HEAD, 40 + 4, 2, 0, "it has another order than ours" },
        { META, HEAD, 88 + 4, 2, 4, "it has another order than ours" },
        { META, HEAD, 88 + 6, 2, 33, "it has an impossible depth" },
        { META, HEAD, 88 + 6, 2, 0, "it has an impossible depth" },
        { META, HEAD, 88 + 6, 2, 2, "a branch page should be here" },
        { META, HEAD, 88 + 40, 8, 1, "its root lies outside the file" },
        { META, HEAD, 88 + 40, 8, 1 << 30, "its root lies outside the file" },
        { META, HEAD, 88 + 8, 8, 1, "it has another number of pages than it says" },
        { META, HEAD, 88 + 16, 8, 2, "it has another number of pages than it says" },
        { META, HEAD, 88 + 24, 8, 1, "it holds another number of records than it says" },
        { META, HEAD, 88 + 32, 8, 6, "it holds another number of records than it says" },
        { META, HEAD, 40 + 32, 8, 1, "it holds another number of records than it says" },
        { META, HEAD, 136, 8, 1 << 20, "the file has been cut short" },
        { META, HEAD, 136, 8, 20, "its root lies outside the file" },
        { MAIN, HEAD, 0, 8, 77, "it bears another number" },
        { MAIN, 0, 4, 2, 0, "a node is not of its tree's sort" },
        { MAIN, 0, 4, 2, 6, "a node is of an unknown sort" },
        { BRANCH, HEAD, 0, 1, 0, "it bears another number" },
        { BRANCH, HEAD, 10, 2, 2, "a branch page should be here" },
        { BRANCH, HEAD, 10, 2, 0x11, "a branch page should be here" },
        { BRANCH, HEAD, 12, 2, 18, "its nodes do not fill it" },
        { BRANCH, HEAD, 12, 2, 15, "its free space is not within it" },
        { BRANCH, HEAD, 12, 2, 14, "its free space is not within it" },
        { BRANCH, HEAD, 14, 2, 4098, "its free space is not within it" },
        { BRANCH, HEAD, 14, 2, 16, "its free space is not within it" },
        { BRANCH, 2, 0, 4, 1, "a node points outside the file" },
        { BRANCH, 2, 0, 4, 1000000, "a node points outside the file" },
        { BRANCH, 2, 4, 2, 1, "a node points outside the file" },
        { BRANCH, 2, 6, 2, 0, "a key has an impossible size" },
        { BRANCH, 2, 6, 2, 512, "a node reaches beyond the page" },
        { BRANCH, 2, 6, 2, 5000, "a node reaches beyond the page" },
        { BRANCH, 2, 8, 1, 1, "its keys are out of order" },
        { LEAF, HEAD, 10, 2, 1, "a leaf page should be here" },
        { LEAF, HEAD, 10, 2, 0x22, "a leaf page should be here" },
        { LEAF, HEAD, 12, 2, 16, "its nodes do not fill it" },
        { LEAF, HEAD, 14, 2, 30, "its free space is not within it" },
        { LEAF, HEAD, 16, 2, 4095, "a node lies outside its place" },
        { LEAF, HEAD, 16, 2, 4092, "a node lies outside its place" },
        { LEAF, HEAD, 16, 2, 18, "a node lies outside its place" },
        { LEAF, 1, 0, 2, 0xffff, "a node reaches beyond the page" },
        { LEAF, 1, 2, 2, 0x7fff, "a node reaches beyond the page" },
        { LEAF, 1, 0, 2, 200, "its nodes do not fill it" },
        { LEAF, 1, 0, 2, 302, "its nodes do not fill it" },
        { LEAF, 1, 0, 2, 612, "its nodes overlap" },
        { LEAF, 1, 4, 2, 2, "a node is not of its tree's sort" },
        { LEAF, 1, 4, 2, 4, "a node is of an unknown sort" },
        { LEAF, 1, 6, 2, 0, "a key has an impossible size" },
        { LEAF, 1, 6, 2, 513, "a node reaches beyond the page" },
        { LEAF, 1, 8, 1, 1, "its keys are out of order" },
        { LEAF, 0, 8, 4, 0, "its keys are out of order" },
        { NAMES_LEAF, 5, 8, 4, 1, "its keys are out of order" },
        { NAMES_LEAF, 5, 12, 8, 1, "a large value lies outside the file" },
        { NAMES_LEAF, 5, 12, 8, 1000000, "a large value lies outside the file" },
        { NAMES_LEAF, 5, 12, 8, UINT64_MAX, "a large value lies outside the file" },
        { NAMES_LEAF, 5, 2, 2, 0xffff, "a large value lies outside the file" },
        { NAMES_LEAF, 5, 0, 4, 12273, "a large value has another number of pages than it says" },
        { NAMES_LEAF, 5, 4, 2, 0, "a node reaches beyond the page" },
        { RUN, HEAD, 0, 8, 3, "it bears another number" },
        { RUN, HEAD, 10, 2, 2, "the first page of a large value should be here" },
        { RUN, HEAD, 12, 4, 2, "a large value has another number of pages than it says" },
        { RUN, HEAD, 12, 4, 4, "it is used twice, or listed as free" },
        { RUN, HEAD, 12, 4, 100000, "a large value has another number of pages than it says" },
        { FREE_LEAF, 0, 8, 8, 100, "its keys are out of order" },
        { FREE_LEAF, 0, 16, 8, 1000, "a list of free pages is not as long as it says" },
        { FREE_LEAF, 0, 24, 8, 1, "a list of free pages names one outside the file" },
        { FREE_LEAF, 0, 24, 8, 1000000, "a list of free pages names one outside the file" },
        { FREE_LEAF, 0, 32, 8, 1000000, "a list of free pages names one outside the file" },
        { FREE_LEAF, 0, 6, 2, 6, "its nodes do not fill it" },
    };
    char path[PATH_MAX];

    make_sample(*state);
    place_path(*state, "changed.mdb", path);
    file_write(path, sample, sample_size);
    assert_sound(path);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t at = lies(rows[i].where, (unsigned)rows[i].node, rows[i].offset);
        uint8_t kept[sizeof rows[i].value];
        struct pages *pages;
        int file;

        memcpy(kept, sample + at, rows[i].size);
        memcpy(sample + at, &rows[i].value, rows[i].size);
        file_write(path, sample, sample_size);
        pages = pages_of(path, &file);
        if (pages_walk(pages))
            fail_msg("row %zu passes: %s", i, rows[i].what);
        if (strcmp(pages_fault(pages)->what, rows[i].what) != 0)
            fail_msg("row %zu: \"%s\" and not \"%s\"", i, pages_fault(pages)->what, rows[i].what);
        pages_free(pages);
        close(file);
        memcpy(sample + at, kept, rows[i].size);
    }
    free(sample);
}

/* What takes more than one field: pages and nodes put where others are. */
static void point_child_at_another(void) { memcpy(sample + lies(BRANCH, 3, 0), sample + lies(BRANCH, 4, 0), 4); }
static void swap_children(void)
{
    uint8_t kept[4];

    memcpy(kept, sample + lies(BRANCH, 3, 0), 4);
    point_child_at_another();
    memcpy(sample + lies(BRANCH, 4, 0), kept, 4);
}
static void put_leaf_behind_in_its_place(void)
{
    uint64_t number = page_at(LEAF);

    memcpy(sample + number * PAGE, sample + page_at(LEAF_BEHIND) * PAGE, PAGE);
    memcpy(sample + number * PAGE, &number, sizeof number);
}
static void place_two_nodes_in_one(void) { memcpy(sample + lies(LEAF, UINT32_MAX, 16), sample + lies(LEAF, UINT32_MAX, 18), 2); }
static void swap_places(void)
{
    uint8_t kept[2];

    memcpy(kept, sample + lies(LEAF, UINT32_MAX, 16), 2);
    place_two_nodes_in_one();
    memcpy(sample + lies(LEAF, UINT32_MAX, 18), kept, 2);
}
static void zero_leaf(void) { memset(sample + page_at(LEAF) * PAGE, 0, PAGE); }
static void list_leaf_as_free(void)
{
    /* One page is listed, in room for more: which LMDB leaves at times. */
    const uint64_t list[2] = { 1, page_at(LEAF) };

    memcpy(sample + lies(FREE_LEAF, 0, 16), list, sizeof list);
}
static void drop_last_entry(void)
{
    uint8_t *leaf = sample + page_at(LEAF) * PAGE;
    uint16_t lower, upper, place;
    struct page page = { leaf, PAGE };
    unsigned last = page_node_count(page) - 1;

    /* It is the node written last, so that it lies lowest: the page stays well made without it. */
    memcpy(&lower, leaf + 12, 2);
    memcpy(&upper, leaf + 14, 2);
    memcpy(&place, leaf + 16 + 2 * last, 2);
    assert_int_equal(place, upper);
    lower = (uint16_t)(lower - 2);
    upper = (uint16_t)(upper + 312);
    memcpy(leaf + 12, &lower, 2);
    memcpy(leaf + 14, &upper, 2);
}

static void pages_and_nodes_put_where_others_are_are_found(void **state)
{
    static const struct {
        void (*change)(void);
        const char *what;
    } rows[] = {
        { point_child_at_another, "its keys are out of order" },
        { swap_children, "its keys are out of order" },
        { put_leaf_behind_in_its_place, "its keys are out of order" },
        { place_two_nodes_in_one, "two nodes lie in one place" },
        { swap_places, "its keys are out of order" },
        { zero_leaf, "it bears another number" },
        { list_leaf_as_free, "it is used twice, or listed as free" },
        { drop_last_entry, "it holds another number of records than it says" },
    };
    char path[PATH_MAX];

    make_sample(*state);
    place_path(*state, "changed.mdb", path);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t *kept = malloc(sample_size);
        struct pages *pages;
        int file;

        assert_non_null(kept);
        memcpy(kept, sample, sample_size);
        rows[i].change();
        file_write(path, sample, sample_size);
        pages = pages_of(path, &file);
        if (pages_walk(pages))
            fail_msg("row %zu passes: %s", i, rows[i].what);
        if (strcmp(pages_fault(pages)->what, rows[i].what) != 0)
            fail_msg("row %zu: \"%s\" and not \"%s\"", i, pages_fault(pages)->what, rows[i].what);
        pages_free(pages);
        close(file);
        memcpy(sample, kept, sample_size);
        free(kept);
    }
    free(sample);
}

/* ---- ways: what lies beside one does not stop it, what lies on it does */

static void a_way_is_judged_from_end_to_end_and_no_further(void **state)
{
    struct meta_tree entries;
    struct page root;
    struct bytes first_behind;
    char path[PATH_MAX];
    uint8_t key[4];
    uint32_t behind;
    struct pages *pages;
    int file;

    make_sample(*state);
    place_path(*state, "changed.mdb", path);
    entries = tree_in(sample, "entries");
    root = page_of(sample, entries.root);
    first_behind = page_node(root, PAGE_BRANCH, 4).key;
    behind = number_of(first_behind);
    memset(sample + page_at(LEAF_BEHIND) * PAGE, 0, PAGE);
    file_write(path, sample, sample_size);

    pages = pages_of(path, &file);
    assert_true(pages_before_write(pages)); /* branches and free pages alone */
    assert_true(pages_way(pages, STORE_ENTRIES, WAY_TO_KEY, bytes_of("", 0)));
    assert_true(pages_way(pages, STORE_ENTRIES, WAY_TO_LAST, bytes_of("", 0)));
    assert_true(pages_way(pages, STORE_ENTRIES, WAY_TO_KEY, number_key(key, behind - 1)));
    assert_true(pages_way(pages, STORE_ENTRIES, WAY_PAST_KEY, number_key(key, behind - 2)));
    assert_false(pages_way(pages, STORE_ENTRIES, WAY_PAST_KEY, number_key(key, behind - 1)));
    assert_int_equal(pages_fault(pages)->page, page_at(LEAF_BEHIND));
    assert_false(pages_way(pages, STORE_ENTRIES, WAY_TO_KEY, number_key(key, behind)));
    assert_int_equal(pages_fault(pages)->page, page_at(LEAF_BEHIND));
    assert_int_equal(pages_fault(pages)->from_size, 4);
    assert_memory_equal(pages_fault(pages)->from, number_key(key, behind).data, 4);
    assert_true(pages_way(pages, STORE_ENTRIES, WAY_TO_KEY, number_key(key, behind - 1)));
    assert_true(pages_way(pages, STORE_TOUCHES, WAY_TO_KEY, number_key(key, 7)));
    pages_free(pages);
    close(file);
    free(sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_place(nothing_that_lmdb_writes_is_refused),
        in_a_place(a_store_of_many_small_commits_is_sound_after_each),
        in_a_place(every_rule_broken_is_found),
        in_a_place(pages_and_nodes_put_where_others_are_are_found),
        in_a_place(a_way_is_judged_from_end_to_end_and_no_further),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
