#include "tests/support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "ledger/store.h"
#include "tests/support/place.h"

struct reading_of_rows {
    const char *directory;
    struct digest *digest; /* shared with the child */
};

static bool is_uncounted(enum store_table table, struct bytes row_key)
{
    /* Unlocks that failed and were not yet noted stand in no entry: nothing tells how many there were. And of the
     * row that says that there are openings only its being there counts. */
    return table == STORE_META && ((row_key.size == 5 && row_key.data[0] == 'u') || bytes_equal_text(row_key, "secrets"));
}

static void take(struct hasher *hasher, struct bytes bytes)
{
    hasher_update(hasher, (const uint8_t *)&bytes.size, sizeof bytes.size);
    hasher_update(hasher, bytes.data, bytes.size);
}

static bool read_table(struct store_txn *txn, enum store_table table, struct hasher *hasher)
{
    struct store_cursor *cursor;
    struct bytes row[2];
    struct error error;
    bool found = true;

    if (store_cursor_open(txn, table, bytes_of("", 0), &cursor, &error) != LEDGER_OK)
        return false;
    while (store_cursor_next(cursor, &found, &row[0], &row[1], &error) == LEDGER_OK) {
        if (!found) {
            store_cursor_close(cursor);
            return true;
        }
        if (is_uncounted(table, row[0]))
            continue;
        take(hasher, row[0]);
        take(hasher, row[1]);
    }
    return false;
}

static int read_all(void *context)
{
    const struct reading_of_rows *reading = context;
    struct hasher hasher = HASHER_NONE;
    struct store *store;
    struct store_txn *txn;
    struct error error;

    must(hasher_init(&hasher) == CRYPT_OK);
    if (store_open(reading->directory, STORE_READ, &store, &error) != LEDGER_OK ||
        store_begin_read(store, &txn, &error) != LEDGER_OK)
        return 1;
    for (unsigned table = 0; table < STORE_TABLES; table++)
        if (!read_table(txn, (enum store_table)table, &hasher))
            return 1;
    *reading->digest = hasher_finish(&hasher);
    return 0;
}

bool rows_digest(const char *directory, struct digest *digest)
{
    struct reading_of_rows reading = { directory, NULL };
    bool read;

    reading.digest = mmap(NULL, sizeof *digest, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(reading.digest != MAP_FAILED);
    read = child_do(read_all, &reading) == 0;
    *digest = *reading.digest;
    munmap(reading.digest, sizeof *digest);
    return read;
}

bool rows_are(const char *directory, const struct digest *digest)
{
    struct digest now;

    return rows_digest(directory, &now) && digest_equal(&now, digest);
}
