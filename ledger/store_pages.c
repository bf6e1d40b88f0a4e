#include "ledger/store_pages.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ledger/store_guard.h"
#include "ledger/store_pages_internal.h"

/* What a tree says of itself. Ours have no flags: no duplicates, no order but that of bytes. */
enum { FLAGS_OF_FREE = 8 /* its keys are whole numbers */, FLAGS_OF_OTHERS = 0, COMMIT_NUMBER_SIZE = 8 };

/* ---- what is wrong */

bool pages_wrong(struct pages *pages, const struct page_tree *tree, const struct level *level, const char *what)
{
    struct page_fault *fault = &pages->fault;

    *fault = (struct page_fault){ .tree = tree->name, .what = what };
    if (level != NULL) {
        fault->page = level->number;
        fault->from_size = level->span.from.data == NULL ? 0 : level->span.from.size;
        if (fault->from_size > 0)
            memcpy(fault->from, level->span.from.data, fault->from_size);
    }
    return false;
}

bool pages_failed(struct pages *pages, int error_number)
{
    pages->fault = (struct page_fault){ .error_number = error_number };
    return false;
}

const struct page_fault *pages_fault(const struct pages *pages)
{
    return &pages->fault;
}

/* ---- the file */

/* How much was read; less than wanted at the end of the file, -1 with errno. */
static ssize_t read_at(int file, void *bytes, size_t size, uint64_t offset)
{
    size_t done = 0;

    while (done < size) {
        ssize_t got = pread(file, (uint8_t *)bytes + done, size - done, (off_t)(offset + done));

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        done += (size_t)got;
    }
    return (ssize_t)done;
}

bool pages_read_bytes(struct pages *pages, uint64_t page, size_t offset, void *bytes, size_t size)
{
    ssize_t got = read_at(pages->file, bytes, size, page * pages->page_size + offset);

    if (got < 0)
        return pages_failed(pages, errno);
    if ((size_t)got == size)
        return true;
    pages->fault = (struct page_fault){ .page = page, .tree = "the file", .what = "it lies beyond the end" };
    return false;
}

/* The meta page of a commit; what a further commit is just writing there reads differently twice. */
static bool read_meta(int file, uint32_t page_size, uint64_t commit, struct meta_page *meta)
{
    struct meta_page again;
    uint64_t offset = commit % META_PAGES * page_size;

    for (int i = 0; i < 2; i++)
        if (read_at(file, i == 0 ? meta : &again, sizeof *meta, offset) < (ssize_t)sizeof *meta) {
            errno = EIO;
            return false;
        }
    errno = EAGAIN;
    return memcmp(meta, &again, sizeof again) == 0 && meta->txn == commit;
}

/* ---- the whole */

static bool make_tables(struct pages *pages, const char *const *names)
{
    pages->starts = calloc(1, pages->page_size);
    pages->tables = calloc(pages->table_count, sizeof *pages->tables);
    if (pages->starts == NULL || pages->tables == NULL) {
        errno = ENOMEM;
        return false;
    }
    for (unsigned i = 0; i < pages->table_count; i++)
        pages->tables[i] = (struct page_tree){ .sort = TREE_OF_VALUES, .name = names[i] };
    return true;
}

struct pages *pages_new(int file, uint32_t page_size, uint64_t commit, const char *const *names, unsigned name_count)
{
    struct pages *pages = calloc(1, sizeof *pages);
    struct meta_page meta;
    int error_number;

    if (pages == NULL)
        return NULL;
    pages->file = file;
    pages->page_size = page_size;
    pages->commit = commit;
    pages->table_count = name_count;
    if (make_tables(pages, names) && read_meta(file, page_size, commit, &meta)) {
        pages->count = meta.last_page + 1;
        pages->count_in_file = file_size_now(file) / page_size;
        pages->free = (struct page_tree){ .sort = TREE_OF_FREE_PAGES, .name = "free pages", .facts = meta.free };
        pages->main = (struct page_tree){ .sort = TREE_OF_TREES, .name = "tables", .facts = meta.main };
        return pages;
    }
    error_number = errno;
    pages_free(pages);
    errno = error_number;
    return NULL;
}

