#include "cli/roll.h"

#include <assert.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 1 << 20, PIECE_ALIGNMENT = alignof(max_align_t) };

struct roll_block {
    struct roll_block *before;
    size_t capacity, used;
    alignas(max_align_t) uint8_t data[];
};

uint8_t *roll_room(struct roll *roll, size_t size)
{
    struct roll_block *block = roll->newest;
    size_t capacity = size > BLOCK_SIZE ? size + PIECE_ALIGNMENT : BLOCK_SIZE;

    if (block != NULL && block->capacity - block->used >= size)
        return block->data + block->used;
    block = malloc(sizeof *block + capacity);
    if (block == NULL)
        return NULL;
    *block = (struct roll_block){ .before = roll->newest, .capacity = capacity };
    roll->newest = block;
    return block->data;
}

void roll_use(struct roll *roll, size_t size)
{
    struct roll_block *block = roll->newest;
    size_t free_size = block->capacity - block->used, whole = (size + PIECE_ALIGNMENT - 1) / PIECE_ALIGNMENT * PIECE_ALIGNMENT;

    assert(size <= free_size);
    block->used += whole < free_size ? whole : free_size;
}

const char *roll_text(struct roll *roll, const char *text)
{
    size_t size = strlen(text) + 1;
    uint8_t *room = roll_room(roll, size);

    if (room == NULL)
        return NULL;
    memcpy(room, text, size);
    roll_use(roll, size);
    return (const char *)room;
}

static void free_down_to(struct roll *roll, const struct roll_block *last)
{
    while (roll->newest != last) {
        struct roll_block *block = roll->newest;

        roll->newest = block->before;
        free(block);
    }
}

void roll_clear(struct roll *roll)
{
    struct roll_block *first = roll->newest;

    while (first != NULL && first->before != NULL)
        first = first->before;
    free_down_to(roll, first);
    if (first != NULL)
        first->used = 0;
}

void roll_release(struct roll *roll)
{
    free_down_to(roll, NULL);
}
