#include "tests/support/records.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/place.h"

struct store *store_in(const char *directory, enum store_mode mode)
{
    struct store *store;
    struct error error;

    if (store_open(directory, mode, &store, &error) != LEDGER_OK)
        fail_msg("PH%04u %s", error.code, error.text);
    return store;
}

struct store *store_in_child(const char *directory, enum store_mode mode)
{
    struct store *store;
    struct error error;

    must(store_open(directory, mode, &store, &error) == LEDGER_OK);
    return store;
}

struct bytes number_key(uint8_t key[static 4], uint32_t number)
{
    for (int i = 0; i < 4; i++)
        key[i] = (uint8_t)(number >> (24 - 8 * i));
    return bytes_of(key, 4);
}

uint32_t number_of(struct bytes bytes)
{
    uint32_t number = 0;

    for (size_t i = 0; i < 4 && i < bytes.size; i++)
        number = number << 8 | bytes.data[i];
    return bytes.size == 4 ? number : UINT32_MAX;
}

void put_in(struct store_txn *txn, enum store_table table, uint32_t key, uint32_t value)
{
    uint8_t key_bytes[4], value_bytes[4];
    struct error error;

    assert_int_equal(LEDGER_OK, store_put(txn, table, number_key(key_bytes, key), number_key(value_bytes, value),
                                          &error));
}

void put_record(struct store *store, enum store_table table, uint32_t key, uint32_t value)
{
    struct store_txn *txn;
    struct error error;

    assert_int_equal(LEDGER_OK, store_begin_write(store, 10000, &txn, &error));
    put_in(txn, table, key, value);
    assert_int_equal(LEDGER_OK, store_commit(txn, &error));
}

int64_t get_in(struct store_txn *txn, enum store_table table, uint32_t key)
{
    uint8_t key_bytes[4];
    struct bytes value;
    struct error error;
    bool found;

    assert_int_equal(LEDGER_OK, store_get(txn, table, number_key(key_bytes, key), &found, &value, &error));
    return found ? (int64_t)number_of(value) : -1;
}

int64_t get_record(struct store *store, enum store_table table, uint32_t key)
{
    struct store_txn *txn;
    struct error error;
    int64_t value;

    assert_int_equal(LEDGER_OK, store_begin_read(store, &txn, &error));
    value = get_in(txn, table, key);
    store_abort(txn);
    return value;
}

int hold_a_read(void *context)
{
    struct store *store = store_in_child(context, STORE_READ);
    struct store_txn *txn;
    struct error error;

    must(store_begin_read(store, &txn, &error) == LEDGER_OK);
    for (;;)
        pause();
}
