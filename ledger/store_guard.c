#include "ledger/store_guard.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "ledger/store_page.h"

static_assert(sizeof(struct meta_page) == 152 && sizeof(size_t) == 8, "a meta page of a 64-bit LMDB");

enum { META_FLAG = 8, META_MAGIC = (int)0xBEEFC0DE, META_VERSION = 1 };
enum { PAGE_SIZE_LEAST = 4096, PAGE_SIZE_MOST = 32768 };
enum { LOOKS = 25, PAUSE_MS = 2 };

/* What one look at the file showed. */
struct look {
    enum refusal_code code; /* REFUSAL_NONE: sound */
    const char *what;
};

static const struct look sound = { REFUSAL_NONE, "" };

static struct look damaged(const char *what)
{
    return (struct look){ REFUSAL_DAMAGED_FILE, what };
}

static bool root_is_within(const struct meta_tree *tree, uint64_t last_page)
{
    return tree->root == PAGE_NONE || (tree->root >= META_PAGES && tree->root <= last_page);
}

static struct look judge_page(const struct meta_page *page, uint64_t number, uint64_t page_size)
{
    if (page->magic != (uint32_t)META_MAGIC)
        return damaged("a meta page is not one");
    if (page->version != META_VERSION || page->number != number || page->flags != META_FLAG
        || page->free.pad != page_size)
        return damaged("a meta page is not as LMDB writes it");
    return sound;
}

/* Only the newer of the two is used. The older may speak of pages that never were: when writing a meta
 * page fails, LMDB puts the old number of the transaction back, and not the rest. */
static struct look judge_reach(const struct meta_page *newer, uint64_t page_size, uint64_t file_size)
{
    if (newer->last_page >= file_size / page_size)
        return damaged("it has been cut short");
    if (!root_is_within(&newer->free, newer->last_page) || !root_is_within(&newer->main, newer->last_page))
        return damaged("a meta page points outside the file");
    return sound;
}

/* Each commit writes the older of the two, so they are neighbours; in a fresh file both say 0. */
static bool are_neighbours(const struct meta_page *first, const struct meta_page *second)
{
    return first->txn - second->txn == 1 || second->txn - first->txn == 1
        || (first->txn == 0 && second->txn == 0);
}

static struct look judge(const struct meta_page *first, const struct meta_page *second, uint64_t page_size,
                         uint64_t file_size)
{
    struct look look;

    if (file_size == 0)
        return damaged("it is empty");
    if (first->magic != (uint32_t)META_MAGIC && second->magic != (uint32_t)META_MAGIC)
        return (struct look){ REFUSAL_NOT_A_LEDGER, "it is no file of LMDB's" };
    if (first->version > META_VERSION && first->version == second->version)
        return (struct look){ REFUSAL_NEWER_FORMAT, "it was written by a newer LMDB" };
    if (file_size < META_PAGES * page_size)
        return damaged("it has been cut short");
    look = judge_page(first, 0, page_size);
    if (look.code == REFUSAL_NONE)
        look = judge_page(second, 1, page_size);
    if (look.code == REFUSAL_NONE && !are_neighbours(first, second))
        look = damaged("its meta pages contradict each other");
    if (look.code == REFUSAL_NONE)
        look = judge_reach(first->txn > second->txn ? first : second, page_size, file_size);
    return look;
}

/* Read a meta page; what lies beyond the end of the file stays zero. */
static bool read_page(int file, off_t offset, struct meta_page *page)
{
    ssize_t got;

    memset(page, 0, sizeof *page);
    do
        got = pread(file, page, sizeof *page, offset);
    while (got < 0 && errno == EINTR);
    return got >= 0;
}

/* The size of a page, by which the second meta page is found: a power of two. */
static uint64_t page_size_of(const struct meta_page *first)
{
    uint64_t size = first->free.pad;
    bool is_possible = size >= PAGE_SIZE_LEAST && size <= PAGE_SIZE_MOST && (size & (size - 1)) == 0;

    return is_possible ? size : PAGE_SIZE_LEAST;
}

