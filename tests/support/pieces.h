/* An export taken apart into its items, to be put together again otherwise. */
#ifndef TESTS_PIECES_H
#define TESTS_PIECES_H

#include <stddef.h>
#include <stdint.h>

#include "schema/bytes.h"

enum piece_sort { PIECE_HEAD, PIECE_ENTRY, PIECE_CHECKPOINT, PIECE_TRAILER };
enum { PIECES_LIMIT = 512 };

struct piece {
    enum piece_sort sort;
    size_t at;     /* where it stood in the file */
    struct bytes bytes;
};

struct pieces {
    uint8_t *file; /* the whole of it */
    size_t size;
    size_t count;
    struct piece list[PIECES_LIMIT];
};

/* Read a file of any sort, or take an export apart; and free what was read. */
void pieces_read_whole(struct pieces *pieces, const char *path);
void pieces_read(struct pieces *pieces, const char *path);
void pieces_free(struct pieces *pieces);

/* The number of the entry a byte of the file lies in, its item's head included; 0 when in none. */
uint32_t pieces_entry_at(const struct pieces *pieces, size_t at);

/* Write them in the order they stand in now. */
void pieces_write(const struct pieces *pieces, const char *path);

/* Bytes as a file; and change one byte of a file in place, which gives back what it was. */
void file_write(const char *path, const void *bytes, size_t size);
uint8_t file_poke(const char *path, size_t at, uint8_t byte);

#endif
