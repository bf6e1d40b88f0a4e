#include "cli/unlock.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "cli/terminal.h"

enum ledger_status ring_begin(struct ring *ring, const struct call *call, bool many, struct error *error)
{
    const char *path = call_value(call, "secrets");
    enum ledger_status status;

    *ring = RING_NONE;
    if (path == NULL)
        return LEDGER_OK;
    status = passfile_open(&ring->passfile, path, error);
    if (status == LEDGER_OK && ring->passfile.handle_count > 1 && !many)
        status = error_set(error, REFUSAL_SECRETS_FILE,
                           "%s holds the passphrases of %zu people, and only a training ledger takes more than one", path,
                           ring->passfile.handle_count);
    return status;
}

void ring_release(struct ring *ring)
{
    for (size_t i = 0; i < ring->count; i++)
        private_key_release(ring->keys[i].key);
    passfile_close(&ring->passfile);
    *ring = RING_NONE;
}

enum ledger_status ring_add(struct ring *ring, const struct call *call, int64_t person, const char *handle, bool alone,
                            const char *path, struct ring_key **key, struct error *error)
{
    struct ring_key *added = &ring->keys[ring->count];
    enum ledger_status status = LEDGER_OK;
    bool needs_passphrase;

    assert(ring->count < RING_LIMIT && strlen(handle) < KEY_NAME_SIZE);
    *added = (struct ring_key){ .person = person, .is_named = path != NULL };
    snprintf(added->handle, sizeof added->handle, "%s", handle);
    if (path == NULL)
        status = key_path(call, handle, alone, added->path, error);
    else
        snprintf(added->path, sizeof added->path, "%s", path);
    if (status == LEDGER_OK)
        status = key_look(added->path, handle, &needs_passphrase, error);
    if (status != LEDGER_OK)
        return status;
    ring->count++;
    *key = added;
    return LEDGER_OK;
}

void ring_drop(struct ring *ring, size_t index)
{
    assert(index < ring->count);
    private_key_release(ring->keys[index].key);
    memmove(&ring->keys[index], &ring->keys[index + 1], (ring->count - index - 1) * sizeof ring->keys[0]);
    ring->count--;
}

/* Try one passphrase; a wrong one is counted. */
static enum ledger_status try_passphrase(struct ring_key *key, const char *passphrase, enum cose_unlocked_by by,
                                         struct error *error)
{
    enum ledger_status status = key_load(key->path, key->handle, passphrase, &key->key, error);

    key->unlocked_by = by;
    if (status != LEDGER_OK && error->code == REFUSAL_PASSPHRASE)
        key->failed++;
    return status;
}

static enum ledger_status ask_passphrase(struct ring_key *key, struct error *error)
{
    char prompt[KEY_NAME_SIZE + 32], *secret = secret_alloc(SECRET_SIZE);
    enum ledger_status status;

    if (secret == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is no memory for a passphrase");
    snprintf(prompt, sizeof prompt, " Passphrase for %s: ", key->handle);
    for (int tries = 1;; tries++) {
        status = terminal_ask_secret(prompt, secret, error);
        if (status == LEDGER_OK && secret[0] == '\0') {
            key->has_declined = true;
            status = error_set(error, REFUSAL_DECLINED, "%s did not sign", key->handle);
            break;
        }
        if (status == LEDGER_OK)
            status = try_passphrase(key, secret, COSE_UNLOCKED_TERMINAL, error);
        if (status == LEDGER_OK || error->code != REFUSAL_PASSPHRASE || tries == UNLOCK_TRIES)
            break;
        remark(" That is not it. Mind capitals and the keyboard.\n");
    }
    secret_free(secret, SECRET_SIZE);
    return status;
}

static enum ledger_status check_owner(struct ring_key *key, struct error *error)
{
    struct public_key found = private_key_public(key->key);
    char mark[KEY_MARK_SIZE], expected[KEY_MARK_SIZE];

    if (!key->is_expected || public_key_equal(&found, &key->expected))
        return LEDGER_OK;
    private_key_release(key->key);
    key->key = NULL;
    error_set(error, REFUSAL_KEY_OF_ANOTHER, "%s holds key %s, and that of %s is %s", key->path, key_mark(&found, mark),
              key->handle, key_mark(&key->expected, expected));
    error_next(error, "name the right file: --key %s=FILE\nor the right person: --as HANDLE", key->handle);
    return error->status;
}

enum ledger_status ring_unlock(struct ring *ring, struct ring_key *key, struct error *error)
{
    const char *passphrase = ring->passfile.text != NULL ? passfile_find(&ring->passfile, key->handle) : NULL;
    bool needs_passphrase = true;
    enum ledger_status status;

    if (key->key != NULL)
        return LEDGER_OK;
    status = key_look(key->path, key->handle, &needs_passphrase, error);
    if (status != LEDGER_OK)
        return status;
    if (passphrase != NULL || !needs_passphrase)
        status = try_passphrase(key, passphrase, COSE_UNLOCKED_FILE, error);
    else if (terminal_can_ask())
        status = ask_passphrase(key, error);
    else
        status = error_set(error, REFUSAL_NO_PASSPHRASE, "there is no terminal to ask %s for the passphrase at%s",
                           key->handle, ring->passfile.text != NULL ? ", and the secrets file does not have it" : "");
    return status == LEDGER_OK ? check_owner(key, error) : status;
}
