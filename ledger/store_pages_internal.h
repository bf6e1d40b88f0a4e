/* Shared by store_pages.c, which goes one way through a tree, and store_walk.c, which goes all of them. */
#ifndef LEDGER_STORE_PAGES_INTERNAL_H
#define LEDGER_STORE_PAGES_INTERNAL_H

#include "ledger/store_pages.h"

enum { TREE_DEPTH_LIMIT = 32 }; /* LMDB's own */

/* Keys from `from` on and before `to` belong here; `data` NULL: no such bound. */
struct span {
    struct bytes from, to;
};

/* The page of a tree that was last read at a depth, and the node of it that the way goes on by. */
struct level {
    bool is_read;
    uint64_t number;
    unsigned index;
    unsigned index_above; /* that it was reached by */
    struct span span;     /* lies in the levels above */
    uint8_t *bytes;       /* one page; NULL until needed */
};

enum tree_sort { TREE_OF_FREE_PAGES, TREE_OF_TREES, TREE_OF_VALUES };

struct page_tree {
    enum tree_sort sort;
    const char *name;
    bool is_known; /* its facts were read */
    struct meta_tree facts;
    struct level levels[TREE_DEPTH_LIMIT];
};

struct pages {
    int file;
    uint32_t page_size;
    uint64_t commit;
    uint64_t count;         /* pages in use have numbers below this */
    uint64_t count_in_file; /* and this many are there */
    struct page_tree free, main;
    unsigned table_count;
    struct page_tree *tables;
    uint16_t *starts; /* see page_judge */
    struct page_fault fault;
};

/* Say what is wrong with a page of a tree, and hand back false. */
bool pages_wrong(struct pages *pages, const struct page_tree *tree, const struct level *level, const char *what);
bool pages_failed(struct pages *pages, int error_number);

/* Judge what a tree says of itself. */
bool pages_judge_facts(struct pages *pages, const struct page_tree *tree);

/* Read the page at a depth, of this number and below the node of that index, unless it is there already;
 * and judge it. Its span is that of the node above. */
bool pages_read(struct pages *pages, struct page_tree *tree, unsigned depth, uint64_t number, unsigned index_above);

/* The page last read at a depth, its kind, and the page below one of its nodes. */
struct page pages_page(const struct pages *pages, const struct level *level);
enum page_kind pages_kind(const struct page_tree *tree, unsigned depth);
uint64_t pages_below(const struct pages *pages, const struct level *level, unsigned index);

/* The tree that a node of the tree of trees holds. */
bool pages_take_tree(struct pages *pages, const struct level *level, const struct node *node, struct page_tree *tree);

/* Judge the head of the run that holds a big value; `*length` is in pages. */
bool pages_judge_run(struct pages *pages, const struct page_tree *tree, const struct level *level,
                     const struct node *node, uint64_t *length);

/* Read bytes of the file. */
bool pages_read_bytes(struct pages *pages, uint64_t page, size_t offset, void *bytes, size_t size);

#endif
