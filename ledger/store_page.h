/* One page of a file of LMDB's: how version 0.9 lays it out on a 64-bit machine, in the machine's own order
 * of bytes, and whether it is laid out so. LMDB itself never asks.
 *
 * A page begins with its number and what it is. A branch or leaf page then lists where its nodes lie, in the
 * order of their keys; the nodes fill the page from its end, each at an even place, without a gap. A value
 * too large for a leaf lies in a run of pages of its own, of which only the first has a head. What a page
 * must be for its place in a tree is for store_pages.c. */
#ifndef LEDGER_STORE_PAGE_H
#define LEDGER_STORE_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/bytes.h"

/* A tree, as a meta page or a leaf of the tree of trees tells of it. */
struct meta_tree {
    uint32_t pad; /* of the tree of free pages: the size of a page */
    uint16_t flags, depth;
    uint64_t branch_pages, leaf_pages, overflow_pages, entries;
    uint64_t root; /* PAGE_NONE: the tree is empty */
};

struct meta_page {
    uint64_t number;
    uint16_t pad, flags, lower, upper;
    uint32_t magic, version;
    uint64_t address, map_size;
    struct meta_tree free, main;
    uint64_t last_page;
    uint64_t txn;
};

#define PAGE_NONE UINT64_MAX

enum { META_PAGES = 2 }; /* the first two; the others are of these kinds, which are their flags on the disk */
enum page_kind { PAGE_BRANCH = 1, PAGE_LEAF = 2, PAGE_RUN = 4 };

enum { PAGE_KEY_LIMIT = 511 };

struct page {
    const uint8_t *bytes;
    uint32_t size; /* of every page of the file */
};

/* What a node of a leaf holds. */
enum { NODE_VALUE = 0, NODE_BIG_VALUE = 1, NODE_TREE = 2 };

struct node {
    struct bytes key;   /* the first of a branch counts as less than all others, whatever it is */
    uint16_t flags;     /* of a leaf: one of the above */
    uint64_t page;      /* of a branch: the page below; of a big value: the first of its run; else 0 */
    struct bytes value; /* of a leaf; `data` is NULL where it lies in a run */
};

/* What is wrong with a page that should have this number and be of this kind, or NULL. `starts` is memory for
 * the work: as many bytes as a page has, all zero, and they are so again afterwards. Of a run only the head
 * is looked at. */
const char *page_judge(struct page page, uint64_t number, enum page_kind kind, uint16_t *starts);

/* How many nodes a branch or leaf has; and one of them. Only of a page that was judged sound. */
unsigned page_node_count(struct page page);
struct node page_node(struct page page, enum page_kind kind, unsigned index);

/* How many pages the run of a value of this size needs, and how many one has that was judged sound. */
uint64_t page_run_needed(size_t value_size, uint32_t page_size);
uint64_t page_run_length(struct page first);

/* Where the value of a run begins in its first page. */
enum { PAGE_HEAD_SIZE = 16 };

#endif
