#include "ledger/checkpoint.h"

#include <string.h>

#include "ledger/place.h"
#include "ledger/state.h"
#include "schema/ident.h"

static const char newest_key[] = "checkpoint";

void checkpoint_origin(const struct digest *ledger, char origin[static CHECKPOINT_ORIGIN_SIZE])
{
    memcpy(origin, "phial/", 6);
    hex_encode(bytes_of(ledger->bytes, DIGEST_SIZE), origin + 6);
}

enum ledger_status checkpoint_make(struct store_txn *txn, const struct digest *ledger, const struct private_key *seal,
                                   uint32_t size, bool at_closing, uint8_t note[static CHECKPOINT_NOTE_LIMIT],
                                   size_t *note_size, struct error *error)
{
    char origin[CHECKPOINT_ORIGIN_SIZE];
    uint8_t text[CHECKPOINT_TEXT_MAX];
    size_t text_size;
    struct digest root;
    struct store_key key;
    enum ledger_status status = place_root(txn, size, &root, error);

    if (status != LEDGER_OK)
        return status;
    checkpoint_origin(ledger, origin);
    if (checkpoint_format(origin, size, &root, text, sizeof text, &text_size) != CRYPT_OK ||
        note_sign(text, text_size, origin, seal, note, CHECKPOINT_NOTE_LIMIT, note_size) != CRYPT_OK)
        return error_set(error, REFUSAL_SEAL_KEY, "the seal could not sign the checkpoint of %u entries", size);
    status = store_put(txn, STORE_META, bytes_of(newest_key, sizeof newest_key - 1), bytes_of(note, *note_size), error);
    if (status == LEDGER_OK && at_closing)
        status = store_put(txn, STORE_CHECKPOINTS, key_of_checkpoint(&key, size), bytes_of(note, *note_size), error);
    return status;
}

enum ledger_status checkpoint_newest(struct store_txn *txn, uint8_t note[static CHECKPOINT_NOTE_LIMIT], size_t *note_size,
                                     struct error *error)
{
    struct bytes value;
    bool found = false;
    enum ledger_status status =
        store_get(txn, STORE_META, bytes_of(newest_key, sizeof newest_key - 1), &found, &value, error);

    if (status != LEDGER_OK)
        return status;
    if (!found || value.size > CHECKPOINT_NOTE_LIMIT)
        return error_set(error, REFUSAL_CHECKPOINT, "this book holds no checkpoint");
    memcpy(note, value.data, value.size);
    *note_size = value.size;
    return LEDGER_OK;
}

enum ledger_status checkpoint_read(const uint8_t *note, size_t note_size, const struct digest *ledger,
                                   const struct public_key *seal, uint64_t *size, struct digest *root,
                                   struct error *error)
{
    char origin[CHECKPOINT_ORIGIN_SIZE];
    struct vkey vkey;
    struct note_result result;
    const uint8_t *named;
    size_t named_size;

    checkpoint_origin(ledger, origin);
    if (vkey_make(origin, VKEY_ED25519, seal, &vkey) != CRYPT_OK)
        return error_set(error, REFUSAL_CHECKPOINT, "the seal's key cannot be trusted");
    if (note_open(note, note_size, &vkey, 1, &result) != CRYPT_OK)
        return error_set(error, REFUSAL_CHECKPOINT, "the checkpoint is not signed by this ledger's seal");
    if (checkpoint_parse(result.text, result.text_size, &named, &named_size, size, root) != CRYPT_OK ||
        !bytes_equal_text(bytes_of(named, named_size), origin))
        return error_set(error, REFUSAL_CHECKPOINT, "the checkpoint is not one of this ledger");
    return LEDGER_OK;
}
