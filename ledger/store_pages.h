/* The trees of LMDB's file, read by ourselves and believed by nobody.
 *
 * LMDB follows its pages wherever they lead. A page that is not what its place demands can end the program by
 * a signal, or send a write where nobody will find it. So before LMDB goes a way through a tree, the same way
 * is gone here, with plain reads, and every page on it judged: its number, kind and layout (store_page.h),
 * its keys in order and within what the pages above say of it, and what its nodes point to. Before it writes,
 * the list of free pages and all branch pages are judged too, since a page in use that is listed as free
 * would be written over. When somebody wants to know whether the file is sound, all of it is walked: every page
 * reached once, nothing in use listed as free, and as much of everything as each tree says of itself.
 *
 * What is read belongs to one commit. LMDB writes a page anew elsewhere rather than in place, and keeps the
 * old one while a transaction reads that commit, so a transaction must be open all the while. */
#ifndef LEDGER_STORE_PAGES_H
#define LEDGER_STORE_PAGES_H

#include "ledger/store_page.h"

/* What is wrong where. */
struct page_fault {
    int error_number;  /* not 0: the page could not be read, or there is no memory */
    uint64_t page;     /* 0: the fault is no page's */
    const char *tree;  /* "entries" */
    const char *what;  /* "two nodes lie in one place" */
    size_t from_size;  /* the least key that the page may have; 0: any */
    uint8_t from[PAGE_KEY_LIMIT];
};

struct pages;

/* How a transaction is about to go through a table. */
enum page_way {
    WAY_TO_TABLE, /* to what the tree of tables says of it, and no further */
    WAY_TO_KEY,   /* to this key, or to where it would be; an empty one is before all others */
    WAY_PAST_KEY, /* and, where that is at the end of its page, to the page behind */
    WAY_TO_LAST,  /* to the largest key there is */
};

/* Begin to read the commit with this number in a file whose pages have this size. `names` are the tables',
 * borrowed until the end. `*pages` NULL with errno: EAGAIN when the file does not speak of that commit any
 * more, ENOMEM, or why it cannot be read. */
struct pages *pages_new(int file, uint32_t page_size, uint64_t commit, const char *const *names, unsigned name_count);
void pages_free(struct pages *pages);

/* Each of these is false where something is wrong: pages_fault then says what.
 *
 * pages_way: judge all pages on the way through a table; one that is not there is no fault.
 * pages_before_write: judge the list of free pages, and the trees but for their leaves.
 * pages_walk: judge everything. */
bool pages_way(struct pages *pages, unsigned table, enum page_way way, struct bytes key);
bool pages_before_write(struct pages *pages);
bool pages_walk(struct pages *pages);

const struct page_fault *pages_fault(const struct pages *pages);

#endif
