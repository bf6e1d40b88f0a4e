#include "tests/support/pieces.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "schema/cbor.h"

void pieces_read_whole(struct pieces *pieces, const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat facts;

    assert_true(file >= 0 && fstat(file, &facts) == 0);
    pieces->count = 0;
    pieces->size = (size_t)facts.st_size;
    pieces->file = malloc(pieces->size);
    assert_non_null(pieces->file);
    assert_int_equal(read(file, pieces->file, pieces->size), pieces->size);
    close(file);
}

/* The item at this place; a trailer is tagged. */
static size_t item_size(const struct pieces *pieces, size_t at)
{
    struct reader reader;
    struct bytes item;

    reader_init(&reader, bytes_of(pieces->file + at, pieces->size - at), 6);
    if (pieces->file[at] == 0xd8)
        assert_true(read_tag(&reader, 98));
    assert_true(read_item(&reader, &item));
    return (size_t)(reader.at - (pieces->file + at));
}

static enum piece_sort sort_of(const struct pieces *pieces, size_t at)
{
    if (at == 0)
        return PIECE_HEAD;
    if (pieces->file[at] == 0xd8)
        return PIECE_TRAILER;
    return pieces->file[at + 1] == 1 ? PIECE_ENTRY : PIECE_CHECKPOINT;
}

void pieces_read(struct pieces *pieces, const char *path)
{
    pieces_read_whole(pieces, path);
    for (size_t at = 0, size; at < pieces->size; at += size) {
        size = item_size(pieces, at);
        assert_true(pieces->count < PIECES_LIMIT);
        pieces->list[pieces->count++] = (struct piece){ sort_of(pieces, at), at, bytes_of(pieces->file + at, size) };
    }
}

void pieces_free(struct pieces *pieces)
{
    free(pieces->file);
    pieces->file = NULL;
}

uint32_t pieces_entry_at(const struct pieces *pieces, size_t at)
{
    for (size_t i = 0; i < pieces->count; i++)
        if (pieces->list[i].sort == PIECE_ENTRY && at - pieces->list[i].at < pieces->list[i].bytes.size)
            return (uint32_t)i; /* the head stands before them */
    return 0;
}

static void write_to(int file, const void *bytes, size_t size)
{
    assert_int_equal(write(file, bytes, size), size);
}

static int create(const char *path)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_true(file >= 0);
    return file;
}

void pieces_write(const struct pieces *pieces, const char *path)
{
    int file = create(path);

    for (size_t i = 0; i < pieces->count; i++)
        write_to(file, pieces->list[i].bytes.data, pieces->list[i].bytes.size);
    close(file);
}

void file_write(const char *path, const void *bytes, size_t size)
{
    int file = create(path);

    write_to(file, bytes, size);
    close(file);
}

uint8_t file_poke(const char *path, size_t at, uint8_t byte)
{
    int file = open(path, O_RDWR | O_CLOEXEC);
    uint8_t before;

    assert_true(file >= 0);
    assert_int_equal(pread(file, &before, 1, (off_t)at), 1);
    assert_int_equal(pwrite(file, &byte, 1, (off_t)at), 1);
    close(file);
    return before;
}
