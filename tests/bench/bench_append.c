/* What recording one act costs, beside a bare LMDB transaction that makes the very same puts; and what judging
 * the file costs beside both. Everything is measured in one run, turn and turn about, and told as ratios.
 *
 *     bench_append [ENTRIES] [TURNS]     the book has so many entries to begin with
 *
 * The act is the enrolment of a patient with one signer and no private field. The bare store is a copy of the
 * ledger's own file, so that its trees have the same shape; no rule, signature or check stands before it. */
#include <assert.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <lmdb.h>

#include "ledger/store_pages.h"
#include "tests/support/house.h"

enum { PUTS_LIMIT = 256, BYTES_LIMIT = 1 << 20, TABLES = 7, LIST = 500, PAGE = 4096, WALKS = 5 };

#define MAP_SIZE ((size_t)4 << 30)

static const char *const names[TABLES] = { "entries", "tree", "leaves", "names", "touches", "checkpoints", "meta" };

/* ---- the puts of one commit, heard on their way to LMDB */

static struct {
    bool listening;
    size_t count, used;
    struct { MDB_dbi table; MDB_val key, value; } puts[PUTS_LIMIT];
    uint8_t bytes[BYTES_LIMIT];
} heard;

static MDB_val keep(const MDB_val *val)
{
    MDB_val kept = { val->mv_size, heard.bytes + heard.used };

    assert(heard.used + val->mv_size <= sizeof heard.bytes);
    memcpy(kept.mv_data, val->mv_data, val->mv_size);
    heard.used += val->mv_size;
    return kept;
}

int mdb_put(MDB_txn *txn, MDB_dbi table, MDB_val *key, MDB_val *value, unsigned flags)
{
    static int (*real)(MDB_txn *txn, MDB_dbi table, MDB_val *key, MDB_val *value, unsigned flags);

    if (real == NULL)
        *(void **)&real = dlsym(RTLD_NEXT, "mdb_put");
    if (heard.listening) {
        assert(heard.count < PUTS_LIMIT);
        heard.puts[heard.count].table = table;
        heard.puts[heard.count].key = keep(key);
        heard.puts[heard.count++].value = keep(value);
    }
    return real(txn, table, key, value, flags);
}

/* Valgrind has no room for a map as large as the store's. */
int mdb_env_set_mapsize(MDB_env *env, size_t size)
{
    static int (*real)(MDB_env *env, size_t size);

    if (real == NULL)
        *(void **)&real = dlsym(RTLD_NEXT, "mdb_env_set_mapsize");
    return real(env, size < MAP_SIZE ? size : MAP_SIZE);
}

static void listen_anew(void)
{
    heard.listening = true;
    heard.count = heard.used = 0;
}

/* ---- the bare store */

static MDB_env *bare;

static void copy_file(const char *from, const char *to)
{
    static uint8_t bytes[1 << 20];
    int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_EXCL, 0600);
    ssize_t got;

    assert(in >= 0 && out >= 0);
    while ((got = read(in, bytes, sizeof bytes)) > 0)
        if (write(out, bytes, (size_t)got) != got)
            abort();
    close(in);
    fsync(out);
    close(out);
}

/* Handles are numbers in the order of opening: the store opens its tables in the same order. */
static void open_bare(const char *directory)
{
    MDB_txn *txn;
    MDB_dbi table;
    int code = mdb_env_create(&bare);

    code |= mdb_env_set_mapsize(bare, MAP_SIZE);
    code |= mdb_env_set_maxdbs(bare, TABLES);
    code |= mdb_env_open(bare, directory, MDB_NOTLS, 0600);
    code |= mdb_txn_begin(bare, NULL, 0, &txn);
    code |= mdb_dbi_open(txn, "meta", 0, &table);
    for (int i = 0; i < TABLES; i++)
        code |= mdb_dbi_open(txn, names[i], 0, &table);
    code |= mdb_txn_commit(txn);
    assert(code == 0);
}

static void put_bare(void)
{
    MDB_txn *txn;
    int code = mdb_txn_begin(bare, NULL, 0, &txn);

    for (size_t i = 0; i < heard.count; i++)
        code |= mdb_put(txn, heard.puts[i].table, &heard.puts[i].key, &heard.puts[i].value, 0);
    code |= mdb_txn_commit(txn);
    assert(code == 0);
}

/* ---- time */

