/* Small records for tests of the store: numbers under numbers, four bytes big endian each. */
#ifndef TESTS_RECORDS_H
#define TESTS_RECORDS_H

#include <stdint.h>

#include "ledger/store.h"

/* Open the store in `directory`; the test fails where that fails, or the child ends. */
struct store *store_in(const char *directory, enum store_mode mode);
struct store *store_in_child(const char *directory, enum store_mode mode);

struct bytes number_key(uint8_t key[static 4], uint32_t number);
uint32_t number_of(struct bytes bytes);

/* Put a record within a transaction, or in one of its own. */
void put_in(struct store_txn *txn, enum store_table table, uint32_t key, uint32_t value);
void put_record(struct store *store, enum store_table table, uint32_t key, uint32_t value);

/* Get one: its value, or -1 when there is none. */
int64_t get_in(struct store_txn *txn, enum store_table table, uint32_t key);
int64_t get_record(struct store *store, enum store_table table, uint32_t key);

/* For child_start: open the store in `context`, a path, to read it, begin, and stay. */
int hold_a_read(void *context);

#endif
