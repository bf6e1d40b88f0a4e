/* The walk through all trees of a file: see store_pages.h. */
#include "ledger/store_pages.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/store_pages_internal.h"

struct walk {
    struct pages *pages;
    bool with_leaves;
    uint8_t *met; /* a bit for each page: listed as free, or in use by a tree that was walked */
};

/* ---- each page has one use */

static bool is_met(const struct walk *walk, uint64_t page)
{
    return (walk->met[page / 8] >> page % 8 & 1) != 0;
}

static void meet(const struct walk *walk, uint64_t page)
{
    walk->met[page / 8] |= (uint8_t)(1u << page % 8);
}

static bool claim(struct walk *walk, const struct page_tree *tree, const struct level *level, uint64_t first, uint64_t count)
{
    const struct level at = { .number = first, .span = level->span };

    for (uint64_t page = first; page < first + count; page++) {
        if (is_met(walk, page))
            return pages_wrong(walk->pages, tree, &at, "it is used twice, or listed as free");
        meet(walk, page);
    }
    return true;
}

/* ---- the list of free pages: under the number of a commit, how many and which, descending */

static bool list_free(struct walk *walk, const struct level *level, const uint64_t *list, size_t size)
{
    const struct pages *pages = walk->pages;
    const char *wrong = size < sizeof *list || size % sizeof *list != 0 || list[0] > size / sizeof *list - 1
                            ? "a list of free pages is not as long as it says" : NULL;

    for (uint64_t i = 1; wrong == NULL && i <= list[0]; i++) {
        if (list[i] < META_PAGES || list[i] >= pages->count)
            wrong = "a list of free pages names one outside the file";
        else if ((i > 1 && list[i] >= list[i - 1]) || is_met(walk, list[i]))
            wrong = "a list of free pages is out of order, or names one twice or in use";
        else
            meet(walk, list[i]);
    }
    return wrong == NULL || pages_wrong(walk->pages, &pages->free, level, wrong);
}

static bool take_free(struct walk *walk, const struct level *level, const struct node *node)
{
    struct pages *pages = walk->pages;
    uint64_t *list = calloc(1, node->value.size + sizeof *list), commit;
    bool good;

    if (list == NULL)
        return pages_failed(pages, ENOMEM);
    if (node->flags == NODE_BIG_VALUE)
        good = pages_read_bytes(pages, node->page, PAGE_HEAD_SIZE, list, node->value.size);
    else {
        memcpy(list, node->value.data, node->value.size);
        good = true;
    }
    memcpy(&commit, node->key.data, sizeof commit);
    if (good && commit > pages->commit)
        good = pages_wrong(pages, &pages->free, level, "a list of free pages is of a commit to come");
    good = good && list_free(walk, level, list, node->value.size);
    free(list);
    return good;
}

/* ---- trees */

static bool walk_tree(struct walk *walk, struct page_tree *tree);

static bool walk_table(struct walk *walk, const struct level *level, const struct node *node)
{
    struct page_tree table = { .sort = TREE_OF_VALUES, .name = "an unknown table" };
    struct page_tree *tree = &table;
    bool good;

    for (unsigned i = 0; i < walk->pages->table_count; i++)
        if (bytes_equal_text(node->key, walk->pages->tables[i].name))
            tree = &walk->pages->tables[i];
    good = pages_take_tree(walk->pages, level, node, tree) && walk_tree(walk, tree);
    for (unsigned i = 0; i < TREE_DEPTH_LIMIT; i++)
        free(table.levels[i].bytes);
    return good;
}

static bool walk_node(struct walk *walk, struct page_tree *tree, const struct level *leaf, const struct node *node,
                      struct meta_tree *found)
{
    uint64_t length = 0;

    found->entries++;
    if (node->flags == NODE_BIG_VALUE && (!pages_judge_run(walk->pages, tree, leaf, node, &length)
                                          || !claim(walk, tree, leaf, node->page, length)))
        return false;
    found->overflow_pages += length;
    if (tree->sort == TREE_OF_FREE_PAGES)
        return take_free(walk, leaf, node);
    return tree->sort != TREE_OF_TREES || walk_table(walk, leaf, node);
}

/* The leaves of a table need not be read to be claimed: the branches say where they are. */
static bool leaves_unread(const struct walk *walk, const struct page_tree *tree, unsigned depth)
{
    return !walk->with_leaves && tree->sort == TREE_OF_VALUES && pages_kind(tree, depth) == PAGE_LEAF;
}

static bool walk_page(struct walk *walk, struct page_tree *tree, unsigned depth, uint64_t number, unsigned index_above,
                      struct meta_tree *found)
{
    struct pages *pages = walk->pages;
    struct level *level = &tree->levels[depth];
    const struct level here = { .number = number };
    enum page_kind kind = pages_kind(tree, depth);
    unsigned count;
    bool good;

    found->leaf_pages += kind == PAGE_LEAF;
    found->branch_pages += kind == PAGE_BRANCH;
    if (!claim(walk, tree, &here, number, 1))
        return false;
    if (leaves_unread(walk, tree, depth))
        return true;
    good = pages_read(pages, tree, depth, number, index_above);
    count = good ? page_node_count(pages_page(pages, level)) : 0;
    for (unsigned i = 0; i < count && good; i++) {
        struct node node = page_node(pages_page(pages, level), kind, i);

        level->index = i;
        good = kind == PAGE_LEAF ? walk_node(walk, tree, level, &node, found)
                                 : walk_page(walk, tree, depth + 1, node.page, i, found);
    }
    return good;
}

static bool walk_tree(struct walk *walk, struct page_tree *tree)
{
    const struct meta_tree *facts = &tree->facts;
    struct meta_tree found = { 0 };
    bool read_all = walk->with_leaves || tree->sort != TREE_OF_VALUES;

    if (!pages_judge_facts(walk->pages, tree))
        return false;
    if (facts->depth > 0 && !walk_page(walk, tree, 0, facts->root, 0, &found))
        return false;
    if (found.branch_pages != facts->branch_pages || found.leaf_pages != facts->leaf_pages)
        return pages_wrong(walk->pages, tree, NULL, "it has another number of pages than it says");
    if (read_all && (found.entries != facts->entries || found.overflow_pages != facts->overflow_pages))
        return pages_wrong(walk->pages, tree, NULL, "it holds another number of records than it says");
    return true;
}

static bool walk_all(struct pages *pages, bool with_leaves)
{
    struct walk walk = { .pages = pages, .with_leaves = with_leaves, .met = calloc(pages->count / 8 + 1, 1) };
    bool good;

    if (walk.met == NULL)
        return pages_failed(pages, ENOMEM);
    good = walk_tree(&walk, &pages->free) && walk_tree(&walk, &pages->main);
    free(walk.met);
    return good;
}

bool pages_before_write(struct pages *pages)
{
    return walk_all(pages, false);
}

bool pages_walk(struct pages *pages)
{
    return walk_all(pages, true);
}