static int64_t now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int compare(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

static int64_t median(int64_t *times, size_t count)
{
    qsort(times, count, sizeof *times, compare);
    return times[count / 2];
}

/* ---- what is measured */

static struct house house;
static char data_path[HOUSE_PATH_SIZE + 16];

static struct act_list *acts(size_t count)
{
    struct act_list *list = act_list_new(count);

    assert(list != NULL);
    for (size_t i = 0; i < count; i++) {
        act_begin(&list->acts[i], kind_find(KIND_PATIENT), (struct at){ house.now_ms, -300 });
        act_sign_as(&list->acts[i], 2, MEANING_DID);
    }
    return list;
}

static void fill(uint32_t entries)
{
    while (house_entries(&house) < entries) {
        uint32_t missing = entries - house_entries(&house);

        house_must(&house, acts(missing < LIST ? missing : LIST));
    }
}

/* Alone, so that callgrind can be told to count nothing else: valgrind --tool=callgrind --toggle-collect=place_one */
static __attribute__((noinline)) enum ledger_status place_one(struct act_list *list)
{
    return house_place(&house, list);
}

/* Commit one act; the time is of the commit alone. */
static int64_t commit_one(void)
{
    struct act_list *list = acts(1);
    enum ledger_status status = house_prepare(&house, list);
    int64_t began, took;

    if (status == LEDGER_OK)
        status = house_sign(&house, list);
    began = now_us();
    if (status == LEDGER_OK)
        status = place_one(list);
    took = now_us() - began;
    assert(status == LEDGER_OK);
    act_list_free(list);
    house.now_ms += 1000;
    return took;
}

/* Whether the head is remembered outside the ledger, which is a file written, flushed and renamed. */
static void remember_heads(bool remember)
{
    setenv("XDG_STATE_HOME", remember ? house.home : "/dev/null", 1);
}

static void tell_ratio(const char *what, int64_t *times, int64_t bare_median, size_t turns)
{
    int64_t ours = median(times, turns);

    printf("  %s: %lld us, ratio %lld.%02lld\n", what, (long long)ours, (long long)(ours / bare_median),
           (long long)(ours * 100 / bare_median % 100));
}

static void measure_commits(size_t turns)
{
    enum { WHOLE, WITHOUT_HEAD, BARE, WAYS };
    int64_t *times[WAYS], began;

    for (int i = 0; i < WAYS; i++) {
        times[i] = calloc(turns, sizeof *times[i]);
        assert(times[i] != NULL);
    }
    for (size_t i = 0; i < turns; i++) {
        times[WHOLE][i] = commit_one();
        remember_heads(false);
        listen_anew();
        times[WITHOUT_HEAD][i] = commit_one();
        heard.listening = false;
        remember_heads(true);
        began = now_us();
        put_bare();
        times[BARE][i] = now_us() - began;
    }
    printf("commit of one act, of %zu puts and %zu bytes; medians of %zu turns; bare %lld us\n", heard.count, heard.used, turns,
           (long long)median(times[BARE], turns));
    tell_ratio("whole", times[WHOLE], times[BARE][turns / 2], turns);
    tell_ratio("without the head remembered outside", times[WITHOUT_HEAD], times[BARE][turns / 2], turns);
    for (int i = 0; i < WAYS; i++)
        free(times[i]);
}

static struct pages *pages_now(int file)
{
    struct meta_page metas[META_PAGES];

    for (int i = 0; i < META_PAGES; i++)
        if (pread(file, &metas[i], sizeof metas[i], (off_t)i * PAGE) != (ssize_t)sizeof metas[i])
            abort();
    return pages_new(file, PAGE, metas[metas[1].txn > metas[0].txn].txn, names, TABLES);
}

static int64_t time_of(bool (*judge)(struct pages *pages), int file)
{
    int64_t times[WALKS], began;

    for (int i = 0; i < WALKS; i++) {
        struct pages *pages = pages_now(file);
        bool sound;

        assert(pages != NULL);
        began = now_us();
        sound = judge(pages);
        times[i] = now_us() - began;
        assert(sound);
        pages_free(pages);
    }
    return median(times, WALKS);
}

static void measure_judging(void)
{
    int64_t times[WALKS], began;
    int file = open(data_path, O_RDONLY);
    struct stat facts;

    assert(file >= 0 && fstat(file, &facts) == 0);
    house_shut(&house);
    for (int i = 0; i < WALKS; i++) {
        began = now_us();
        if (house_enter(&house, LEDGER_RECORD) != LEDGER_OK)
            abort();
        house_must(&house, acts(1));
        house_shut(&house);
        times[i] = now_us() - began;
    }
    printf("a file of %lld MB: judged before a write in %lld us, wholly in %lld us; opening and recording one act, with the "
           "former, %lld us\n", (long long)facts.st_size >> 20, (long long)time_of(pages_before_write, file),
           (long long)time_of(pages_walk, file), (long long)median(times, WALKS));
    close(file);
}

int main(int argument_count, char **arguments)
{
    uint32_t entries = argument_count > 1 ? (uint32_t)strtoul(arguments[1], NULL, 10) : 1000;
    size_t turns = argument_count > 2 ? strtoul(arguments[2], NULL, 10) : 200;
    char path[HOUSE_PATH_SIZE + 32];

    house_open(&house);
    house_stock(&house);
    fill(entries);
    snprintf(data_path, sizeof data_path, "%s/data.mdb", house.directory);
    snprintf(path, sizeof path, "%s/bare", house.home);
    if (mkdir(path, 0700) != 0)
        abort();
    snprintf(path, sizeof path, "%s/bare/data.mdb", house.home);
    copy_file(data_path, path);
    snprintf(path, sizeof path, "%s/bare", house.home);
    open_bare(path);
    printf("a book of %u entries\n", house_entries(&house));
    measure_commits(turns);
    measure_judging();
    mdb_env_close(bare);
    house_close(&house);
    return 0;
}
