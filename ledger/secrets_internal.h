/* Shared by secrets_open.c, which gets at store and key, and secrets.c, which keeps and opens. */
#ifndef LEDGER_SECRETS_INTERNAL_H
#define LEDGER_SECRETS_INTERNAL_H

#include "crypto/cipher.h"
#include "ledger/secrets.h"
#include "ledger/store.h"

enum { LEDGER_ID_SIZE = 32, SECRETS_ROW_SIZE = ACT_SIZE + 1 }; /* a row is act and key */

/* In locked memory. */
struct secret_keys {
    uint8_t site[CIPHER_KEY_SIZE];
    uint8_t data[CIPHER_KEY_SIZE]; /* of what is being kept or opened; wiped after */
};

struct secrets {
    char directory[SECRETS_PATH_SIZE]; /* of the store */
    char ledger_hex[2 * LEDGER_ID_SIZE + 1];
    uint8_t ledger[LEDGER_ID_SIZE];
    bool to_record;
    bool made_store, made_key_file; /* by secrets_create */
    struct store *store;            /* NULL until something needs it */
    struct secret_keys *keys;       /* NULL until something needs them */
};

/* ---- what each ciphertext is bound to: what it is, the ledger, and its place */

enum { BOUND_CHECK = 'C', BOUND_KEY = 'K', BOUND_OPENING = 'O' };

struct binding {
    uint8_t bytes[1 + LEDGER_ID_SIZE + ACT_SIZE + SECRETS_ROW_SIZE];
    size_t size;
};

/* `about` and `row` may be empty. */
struct binding binding_of(const struct secrets *secrets, char what, struct bytes about, struct bytes row);

/* ---- the store, opened when it is needed; errors speak of names and remarks */

enum ledger_status secrets_begin(struct secrets *secrets, bool writes, struct store_txn **txn, struct error *error);
enum ledger_status secrets_commit(struct secrets *secrets, struct store_txn *txn, struct error *error);
enum ledger_status secrets_store_get(struct store_txn *txn, enum store_table table, struct bytes key, bool *found,
                                     struct bytes *value, struct error *error);
enum ledger_status secrets_store_put(struct store_txn *txn, enum store_table table, struct bytes key,
                                     struct bytes value, struct error *error);
enum ledger_status secrets_store_last(struct store_txn *txn, enum store_table table, bool *found, struct bytes *key,
                                      struct error *error);

/* Load the site's key, if that has not been done, and see that it is this store's. */
enum ledger_status secrets_need_keys(struct secrets *secrets, struct store_txn *txn, struct error *error);

/* ---- what goes wrong */

enum ledger_status secrets_refuse_damaged(const struct secrets *secrets, const char *what, struct error *error);

/* CRYPT_BAD_DATA is damage, and `what` says of what; anything else a want of memory or randomness. */
enum ledger_status secrets_refuse_crypt(const struct secrets *secrets, enum crypt_status status, const char *what,
                                        struct error *error);

#endif
