/* Damage to single pages of a ledger's file, tried against those who look, those who record and verify: nobody
 * dies of it, nothing is called recorded that is not there, and nothing altered passes.
 *
 * The places are pseudo-random but always the same: DAMAGE_SEED says others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cmocka.h>

#include "crypto/merkle.h"
#include "ledger/store_page.h"
#include "tests/support/day.h"
#include "tests/support/judged.h"
#include "tests/support/pieces.h"
#include "tests/support/place.h"
#include "tests/support/rows.h"

enum { PAGE = 4096, HEAD = 64, PAGES_LIMIT = 1024, TURNS = 60, BYTES_EACH = 8 };

/* How a child ended that met the damage. */
enum { CAME_THROUGH = 0, WAS_TOLD = 10, NOT_THERE = 20, NOTHING_LOST = 30 };

static struct house house;
static struct pieces now, before; /* the file as it is, and as it was some acts ago */
static char data_path[HOUSE_PATH_SIZE + 16];
static struct digest sound;
static struct placed *placed; /* shared with children */

/* ---- one day for all tests */

static struct act_list *new_patient(void)
{
    return house_act(&house, KIND_PATIENT, 2, MEANING_DID);
}

static int act_out_once(void **state)
{
    (void)state;
    house_open(&house);
    day_act_out(&house);
    snprintf(data_path, sizeof data_path, "%s/data.mdb", house.directory);
    pieces_read_whole(&before, data_path);
    for (int i = 0; i < 5; i++)
        house_must(&house, new_patient());
    day_close(&house);
    house_shut(&house);
    pieces_read_whole(&now, data_path);
    assert_true(rows_digest(house.directory, &sound));
    placed = mmap(NULL, sizeof *placed, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(placed != MAP_FAILED);
    return 0;
}

static int clean_up(void **state)
{
    (void)state;
    pieces_free(&now);
    pieces_free(&before);
    munmap(placed, sizeof *placed);
    house_close(&house);
    return 0;
}

/* xorshift64 (Marsaglia 2003) */
static uint64_t random_state;

static void random_begin(void)
{
    const char *seed = getenv("DAMAGE_SEED");

    random_state = seed != NULL ? strtoull(seed, NULL, 10) : 20260302;
}

static size_t random_below(size_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (size_t)(random_state % limit);
}

/* ---- which pages are in use */

static size_t page_count;
static uint64_t page_numbers[PAGES_LIMIT];

static void collect(uint64_t number, unsigned depth)
{
    struct page page = { now.file + number * PAGE, PAGE };
    enum page_kind kind = depth == 1 ? PAGE_LEAF : PAGE_BRANCH;

    assert_true(page_count < PAGES_LIMIT);
    page_numbers[page_count++] = number;
    for (unsigned i = 0; i < page_node_count(page); i++) {
        struct node node = page_node(page, kind, i);
        struct meta_tree tree;

        if (kind == PAGE_BRANCH)
            collect(node.page, depth - 1);
        else if (node.flags == NODE_BIG_VALUE)
            page_numbers[page_count++] = node.page;
        else if (node.flags == NODE_TREE) {
            memcpy(&tree, node.value.data, sizeof tree);
            if (tree.depth > 0)
                collect(tree.root, tree.depth);
        }
    }
}

static void collect_pages(void)
{
    struct meta_page metas[META_PAGES];
    const struct meta_page *newer;

    for (unsigned i = 0; i < META_PAGES; i++)
        memcpy(&metas[i], now.file + i * PAGE, sizeof metas[i]);
    newer = &metas[metas[1].txn > metas[0].txn];
    page_count = 0;
    if (newer->free.depth > 0)
        collect(newer->free.root, newer->free.depth);
    collect(newer->main.root, newer->main.depth);
    random_begin();
}

/* ---- who meets the damage */

static int look(void *context)
{
    struct reading reading;
    struct bytes bytes;
    uint32_t entries;

    (void)context;
    if (house_enter(&house, LEDGER_READ) != LEDGER_OK || ledger_read(house.ledger, &reading, &house.error) != LEDGER_OK)
        return WAS_TOLD;
    entries = view_entries_before(reading.view);
    for (uint32_t number = 1; number <= entries; number++)
        if (!view_entry(reading.view, number, &bytes))
            return WAS_TOLD;
    ledger_read_end(&reading);
    return CAME_THROUGH;
}

/* No head is remembered here, or the file put back afterwards would seem rolled back. */
static int record(void *context)
{
    (void)context;
    setenv("XDG_STATE_HOME", "/dev/null", 1);
    if (house_enter(&house, LEDGER_RECORD) != LEDGER_OK || house_commit(&house, new_patient()) != LEDGER_OK)
        return WAS_TOLD;
    *placed = house.placed;
    return CAME_THROUGH;
}

static int find_recorded(void *context)
{
    struct reading reading;
    struct bytes bytes;
    struct digest hash;

    (void)context;
    if (house_enter(&house, LEDGER_READ) != LEDGER_OK || ledger_read(house.ledger, &reading, &house.error) != LEDGER_OK
        || !view_entry(reading.view, placed->first, &bytes))
        return NOT_THERE;
    hash = merkle_leaf(bytes.data, bytes.size);
    return digest_equal(&hash, &placed->head) ? CAME_THROUGH : NOT_THERE;
}

static struct { unsigned told_looking, told_recording, failed, unchanged; } count;

static void try_all(const uint8_t *damaged, const char *what, uint64_t page)
{
    static struct report report;
    const struct verify_options options = { 0 };
    struct error error;
    int looking, recording;

    file_write(data_path, damaged, now.size);
    looking = child_do(look, NULL);
    recording = child_do(record, NULL);
    if ((looking != CAME_THROUGH && looking != WAS_TOLD) || (recording != CAME_THROUGH && recording != WAS_TOLD))
        fail_msg("page %llu %s: looking ended with %d, recording with %d", (unsigned long long)page, what, looking, recording);
    if (recording == CAME_THROUGH && child_do(find_recorded, NULL) != CAME_THROUGH)
        fail_msg("page %llu %s: recorded, and not there", (unsigned long long)page, what);
    count.told_looking += looking == WAS_TOLD;
    count.told_recording += recording == WAS_TOLD;

    file_write(data_path, damaged, now.size);
    if (verify_directory(house.directory, &options, &report, &error) != LEDGER_OK || report.judgement != JUDGED_PASS)
        count.failed++;
    else if (rows_are(house.directory, &sound))
        count.unchanged++;
    else
        fail_msg("page %llu %s: what is read is altered, and it passes", (unsigned long long)page, what);
    for (size_t i = 0; i < report.finding_count; i++)
        if (report.findings[i].code == REFUSAL_CHILD_DIED)
            fail_msg("page %llu %s: verifying died of it", (unsigned long long)page, what);
}

static void tell(const char *what, unsigned tried)
{
    print_message("# %u %s: %u told to who looks, %u to who records, verify fails %u, %u change nothing\n", tried, what,
                  count.told_looking, count.told_recording, count.failed, count.unchanged);
    assert_true(count.failed > tried / 2);
    memset(&count, 0, sizeof count);
    file_write(data_path, now.file, now.size);
    assert_judged(verified_directory(house.directory), JUDGED_PASS);
}

/* ---- a disk that says it wrote a page, and did not */

static int page_lost = -1; /* counted from the first one written; none */
static int pages_written;

static bool is_lost(size_t size)
{
    return size >= PAGE && page_lost >= 0 && pages_written++ == page_lost;
}

ssize_t pwrite(int file, const void *data, size_t size, off_t offset)
{
    return is_lost(size) ? (ssize_t)size : (ssize_t)syscall(SYS_pwrite64, file, data, size, offset);
}

/* LMDB writes neighbours together. */
ssize_t writev(int file, const struct iovec *pieces, int piece_count)
{
    ssize_t done = 0;

    for (int i = 0; i < piece_count; i++) {
        if (is_lost(pieces[i].iov_len))
            lseek(file, (off_t)pieces[i].iov_len, SEEK_CUR);
        else if (write(file, pieces[i].iov_base, pieces[i].iov_len) != (ssize_t)pieces[i].iov_len)
            return -1;
        done += (ssize_t)pieces[i].iov_len;
    }
    return done;
}

/* Lose one page of a commit. The number of pages it wrote tells when there are no more. */
static int record_with_a_loss(void *context)
{
    struct act_list *list = new_patient();
    enum ledger_status status;

    setenv("XDG_STATE_HOME", "/dev/null", 1);
    must(house_enter(&house, LEDGER_RECORD) == LEDGER_OK);
    must(house_prepare(&house, list) == LEDGER_OK && house_sign(&house, list) == LEDGER_OK);
    page_lost = *(int *)context;
    status = house_place(&house, list);
    *placed = house.placed;
    if (pages_written <= page_lost)
        return NOTHING_LOST;
    must(status == LEDGER_OK || status == LEDGER_UNCERTAIN);
    return status == LEDGER_OK ? CAME_THROUGH : WAS_TOLD;
}

static void what_the_disk_did_not_keep_is_not_called_recorded(void **state)
{
    int lost = 0, told = 0, result;

    (void)state;
    for (;; lost++) {
        file_write(data_path, now.file, now.size);
        result = child_do(record_with_a_loss, &lost);
        if (result == NOTHING_LOST)
            break;
        if (result != CAME_THROUGH && result != WAS_TOLD)
            fail_msg("page %d of a commit lost: recording ended with %d", lost, result);
        told += result == WAS_TOLD;
        if (result == CAME_THROUGH && child_do(find_recorded, NULL) != CAME_THROUGH)
            fail_msg("page %d of a commit lost: recorded, and not there", lost);
    }
    file_write(data_path, now.file, now.size);
    print_message("# of %d pages that a commit writes, the loss of %d is told at once\n", lost, told);
    assert_true(told > 2);
}

/* ---- the damage */

static void a_byte_changed_in_the_head_of_any_page_harms_nobody(void **state)
{
    (void)state;
    collect_pages();
    for (size_t i = 0; i < page_count * BYTES_EACH; i++) {
        size_t at = page_numbers[i % page_count] * PAGE + random_below(HEAD);
        uint8_t was = now.file[at];

        now.file[at] ^= (uint8_t)(1 + random_below(255));
        try_all(now.file, "has a byte changed", at / PAGE);
        now.file[at] = was;
    }
    tell("bytes in heads of pages", (unsigned)page_count * BYTES_EACH);
}

static void a_page_of_zeros_harms_nobody(void **state)
{
    uint8_t kept[PAGE];

    (void)state;
    collect_pages();
    for (int i = 0; i < TURNS; i++) {
        uint64_t page = page_numbers[random_below(page_count)];

        memcpy(kept, now.file + page * PAGE, PAGE);
        memset(now.file + page * PAGE, 0, PAGE);
        try_all(now.file, "is zeros", page);
        memcpy(now.file + page * PAGE, kept, PAGE);
    }
    tell("pages of zeros", TURNS);
}

static void a_page_swapped_with_another_harms_nobody(void **state)
{
    uint8_t kept[PAGE];

    (void)state;
    collect_pages();
    for (int i = 0; i < TURNS; i++) {
        uint64_t page = page_numbers[random_below(page_count)], other = page_numbers[random_below(page_count)];
        /* Half of them bear the right numbers even so. */
        size_t from = i % 2 == 0 ? 0 : sizeof page;

        memcpy(kept, now.file + page * PAGE, PAGE);
        memcpy(now.file + page * PAGE + from, now.file + other * PAGE + from, PAGE - from);
        memcpy(now.file + other * PAGE + from, kept + from, PAGE - from);
        if (page != other)
            try_all(now.file, "is swapped with another", page);
        memcpy(now.file + other * PAGE + from, now.file + page * PAGE + from, PAGE - from);
        memcpy(now.file + page * PAGE, kept, PAGE);
    }
    tell("pages swapped", TURNS);
}

/* What the file held in this place some acts ago is a page well made. */
static void a_stale_page_put_back_harms_nobody(void **state)
{
    uint8_t kept[PAGE];
    unsigned tried = 0;

    (void)state;
    collect_pages();
    for (size_t i = 0; i < page_count; i++) {
        uint64_t page = page_numbers[i];

        if ((page + 1) * PAGE > before.size || memcmp(before.file + page * PAGE, now.file + page * PAGE, PAGE) == 0)
            continue;
        memcpy(kept, now.file + page * PAGE, PAGE);
        memcpy(now.file + page * PAGE, before.file + page * PAGE, PAGE);
        try_all(now.file, "is stale", page);
        memcpy(now.file + page * PAGE, kept, PAGE);
        tried++;
    }
    assert_true(tried > 5);
    tell("stale pages", tried);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_byte_changed_in_the_head_of_any_page_harms_nobody),
        cmocka_unit_test(a_page_of_zeros_harms_nobody),
        cmocka_unit_test(a_page_swapped_with_another_harms_nobody),
        cmocka_unit_test(a_stale_page_put_back_harms_nobody),
        cmocka_unit_test(what_the_disk_did_not_keep_is_not_called_recorded),
    };

    return cmocka_run_group_tests(tests, act_out_once, clean_up);
}
