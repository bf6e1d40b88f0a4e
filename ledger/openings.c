#include "ledger/openings.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crypto/crypto.h"
#include "ledger/erased.h"
#include "ledger/ledger_internal.h"

/* ---- beginning */

/* Whose an opening is: of the patient the entry is about, of the person it enrols, else of the site. What a
 * patient or person is named by is the act that gave birth to it. */
static void owner_of(struct commit *commit, const struct act *act, uint8_t about[static ACT_SIZE])
{
    unsigned wanted = act->event.kind->number == KIND_PERSON ? SUBJECT_CREDENTIAL : SUBJECT_PATIENT;
    const struct verdict *verdict = &act->verdict;
    struct bytes bytes;
    struct entry entry;
    struct event event;
    struct facts_fault fault;
    uint32_t born;

    memset(about, 0, ACT_SIZE);
    for (size_t i = 0; i < verdict->touch_count; i++) {
        if (verdict->touches[i].subject != wanted)
            continue;
        if (verdict->touches[i].n == 1) {
            memcpy(about, act->event.act, ACT_SIZE);
            return;
        }
        if (view_touched_by(commit->view, (enum subject)wanted, verdict->touches[i].id, 1, &born) &&
            view_entry(commit->view, born, &bytes) && entry_decode(bytes, &entry) == EVENT_OK &&
            event_decode(entry.message.payload, &event, &fault) == EVENT_OK)
            memcpy(about, event.act, ACT_SIZE);
        return;
    }
}

static enum ledger_status is_in_book(void *context, const uint8_t act[static ACT_SIZE], bool *found, struct error *error)
{
    struct commit *commit = context;
    struct name name;

    *found = view_name(commit->view, NAME_ACT, bytes_of(act, ACT_SIZE), &name);
    return view_status(commit->view, error);
}

/* Names once kept are looked for where they were: a store that is gone is not quietly begun anew. */
static enum ledger_status secrets_are_there(struct commit *commit, struct error *error)
{
    static const char kept[] = "secrets";
    struct bytes value;
    char path[4096];
    bool found = false;
    enum ledger_status status =
        store_get(commit->txn, STORE_META, bytes_of(kept, sizeof kept - 1), &found, &value, error);

    if (status != LEDGER_OK)
        return status;
    if (!found)
        return store_put(commit->txn, STORE_META, bytes_of(kept, sizeof kept - 1), bytes_of("1", 1), error);
    if (snprintf(path, sizeof path, "%s/secrets", commit->ledger->directory) < (int)sizeof path && access(path, F_OK) == 0)
        return LEDGER_OK;
    return error_set(error, REFUSAL_SECRETS, "the names kept in %s/secrets are gone", commit->ledger->directory);
}

/* What an earlier commit left without its entry is dropped before anything new is placed: no other writer
 * can be between its openings and its entry now, and none of ours is. */
enum ledger_status openings_begin(struct commit *commit, const struct act_list *list, struct error *error)
{
    struct secrets *secrets;
    enum ledger_status status;
    bool has_privates = false;

    status = erased_drop(commit->ledger, commit->view, error);
    if (status != LEDGER_OK)
        return status;
    for (size_t i = 0; i < list->count; i++)
        has_privates = has_privates || list->acts[i].private_count > 0;
    if (!has_privates)
        return LEDGER_OK;
    status = secrets_are_there(commit, error);
    if (status == LEDGER_OK)
        status = ledger_secrets(commit->ledger, &secrets, error);
    return status == LEDGER_OK ? secrets_drop_orphans(secrets, is_in_book, commit, error) : status;
}

/* ---- a list's */

static enum ledger_status make_room(struct openings *openings, size_t more, struct error *error)
{
    size_t capacity = openings->capacity * 2 > openings->count + more ? openings->capacity * 2 : openings->count + more;
    struct secret_opening *rows;

    if (openings->count + more <= openings->capacity)
        return LEDGER_OK;
    rows = realloc(openings->rows, capacity * sizeof *rows);
    if (rows == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
    openings->rows = rows;
    openings->capacity = capacity;
    return LEDGER_OK;
}

static enum ledger_status add(struct openings *openings, const struct act *act, const struct act_private *private_value,
                              const uint8_t about[static ACT_SIZE], struct error *error)
{
    struct secret_opening *row = &openings->rows[openings->count];
    uint8_t bytes[OPENING_LIMIT], *kept;
    struct writer writer;

    writer_init(&writer, bytes, sizeof bytes);
    opening_encode(private_value->salt, act->event.act, private_field(act->event.kind, private_value->key),
                   &private_value->value, &writer);
    assert(!writer.failed);
    kept = malloc(writer.size);
    if (kept != NULL) {
        memcpy(kept, bytes, writer.size);
        *row = (struct secret_opening){ .key = private_value->key, .opening = bytes_of(kept, writer.size) };
        memcpy(row->act, act->event.act, ACT_SIZE);
        memcpy(row->about, about, ACT_SIZE);
        openings->count++;
    }
    secret_wipe(bytes, sizeof bytes);
    return kept != NULL ? LEDGER_OK : error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
}

enum ledger_status openings_add(struct openings *openings, struct commit *commit, const struct act *act, struct error *error)
{
    uint8_t about[ACT_SIZE];
    enum ledger_status status = LEDGER_OK;

    if (act->private_count == 0)
        return LEDGER_OK;
    owner_of(commit, act, about);
    status = make_room(openings, act->private_count, error);
    for (size_t i = 0; i < act->private_count && status == LEDGER_OK; i++)
        status = add(openings, act, &act->privates[i], about, error);
    return status;
}

enum ledger_status openings_keep(const struct openings *openings, struct commit *commit, struct error *error)
{
    struct secrets *secrets;
    enum ledger_status status;

    if (openings->count == 0)
        return LEDGER_OK;
    status = ledger_secrets(commit->ledger, &secrets, error);
    return status == LEDGER_OK ? secrets_put(secrets, openings->rows, openings->count, error) : status;
}

void openings_release(struct openings *openings)
{
    for (size_t i = 0; i < openings->count; i++) {
        uint8_t *bytes = (uint8_t *)(uintptr_t)openings->rows[i].opening.data;

        secret_wipe(bytes, openings->rows[i].opening.size);
        free(bytes);
    }
    free(openings->rows);
    *openings = OPENINGS_NONE;
}
