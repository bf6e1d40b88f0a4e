/* Placing: an event that the rules let stand becomes an entry of the store. Commit and replay both come
 * through here, so that what is written and what is checked cannot differ. */
#ifndef LEDGER_PLACE_H
#define LEDGER_PLACE_H

#include "crypto/digest.h"
#include "ledger/rules.h"
#include "ledger/store.h"
#include "schema/event.h"

/* What is known of an event's signatures, for the rules. */
void placing_of_message(const struct cose_message *message, struct placing *placing);

/* Write an entry with its hash in the tree, and a row for each thing it touches. The entry's number is its
 * place: `number` - 1 entries are there before it. `touches` are a verdict's, NULL for none. */
enum ledger_status place_entry(struct store_txn *txn, uint32_t number, struct bytes entry, const struct touch *touches,
                               size_t touch_count, struct digest *hash, struct error *error);

/* The rows alone, as a decoded header gives them. */
enum ledger_status place_touches(struct store_txn *txn, const struct header *header, struct error *error);

/* The hash of the newest of `count` entries; 32 zero bytes before the first. */
enum ledger_status place_previous(struct store_txn *txn, uint32_t count, struct digest *previous, struct error *error);

/* The root of the first `count` entries. */
enum ledger_status place_root(struct store_txn *txn, uint32_t count, struct digest *root, struct error *error);

/* Read an entry that must be there and decode it; the bytes are the transaction's. PH0706 when it is missing or damaged. */
enum ledger_status place_read(struct store_txn *txn, uint32_t number, struct bytes *bytes, struct entry *entry,
                              struct error *error);

#endif
