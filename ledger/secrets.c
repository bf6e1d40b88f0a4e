#include "ledger/secrets.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "crypto/crypto.h"
#include "ledger/secrets_internal.h"
#include "ledger/state.h"

enum {
    WRAPPED_SIZE = CIPHER_KEY_SIZE + CIPHER_OVERHEAD,
    KEPT_LIMIT = ACT_SIZE + OPENING_LIMIT + CIPHER_OVERHEAD,
};

/* ---- data keys */

static enum ledger_status make_data_key(struct secrets *secrets, struct store_txn *txn, struct bytes about,
                                        struct error *error)
{
    struct binding binding = binding_of(secrets, BOUND_KEY, about, bytes_of(NULL, 0));
    uint8_t wrapped[WRAPPED_SIZE];
    enum crypt_status crypt = crypt_random(secrets->keys->data, CIPHER_KEY_SIZE);

    if (crypt == CRYPT_OK)
        crypt = cipher_seal(secrets->keys->site, binding.bytes, binding.size, secrets->keys->data, CIPHER_KEY_SIZE,
                            wrapped);
    if (crypt != CRYPT_OK)
        return secrets_refuse_crypt(secrets, CRYPT_FAILED, "", error);
    return secrets_store_put(txn, STORE_NAMES, about, bytes_of(wrapped, sizeof wrapped), error);
}

/* Put the data key of what an opening is about into keys->data. */
static enum ledger_status find_data_key(struct secrets *secrets, struct store_txn *txn, struct bytes about,
                                        bool may_make, struct error *error)
{
    struct binding binding = binding_of(secrets, BOUND_KEY, about, bytes_of(NULL, 0));
    struct bytes wrapped;
    bool found;
    enum crypt_status crypt;
    enum ledger_status status = secrets_store_get(txn, STORE_NAMES, about, &found, &wrapped, error);

    if (status != LEDGER_OK)
        return status;
    if (!found)
        return may_make ? make_data_key(secrets, txn, about, error)
                        : secrets_refuse_damaged(secrets, "a key is not there", error);
    if (wrapped.size != WRAPPED_SIZE)
        return secrets_refuse_damaged(secrets, "a key has another size", error);
    crypt = cipher_open(secrets->keys->site, binding.bytes, binding.size, wrapped.data, wrapped.size,
                        secrets->keys->data);
    return crypt == CRYPT_OK ? LEDGER_OK : secrets_refuse_crypt(secrets, crypt, "a key was changed", error);
}

/* ---- keeping */

static void row_of(const uint8_t act[static ACT_SIZE], uint8_t key, uint8_t row[static SECRETS_ROW_SIZE])
{
    memcpy(row, act, ACT_SIZE);
    row[ACT_SIZE] = key;
}

/* Write down that this row was kept, behind those before it. */
static enum ledger_status log_row(struct store_txn *txn, struct bytes row, struct error *error)
{
    uint8_t sequence[8];
    struct bytes last;
    bool found;
    enum ledger_status status = secrets_store_last(txn, STORE_ENTRIES, &found, &last, error);

    if (status != LEDGER_OK)
        return status;
    put_u64(sequence, found && last.size == sizeof sequence ? get_u64(last.data) + 1 : 1);
    return secrets_store_put(txn, STORE_ENTRIES, bytes_of(sequence, sizeof sequence), row, error);
}

static enum ledger_status put_opening(struct secrets *secrets, struct store_txn *txn,
                                      const struct secret_opening *opening, struct error *error)
{
    struct bytes about = bytes_of(opening->about, ACT_SIZE);
    size_t size = opening->opening.size;
    uint8_t row_bytes[SECRETS_ROW_SIZE], kept[KEPT_LIMIT];
    struct bytes row = bytes_of(row_bytes, sizeof row_bytes);
    struct binding binding;
    enum crypt_status crypt;
    enum ledger_status status;

    assert(size > 0 && size <= OPENING_LIMIT);
    row_of(opening->act, opening->key, row_bytes);
    status = find_data_key(secrets, txn, about, true, error);
    if (status != LEDGER_OK)
        return status;
    binding = binding_of(secrets, BOUND_OPENING, about, row);
    memcpy(kept, opening->about, ACT_SIZE);
    crypt = cipher_seal(secrets->keys->data, binding.bytes, binding.size, opening->opening.data, size, kept + ACT_SIZE);
    if (crypt != CRYPT_OK)
        return secrets_refuse_crypt(secrets, CRYPT_FAILED, "", error);
    status = secrets_store_put(txn, STORE_LEAVES, row, bytes_of(kept, ACT_SIZE + size + CIPHER_OVERHEAD), error);
    return status == LEDGER_OK ? log_row(txn, row, error) : status;
}