static void free_tree(struct page_tree *tree)
{
    for (unsigned i = 0; i < TREE_DEPTH_LIMIT; i++)
        free(tree->levels[i].bytes);
}

void pages_free(struct pages *pages)
{
    if (pages == NULL)
        return;
    free_tree(&pages->free);
    free_tree(&pages->main);
    for (unsigned i = 0; pages->tables != NULL && i < pages->table_count; i++)
        free_tree(&pages->tables[i]);
    free(pages->tables);
    free(pages->starts);
    free(pages);
}

/* ---- what a tree and its pages must be */

bool pages_judge_facts(struct pages *pages, const struct page_tree *tree)
{
    const struct meta_tree *facts = &tree->facts;

    if (pages->count > pages->count_in_file)
        return pages_wrong(pages, tree, NULL, "the file has been cut short");
    if (facts->flags != (tree->sort == TREE_OF_FREE_PAGES ? FLAGS_OF_FREE : FLAGS_OF_OTHERS))
        return pages_wrong(pages, tree, NULL, "it has another order than ours");
    if (facts->depth > TREE_DEPTH_LIMIT || (facts->depth == 0) != (facts->root == PAGE_NONE))
        return pages_wrong(pages, tree, NULL, "it has an impossible depth");
    if (facts->depth > 0 && (facts->root < META_PAGES || facts->root >= pages->count))
        return pages_wrong(pages, tree, NULL, "its root lies outside the file");
    return true;
}

struct page pages_page(const struct pages *pages, const struct level *level)
{
    return (struct page){ level->bytes, pages->page_size };
}

enum page_kind pages_kind(const struct page_tree *tree, unsigned depth)
{
    return depth + 1u == tree->facts.depth ? PAGE_LEAF : PAGE_BRANCH;
}

uint64_t pages_below(const struct pages *pages, const struct level *level, unsigned index)
{
    return page_node(pages_page(pages, level), PAGE_BRANCH, index).page;
}

/* The order of a tree: bytes, and of those alike the shorter first; or whole numbers. */
static int compare(const struct page_tree *tree, struct bytes left, struct bytes right)
{
    size_t least = left.size < right.size ? left.size : right.size;
    uint64_t numbers[2];
    int order;

    if (tree->sort == TREE_OF_FREE_PAGES) {
        memcpy(&numbers[0], left.data, sizeof numbers[0]);
        memcpy(&numbers[1], right.data, sizeof numbers[1]);
        return (numbers[0] > numbers[1]) - (numbers[0] < numbers[1]);
    }
    order = least == 0 ? 0 : memcmp(left.data, right.data, least);
    return order != 0 ? order : (left.size > right.size) - (left.size < right.size);
}

static const char *judge_child(const struct pages *pages, uint64_t number)
{
    return number >= META_PAGES && number < pages->count ? NULL : "a node points outside the file";
}

/* What a node of a leaf holds, and whether it is of its tree's sort. */
static const char *judge_content(const struct pages *pages, const struct page_tree *tree, const struct node *node)
{
    uint64_t needed;

    if ((tree->sort == TREE_OF_TREES) != (node->flags == NODE_TREE))
        return "a node is not of its tree's sort";
    if (tree->sort == TREE_OF_TREES && node->value.size != sizeof(struct meta_tree))
        return "a node does not tell of a tree";
    if (node->flags != NODE_BIG_VALUE)
        return NULL;
    needed = page_run_needed(node->value.size, pages->page_size);
    if (judge_child(pages, node->page) == NULL && needed <= pages->count - node->page)
        return NULL;
    return "a large value lies outside the file";
}

