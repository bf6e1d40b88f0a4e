#include "ledger/store_page.h"

#include <string.h>

/* Where things stand in a page, and in a node. */
enum { AT_FLAGS = 10, AT_LOWER = 12, AT_UPPER = 14, AT_RUN_LENGTH = 12 };
enum { AT_NODE_FLAGS = 4, AT_KEY_SIZE = 6, NODE_HEAD_SIZE = 8, PAGE_NUMBER_SIZE = 8 };

static uint16_t get16(const uint8_t *at)
{
    uint16_t value;

    memcpy(&value, at, sizeof value);
    return value;
}

static uint32_t get32(const uint8_t *at)
{
    uint32_t value;

    memcpy(&value, at, sizeof value);
    return value;
}

static uint64_t get64(const uint8_t *at)
{
    uint64_t value;

    memcpy(&value, at, sizeof value);
    return value;
}

static size_t even(size_t size)
{
    return size + (size & 1);
}

unsigned page_node_count(struct page page)
{
    return (get16(page.bytes + AT_LOWER) - (unsigned)PAGE_HEAD_SIZE) / 2;
}

static uint16_t place_of_node(struct page page, unsigned index)
{
    return get16(page.bytes + PAGE_HEAD_SIZE + 2 * index);
}

struct node page_node(struct page page, enum page_kind kind, unsigned index)
{
    const uint8_t *at = page.bytes + place_of_node(page, index), *value;
    struct node node = { .key = bytes_of(at + NODE_HEAD_SIZE, get16(at + AT_KEY_SIZE)),
                         .flags = get16(at + AT_NODE_FLAGS) };

    if (kind == PAGE_BRANCH) {
        node.page = get32(at) | (uint64_t)node.flags << 32;
        node.flags = 0;
        return node;
    }
    value = node.key.data + node.key.size;
    node.value = bytes_of(node.flags == NODE_BIG_VALUE ? NULL : value, get32(at));
    node.page = node.flags == NODE_BIG_VALUE ? get64(value) : 0;
    return node;
}

/* The bytes a node takes; more than a page has where it says so. */
static size_t size_of_node(const uint8_t *at, enum page_kind kind)
{
    size_t size = NODE_HEAD_SIZE + (size_t)get16(at + AT_KEY_SIZE);

    if (kind == PAGE_LEAF)
        size += get16(at + AT_NODE_FLAGS) == NODE_BIG_VALUE ? PAGE_NUMBER_SIZE : get32(at);
    return even(size);
}

static const char *judge_node(struct page page, enum page_kind kind, unsigned index, uint16_t *starts)
{
    uint16_t place = place_of_node(page, index), flags;
    const uint8_t *at = page.bytes + place;
    size_t size, key_size;

    if (place % 2 != 0 || place < get16(page.bytes + AT_UPPER) || place + (size_t)NODE_HEAD_SIZE > page.size)
        return "a node lies outside its place";
    size = size_of_node(at, kind);
    if (size > page.size - place)
        return "a node reaches beyond the page";
    key_size = get16(at + AT_KEY_SIZE);
    if (key_size > PAGE_KEY_LIMIT || (key_size == 0 && (kind == PAGE_LEAF || index > 0)))
        return "a key has an impossible size";
    flags = get16(at + AT_NODE_FLAGS);
    if (kind == PAGE_LEAF && flags != NODE_VALUE && flags != NODE_BIG_VALUE && flags != NODE_TREE)
        return "a node is of an unknown sort";
    if (starts[place / 2] != 0)
        return "two nodes lie in one place";
    starts[place / 2] = (uint16_t)size;
    return NULL;
}

/* Each node is marked where it starts; one after the other they must then fill the page to its end. The marks
 * are wiped on the way. */
static const char *judge_nodes(struct page page, enum page_kind kind, uint16_t *starts)
{
    size_t at = get16(page.bytes + AT_UPPER);
    unsigned count = page_node_count(page), met = 0;
    const char *wrong = NULL;

    for (unsigned i = 0; i < count && wrong == NULL; i++)
        wrong = judge_node(page, kind, i, starts);
    for (; wrong == NULL && at < page.size; met++) {
        size_t size = starts[at / 2];

        if (size == 0)
            wrong = "its nodes do not fill it";
        starts[at / 2] = 0;
        at += size;
    }
    if (wrong == NULL && (at != page.size || met != count))
        wrong = "its nodes overlap";
    if (wrong != NULL)
        memset(starts, 0, page.size);
    return wrong;
}

const char *page_judge(struct page page, uint64_t number, enum page_kind kind, uint16_t *starts)
{
    unsigned lower = get16(page.bytes + AT_LOWER), upper = get16(page.bytes + AT_UPPER);

    if (get64(page.bytes) != number)
        return "it bears another number";
    if (get16(page.bytes + AT_FLAGS) != kind)
        return kind == PAGE_BRANCH ? "a branch page should be here"
             : kind == PAGE_LEAF   ? "a leaf page should be here"
                                   : "the first page of a large value should be here";
    if (kind == PAGE_RUN)
        return NULL;
    if (lower < PAGE_HEAD_SIZE || lower % 2 != 0 || lower > upper || upper % 2 != 0 || upper > page.size)
        return "its free space is not within it";
    return judge_nodes(page, kind, starts);
}

uint64_t page_run_needed(size_t value_size, uint32_t page_size)
{
    return ((uint64_t)value_size + PAGE_HEAD_SIZE - 1) / page_size + 1;
}

uint64_t page_run_length(struct page first)
{
    return get32(first.bytes + AT_RUN_LENGTH);
}