enum ledger_status secrets_put(struct secrets *secrets, const struct secret_opening *openings, size_t count,
                               struct error *error)
{
    struct store_txn *txn;
    enum ledger_status status;

    assert(secrets->to_record);
    if (count == 0)
        return LEDGER_OK;
    status = secrets_begin(secrets, true, &txn, error);
    if (status == LEDGER_OK)
        status = secrets_need_keys(secrets, txn, error);
    for (size_t i = 0; i < count && status == LEDGER_OK; i++)
        status = put_opening(secrets, txn, &openings[i], error);
    if (secrets->keys != NULL)
        secret_wipe(secrets->keys->data, sizeof secrets->keys->data);
    if (status == LEDGER_OK)
        return secrets_commit(secrets, txn, error);
    store_abort(txn);
    return status;
}

/* ---- opening */

static enum ledger_status refuse_not_kept(uint8_t key, struct error *error)
{
    error_set(error, REFUSAL_SECRETS, "private field %u of this act is not kept here.", key);
    error_next(error, "it was never kept here, or it was erased; nothing else depends on it");
    error->status = LEDGER_UNKNOWN;
    return error->status;
}

static enum ledger_status open_kept(struct secrets *secrets, struct store_txn *txn, struct bytes row,
                                    struct bytes kept, uint8_t *out, size_t *size, struct error *error)
{
    uint8_t about[ACT_SIZE];
    struct bytes sealed = bytes_of(kept.data + ACT_SIZE, kept.size - ACT_SIZE);
    struct binding binding;
    enum crypt_status crypt;
    enum ledger_status status;

    memcpy(about, kept.data, ACT_SIZE);
    status = find_data_key(secrets, txn, bytes_of(about, sizeof about), false, error);
    if (status != LEDGER_OK)
        return status;
    binding = binding_of(secrets, BOUND_OPENING, bytes_of(about, sizeof about), row);
    crypt = cipher_open(secrets->keys->data, binding.bytes, binding.size, sealed.data, sealed.size, out);
    secret_wipe(secrets->keys->data, sizeof secrets->keys->data);
    if (crypt != CRYPT_OK)
        return secrets_refuse_crypt(secrets, crypt, "an opening was changed", error);
    *size = sealed.size - CIPHER_OVERHEAD;
    return LEDGER_OK;
}

static enum ledger_status get_opening(struct secrets *secrets, struct store_txn *txn, struct bytes row,
                                      uint8_t *out, size_t *size, struct error *error)
{
    struct bytes kept;
    bool found;
    enum ledger_status status = secrets_store_get(txn, STORE_LEAVES, row, &found, &kept, error);

    if (status != LEDGER_OK)
        return status;
    if (!found || kept.size == 0)
        return refuse_not_kept(row.data[ACT_SIZE], error);
    if (kept.size <= ACT_SIZE + CIPHER_OVERHEAD || kept.size > KEPT_LIMIT)
        return secrets_refuse_damaged(secrets, "an opening has a size that none has", error);
    status = secrets_need_keys(secrets, txn, error);
    return status == LEDGER_OK ? open_kept(secrets, txn, row, kept, out, size, error) : status;
}

enum ledger_status secrets_get(struct secrets *secrets, const uint8_t act[static ACT_SIZE], uint8_t key,
                               uint8_t out[static OPENING_LIMIT], size_t *size, struct error *error)
{
    uint8_t row[SECRETS_ROW_SIZE];
    struct store_txn *txn;
    enum ledger_status status = secrets_begin(secrets, false, &txn, error);

    row_of(act, key, row);
    if (status == LEDGER_OK)
        status = get_opening(secrets, txn, bytes_of(row, sizeof row), out, size, error);
    store_abort(txn);
    return status;
}

/* ---- orphans */

/* The rows of the log that nobody has looked at: from `*first` to `*last`, none when that is less. */
static enum ledger_status find_unseen(struct store_txn *txn, uint64_t *first, uint64_t *last, struct error *error)
{
    struct bytes key, value;
    bool found;
    enum ledger_status status = secrets_store_get(txn, STORE_META, bytes_of_text("looked-at"), &found, &value, error);

    if (status != LEDGER_OK)
        return status;
    *first = found && value.size == 8 ? get_u64(value.data) + 1 : 1;
    status = secrets_store_last(txn, STORE_ENTRIES, &found, &key, error);
    if (status == LEDGER_OK)
        *last = found && key.size == 8 ? get_u64(key.data) : 0;
    return status;
}