/* Keys ascend, and lie in the span. The first of a branch stands for the span's own beginning. */
static const char *judge_order(const struct pages *pages, const struct page_tree *tree, enum page_kind kind,
                               const struct level *level)
{
    struct page page = pages_page(pages, level);
    unsigned count = page_node_count(page);
    struct bytes before = level->span.from;
    bool may_equal = kind == PAGE_LEAF;

    for (unsigned i = kind == PAGE_BRANCH ? 1 : 0; i < count; i++) {
        struct bytes key = page_node(page, kind, i).key;
        int order;

        if (tree->sort == TREE_OF_FREE_PAGES && key.size != COMMIT_NUMBER_SIZE)
            return "a key has an impossible size";
        order = before.data == NULL ? 1 : compare(tree, key, before);
        if (order < 0 || (order == 0 && !may_equal))
            return "its keys are out of order";
        before = key;
        may_equal = false;
    }
    if (before.data != NULL && level->span.to.data != NULL && compare(tree, before, level->span.to) >= 0)
        return "its keys are out of order";
    return NULL;
}

/* LMDB wants two ways to go in a branch, but in its list of free pages. */
static const char *judge_page(const struct pages *pages, const struct page_tree *tree, enum page_kind kind,
                              const struct level *level)
{
    struct page page = pages_page(pages, level);
    const char *wrong = page_judge(page, level->number, kind, pages->starts);
    unsigned count = wrong == NULL ? page_node_count(page) : 0;

    if (wrong == NULL && count < (kind == PAGE_BRANCH && tree->sort != TREE_OF_FREE_PAGES ? 2u : 1u))
        wrong = "it has too few nodes";
    for (unsigned i = 0; i < count && wrong == NULL; i++) {
        struct node node = page_node(page, kind, i);

        wrong = kind == PAGE_BRANCH ? judge_child(pages, node.page) : judge_content(pages, tree, &node);
    }
    return wrong != NULL ? wrong : judge_order(pages, tree, kind, level);
}

bool pages_judge_run(struct pages *pages, const struct page_tree *tree, const struct level *level,
                     const struct node *node, uint64_t *length)
{
    uint8_t head[PAGE_HEAD_SIZE];
    struct page first = { head, pages->page_size };
    const char *wrong;

    if (!pages_read_bytes(pages, node->page, 0, head, sizeof head))
        return false;
    wrong = page_judge(first, node->page, PAGE_RUN, NULL);
    *length = page_run_length(first);
    /* A value made smaller within one transaction may keep its run. */
    if (wrong == NULL && (*length < page_run_needed(node->value.size, pages->page_size)
                          || *length > pages->count - node->page))
        wrong = "a large value has another number of pages than it says";
    return wrong == NULL || pages_wrong(pages, tree, &(struct level){ .number = node->page, .span = level->span }, wrong);
}

bool pages_take_tree(struct pages *pages, const struct level *level, const struct node *node, struct page_tree *tree)
{
    memcpy(&tree->facts, node->value.data, sizeof tree->facts);
    if (!pages_judge_facts(pages, tree)) {
        pages->fault.page = level->number;
        return false;
    }
    tree->is_known = true;
    return true;
}

/* ---- reading a page */

static struct span span_below(const struct pages *pages, const struct level *level, unsigned index)
{
    struct page page = pages_page(pages, level);
    struct span span = level->span;

    if (index > 0)
        span.from = page_node(page, PAGE_BRANCH, index).key;
    if (index + 1 < page_node_count(page))
        span.to = page_node(page, PAGE_BRANCH, index + 1).key;
    return span;
}

bool pages_read(struct pages *pages, struct page_tree *tree, unsigned depth, uint64_t number, unsigned index_above)
{
    struct level *level = &tree->levels[depth];
    const char *wrong;

    if (level->is_read && level->index_above == index_above)
        return true;
    level->is_read = false;
    /* Spans of pages below lie in the page that is about to go. */
    if (depth + 1 < TREE_DEPTH_LIMIT)
        tree->levels[depth + 1].is_read = false;
    if (level->bytes == NULL)
        level->bytes = malloc(pages->page_size);
    if (level->bytes == NULL)
        return pages_failed(pages, ENOMEM);
    level->number = number;
    level->index_above = index_above;
    level->span = (struct span){ { NULL, 0 }, { NULL, 0 } };
    if (depth > 0)
        level->span = span_below(pages, level - 1, index_above);
    if (!pages_read_bytes(pages, number, 0, level->bytes, pages->page_size))
        return false;
    wrong = judge_page(pages, tree, pages_kind(tree, depth), level);
    if (wrong != NULL)
        return pages_wrong(pages, tree, level, wrong);
    level->is_read = true;
    return true;
}

