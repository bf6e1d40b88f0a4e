/* The guard before the store: whether LMDB may be let near a file.
 *
 * LMDB maps the file and believes it: a file cut short is a SIGBUS at the first page that is missing,
 * an empty one is taken for new, and a damaged older meta page silently takes back the last commit. The
 * guard reads both meta pages by itself, before anything is mapped. It is not for files written with
 * MDB_WRITEMAP, which phial never uses. */
#ifndef LEDGER_STORE_GUARD_H
#define LEDGER_STORE_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/error.h"

/* Look at the file and its two meta pages. A commit that happens meanwhile can be caught half-way, so a
 * file that fails is looked at again for a twentieth of a second. The file is neither locked nor changed.
 *
 *   PH0701  there is no such file
 *   PH0702  not an ordinary file, or not one of LMDB's
 *   PH0704  of a newer LMDB
 *   PH0706  empty, cut short, or its meta pages contradict themselves or each other
 *   PH0709, PH0710  it cannot be opened or read */
enum ledger_status store_guard(const char *path, struct error *error);

/* A file as it lies in memory. LMDB does not say where it has mapped it, but each page bears its number,
 * and what the file holds there proves it right. */
struct file_map {
    int file; /* the caller's */
    size_t page_size;
    size_t size;          /* of the map, which is larger than the file */
    const uint8_t *start; /* NULL until found */
    size_t file_size;     /* the file is at least so large */
};

/* Find the start, given a place within any page of the map. False when that cannot be told. */
bool file_map_find(struct file_map *map, const void *place);

/* Whether a place lies in the map, and whether so many bytes from there on lie within the file. */
bool file_map_holds(const struct file_map *map, const void *place);
bool file_map_reaches(struct file_map *map, const void *place, size_t size);

/* The size of an open file, 0 when that cannot be told. */
size_t file_size_now(int file);

/* Whether a file cannot grow. LMDB calls a write that a full disk cuts short an I/O error, so one has to
 * try: zeros are written behind the end, which is nothing to LMDB and which it will overwrite. */
bool file_cannot_grow(int file);

#endif
