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

enum checkpoint_status checkpoint_peek(struct bytes note, const struct digest *ledger, uint64_t *size, struct digest *root)
{
    char origin[CHECKPOINT_ORIGIN_SIZE];
    const uint8_t *end = memmem(note.data, note.size, "\n\n", 2), *named;
    size_t named_size;

    checkpoint_origin(ledger, origin);
    if (end == NULL || checkpoint_parse(note.data, (size_t)(end - note.data) + 1, &named, &named_size, size, root) != CRYPT_OK ||
        !bytes_equal_text(bytes_of(named, named_size), origin))
        return CHECKPOINT_OF_ANOTHER;
    return CHECKPOINT_OK;
}

enum checkpoint_status checkpoint_read(struct bytes note, const struct digest *ledger, const struct public_key *seal,
                                       uint64_t *size, struct digest *root)
{
    char origin[CHECKPOINT_ORIGIN_SIZE];
    struct vkey vkey;
    struct note_result result;
    enum crypt_status status;

    checkpoint_origin(ledger, origin);
    if (vkey_make(origin, VKEY_ED25519, seal, &vkey) != CRYPT_OK)
        return CHECKPOINT_NOT_SIGNED;
    status = note_open(note.data, note.size, &vkey, 1, &result);
    if (status != CRYPT_OK && (status != CRYPT_BAD_SIGNATURE || result.claimed_count > 0))
        return CHECKPOINT_NOT_SIGNED;
    if (checkpoint_peek(note, ledger, size, root) != CHECKPOINT_OK)
        return CHECKPOINT_OF_ANOTHER;
    return status == CRYPT_OK ? CHECKPOINT_OK : CHECKPOINT_BY_ANOTHER;
}

const char *checkpoint_problem(enum checkpoint_status status)
{
    switch (status) {
    case CHECKPOINT_BY_ANOTHER:
        return "the checkpoint is not signed by the seal of so many entries";
    case CHECKPOINT_NOT_SIGNED:
        return "the checkpoint is not signed by this ledger's seal";
    default:
        return "the checkpoint is not one of this ledger";
    }
}