/* ---- a way */

/* The first node from `first` on whose key is not less. */
static unsigned find(const struct pages *pages, const struct page_tree *tree, unsigned depth, unsigned first,
                     struct bytes key, bool *is_equal)
{
    struct page page = pages_page(pages, &tree->levels[depth]);
    enum page_kind kind = pages_kind(tree, depth);
    unsigned low = first, high = page_node_count(page), middle;

    *is_equal = false;
    while (low < high) {
        int order;

        middle = low + (high - low) / 2;
        order = compare(tree, page_node(page, kind, middle).key, key);
        *is_equal = *is_equal || order == 0;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The node by which the way goes on; in a leaf perhaps one behind the last. */
static unsigned choose(const struct pages *pages, const struct page_tree *tree, unsigned depth, enum page_way way,
                       struct bytes key, bool *is_equal)
{
    unsigned index;

    *is_equal = false;
    if (way == WAY_TO_LAST)
        return page_node_count(pages_page(pages, &tree->levels[depth])) - 1;
    if (pages_kind(tree, depth) == PAGE_LEAF)
        return find(pages, tree, depth, 0, key, is_equal);
    index = find(pages, tree, depth, 1, key, is_equal);
    return *is_equal ? index : index - 1;
}

static bool descend(struct pages *pages, struct page_tree *tree, unsigned depth, enum page_way way, struct bytes key,
                    bool *is_equal)
{
    for (; depth < tree->facts.depth; depth++) {
        struct level *level = &tree->levels[depth], *above = level - 1;
        uint64_t number = depth == 0 ? tree->facts.root : pages_below(pages, above, above->index);

        if (!pages_read(pages, tree, depth, number, depth == 0 ? 0 : above->index))
            return false;
        level->index = choose(pages, tree, depth, way, key, is_equal);
    }
    return true;
}

/* Go on to the leaf behind, if the way has come to the end of this one and there is another. */
static bool go_past(struct pages *pages, struct page_tree *tree)
{
    unsigned depth = tree->facts.depth;
    bool ignored;

    while (depth > 0) {
        struct level *level = &tree->levels[--depth];

        if (level->index + 1 < page_node_count(pages_page(pages, level))) {
            if (depth + 1u == tree->facts.depth)
                return true;
            level->index++;
            return descend(pages, tree, depth + 1, WAY_TO_KEY, bytes_of("", 0), &ignored);
        }
    }
    return true;
}

/* LMDB will read the head of a run when it replaces the value. */
static bool judge_run_at_end(struct pages *pages, struct page_tree *tree)
{
    const struct level *leaf = &tree->levels[tree->facts.depth - 1];
    struct node node = page_node(pages_page(pages, leaf), PAGE_LEAF, leaf->index);
    uint64_t length;

    return node.flags != NODE_BIG_VALUE || pages_judge_run(pages, tree, leaf, &node, &length);
}

/* Find out where a table begins. */
static bool find_table(struct pages *pages, struct page_tree *table)
{
    struct page_tree *main = &pages->main;
    const struct level *leaf;
    struct node node;
    bool is_equal = false;

    if (!pages_judge_facts(pages, main) || !descend(pages, main, 0, WAY_TO_KEY, bytes_of_text(table->name), &is_equal))
        return false;
    if (!is_equal)
        return true;
    leaf = &main->levels[main->facts.depth - 1];
    node = page_node(pages_page(pages, leaf), PAGE_LEAF, leaf->index);
    return pages_take_tree(pages, leaf, &node, table);
}

bool pages_way(struct pages *pages, unsigned table, enum page_way way, struct bytes key)
{
    struct page_tree *tree = &pages->tables[table];
    bool is_equal = false;

    if (!tree->is_known && !find_table(pages, tree))
        return false;
    if (way == WAY_TO_TABLE)
        return true;
    if (!descend(pages, tree, 0, way, key, &is_equal))
        return false;
    if (is_equal && !judge_run_at_end(pages, tree))
        return false;
    return way != WAY_PAST_KEY || go_past(pages, tree);
}