/* Drop what a row of the log kept, unless its act is in the book. */
static enum ledger_status drop_row(const struct secrets *secrets, struct store_txn *txn, uint64_t sequence,
                                   secrets_in_book *in_book, void *context, struct error *error)
{
    uint8_t number[8], row[SECRETS_ROW_SIZE];
    struct bytes value;
    bool found;
    enum ledger_status status;

    put_u64(number, sequence);
    status = secrets_store_get(txn, STORE_ENTRIES, bytes_of(number, sizeof number), &found, &value, error);
    if (status != LEDGER_OK)
        return status;
    if (!found || value.size != SECRETS_ROW_SIZE)
        return secrets_refuse_damaged(secrets, "what was kept is not written down", error);
    memcpy(row, value.data, sizeof row);
    status = in_book(context, row, &found, error);
    if (status != LEDGER_OK || found)
        return status;
    return secrets_store_put(txn, STORE_LEAVES, bytes_of(row, sizeof row), bytes_of("", 0), error);
}

/* Whether there is anything to look at, without keeping others from writing. */
static enum ledger_status has_unseen(struct secrets *secrets, bool *any, struct error *error)
{
    struct store_txn *txn;
    uint64_t first = 1, last = 0;
    enum ledger_status status = secrets_begin(secrets, false, &txn, error);

    if (status == LEDGER_OK)
        status = find_unseen(txn, &first, &last, error);
    store_abort(txn);
    *any = first <= last;
    return status;
}

enum ledger_status secrets_drop_orphans(struct secrets *secrets, secrets_in_book *in_book, void *context,
                                        struct error *error)
{
    struct store_txn *txn;
    uint64_t first = 1, last = 0;
    uint8_t looked_at[8];
    bool any = false;
    enum ledger_status status;

    assert(secrets->to_record);
    if (secrets->store == NULL && access(secrets->directory, F_OK) != 0 && errno == ENOENT)
        return LEDGER_OK;
    status = has_unseen(secrets, &any, error);
    if (status != LEDGER_OK || !any)
        return status;
    status = secrets_begin(secrets, true, &txn, error);
    if (status == LEDGER_OK)
        status = find_unseen(txn, &first, &last, error);
    for (uint64_t i = first; i <= last && status == LEDGER_OK; i++)
        status = drop_row(secrets, txn, i, in_book, context, error);
    put_u64(looked_at, last);
    if (status == LEDGER_OK)
        status = secrets_store_put(txn, STORE_META, bytes_of_text("looked-at"), bytes_of(looked_at, sizeof looked_at),
                                   error);
    if (status == LEDGER_OK)
        return secrets_commit(secrets, txn, error);
    store_abort(txn);
    return status;
}


/* ---- erasures */

static enum ledger_status find_done(struct store_txn *txn, uint64_t *done, struct error *error)
{
    struct bytes value;
    bool found;
    enum ledger_status status = secrets_store_get(txn, STORE_META, bytes_of_text("erased"), &found, &value, error);

    *done = status == LEDGER_OK && found && value.size == 8 ? get_u64(value.data) : 0;
    return status;
}

static enum ledger_status drop_erased(struct store_txn *txn, uint32_t nth, secrets_erasure *erasure, void *context,
                                      struct error *error)
{
    uint8_t act[ACT_SIZE], key, row[SECRETS_ROW_SIZE];
    struct bytes kept;
    bool found;
    enum ledger_status status = erasure(context, nth, act, &key, error);

    if (status != LEDGER_OK)
        return status;
    row_of(act, key, row);
    status = secrets_store_get(txn, STORE_LEAVES, bytes_of(row, sizeof row), &found, &kept, error);
    if (status != LEDGER_OK || !found)
        return status;
    return secrets_store_put(txn, STORE_LEAVES, bytes_of(row, sizeof row), bytes_of("", 0), error);
}

enum ledger_status secrets_drop_erased(struct secrets *secrets, uint32_t erasures, secrets_erasure *erasure, void *context,
                                       struct error *error)
{
    struct store_txn *txn;
    uint64_t done = 0;
    uint8_t bytes[8];
    enum ledger_status status = secrets_begin(secrets, false, &txn, error);

    assert(secrets->to_record);
    if (status == LEDGER_OK)
        status = find_done(txn, &done, error);
    store_abort(txn);
    if (status != LEDGER_OK || done >= erasures)
        return status;
    status = secrets_begin(secrets, true, &txn, error);
    if (status == LEDGER_OK)
        status = find_done(txn, &done, error);
    for (uint64_t nth = done + 1; nth <= erasures && status == LEDGER_OK; nth++)
        status = drop_erased(txn, (uint32_t)nth, erasure, context, error);
    put_u64(bytes, erasures);
    if (status == LEDGER_OK)
        status = secrets_store_put(txn, STORE_META, bytes_of_text("erased"), bytes_of(bytes, sizeof bytes), error);
    if (status == LEDGER_OK)
        return secrets_commit(secrets, txn, error);
    store_abort(txn);
    return status;
}