static struct look look_at(int file)
{
    struct meta_page first, second;
    struct stat facts;
    uint64_t page_size;

    if (!read_page(file, 0, &first))
        return (struct look){ REFUSAL_IO, strerror(errno) };
    page_size = page_size_of(&first);
    /* The size is asked last: a file only grows, so what the pages speak of is there by now. */
    if (!read_page(file, (off_t)page_size, &second) || fstat(file, &facts) != 0)
        return (struct look){ REFUSAL_IO, strerror(errno) };
    return judge(&first, &second, page_size, (uint64_t)facts.st_size);
}

/* Open without waiting for the other end of a pipe, and without following a link out of the ledger. */
static enum ledger_status open_file(const char *path, int *file, struct error *error)
{
    struct stat facts;

    *file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (*file < 0 && (errno == ENOENT || errno == ENOTDIR))
        return error_set(error, REFUSAL_NO_LEDGER, "there is no %s", path);
    if (*file < 0 && (errno == EACCES || errno == EPERM))
        return error_set(error, REFUSAL_NOT_PERMITTED, "open %s: %s", path, strerror(errno));
    if (*file < 0 && errno != ELOOP && errno != ENXIO)
        return error_set(error, REFUSAL_IO, "open %s: %s", path, strerror(errno));
    if (*file < 0 || fstat(*file, &facts) != 0 || !S_ISREG(facts.st_mode))
        return error_set(error, REFUSAL_NOT_A_LEDGER, "%s is not an ordinary file", path);
    return LEDGER_OK;
}

enum ledger_status store_guard(const char *path, struct error *error)
{
    const struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000 };
    struct look look = sound;
    enum ledger_status status;
    int file;

    status = open_file(path, &file, error);
    if (status != LEDGER_OK)
        goto done;
    for (int i = 0; i < LOOKS; i++) {
        look = look_at(file);
        if (look.code == REFUSAL_NONE)
            goto done;
        nanosleep(&pause, NULL);
    }
    status = error_set(error, look.code, "%s: %s", path, look.what);
done:
    if (file >= 0)
        close(file);
    return status;
}

bool file_map_find(struct file_map *map, const void *place)
{
    const uintptr_t step = PAGE_SIZE_LEAST; /* maps and pages begin at its multiples */
    uintptr_t page = (uintptr_t)place & ~(step - 1);
    uint8_t there[PAGE_SIZE_LEAST];

    for (size_t back = 0; back < map->page_size; back += step, page -= step) {
        const uint8_t *here = (const uint8_t *)page;
        uint64_t number;

        memcpy(&number, here, sizeof number);
        if (number < META_PAGES || number >= map->size / map->page_size)
            continue;
        if (pread(map->file, there, sizeof there, (off_t)(number * map->page_size)) == (ssize_t)sizeof there
            && memcmp(here, there, sizeof there) == 0) {
            map->start = here - number * map->page_size;
            return true;
        }
    }
    return false;
}

bool file_map_holds(const struct file_map *map, const void *place)
{
    return (uintptr_t)place - (uintptr_t)map->start < map->size;
}

bool file_map_reaches(struct file_map *map, const void *place, size_t size)
{
    size_t offset = (uintptr_t)place - (uintptr_t)map->start;

    if (offset > SIZE_MAX - size)
        return false;
    if (offset + size > map->file_size)
        map->file_size = file_size_now(map->file);
    return offset + size <= map->file_size;
}

size_t file_size_now(int file)
{
    struct stat facts;

    return fstat(file, &facts) == 0 ? (size_t)facts.st_size : 0;
}

bool file_cannot_grow(int file)
{
    static const uint8_t zeros[65536];
    ssize_t written = pwrite(file, zeros, sizeof zeros, (off_t)file_size_now(file));

    if (written < 0)
        return errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
    return (size_t)written < sizeof zeros;
}
