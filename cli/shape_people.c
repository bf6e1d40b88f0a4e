/* The words of commands about people and rules, put in order for the table of kinds. */
#include "cli/shapes.h"

#include <stdio.h>
#include <string.h>

#include "cli/record.h"
#include "ledger/policy.h"

const struct option person_add_options[] = {
    { "key-file", 0, "FILE", false, "the newcomer's key: FILE.pub, with FILE.pem beside it to sign" },
    { .name = NULL },
};

const struct option person_rekey_options[] = {
    { "key-file", 0, "FILE", false, "the new key: FILE.pub, with FILE.pem beside it to sign" },
    { "old-key", 0, "FILE", false, "the old key, if it is still there, to sign too" },
    { .name = NULL },
};

const struct option note_options[] = {
    { "guest", 0, "FILE", false, "the key of somebody from outside who says it: FILE.pub, with FILE.pem beside it to sign" },
    { .name = NULL },
};

/* ---- keys from files */

/* The private key beside a public one: FILE.pem for FILE.pub; other names are those of the private key. */
static enum ledger_status private_beside(struct call *call, const char *path, const char **private_path, struct error *error)
{
    size_t size = strlen(path);
    char text[KEY_PATH_SIZE];

    if (size >= sizeof text)
        return error_set(error, REFUSAL_TOO_LONG, "the name of a key file is too long");
    memcpy(text, path, size + 1);
    if (size > 4 && strcmp(path + size - 4, ".pub") == 0)
        memcpy(text + size - 4, ".pem", 5);
    *private_path = call_keep(call, text);
    return *private_path != NULL ? LEDGER_OK : error_set(error, REFUSAL_TOO_LONG, "this command line is too long");
}

/* Put the public key of a file in the act; remember where its private half is. */
static enum ledger_status put_key(struct recording *recording, const char *field_name, const char *named, struct error *error)
{
    const struct field *field = field_named(recording->kind->fields, field_name);
    char public_path[KEY_PATH_SIZE], text[KEY_LINE_SIZE];
    const char *key_text = text;
    struct key_line line;
    enum ledger_status status = private_beside(recording->call, named, &recording->part->key_files[0], error);

    if (status == LEDGER_OK)
        status = key_public_path(recording->part->key_files[0], public_path, error);
    if (status == LEDGER_OK)
        status = key_line_read(public_path, &line, error);
    if (status != LEDGER_OK)
        return status;
    key_line_format(&line, text);
    key_text = strchr(text, ' ') + 1;
    *strrchr(text, ' ') = '\0';
    return gather_put(recording, field, &key_text, 1, error);
}

/* The public key of `handle`, from the file that is named or the one where it is looked for. */
static enum ledger_status take_key(struct recording *recording, const char *handle, struct error *error)
{
    const char *named = call_value(recording->call, "key-file");
    char path[KEY_PATH_SIZE];
    enum ledger_status status = LEDGER_OK;

    if (named == NULL) {
        status = key_path(recording->call, handle, false, path, error);
        named = path;
    }
    return status == LEDGER_OK ? put_key(recording, "key", named, error) : status;
}

/* The first word, which stays for the table of kinds to read. */
static enum ledger_status first_word(const struct recording *recording, const char **word, struct error *error)
{
    size_t place = 0;

    *word = call_next(recording->call, NULL, &place);
    if (*word != NULL)
        return LEDGER_OK;
    return error_set(error, REFUSAL_MISSING_ARGUMENT, "who? phial %s HANDLE", recording->call->command->name);
}

enum ledger_status shape_person_add(struct recording *recording, struct error *error)
{
    const char *handle = NULL;
    enum ledger_status status = first_word(recording, &handle, error);

    return status == LEDGER_OK ? take_key(recording, handle, error) : status;
}

enum ledger_status shape_person_rekey(struct recording *recording, struct error *error)
{
    const char *handle = NULL;
    enum ledger_status status = first_word(recording, &handle, error);

    if (status == LEDGER_OK)
        status = words_read_person(&recording->words, handle, &recording->part->subject, error);
    if (status == LEDGER_OK && call_value(recording->call, "key-file") == NULL) {
        error_set(error, REFUSAL_MISSING_ARGUMENT, "the new key of %s is not named", handle);
        error_next(error, "phial key new %s --key FILE.pem\nphial person rekey %s --key-file FILE.pub", handle, handle);
        return error->status;
    }
    recording->part->key_files[1] = call_value(recording->call, "old-key");
    return status == LEDGER_OK ? take_key(recording, handle, error) : status;
}

/* A remark may be that of somebody from outside, by a key of his own. */
enum ledger_status shape_note(struct recording *recording, struct error *error)
{
    const char *guest = call_value(recording->call, "guest");

    return guest != NULL ? put_key(recording, "guest-key", guest, error) : LEDGER_OK;
}

/* ---- what is not named stays */

/* An act about rights gives all of them anew: those not named are given as they are. */
enum ledger_status shape_person_roles(struct recording *recording, struct error *error)
{
    struct facts *facts = &recording->act->event.facts;
    const struct field *fields = recording->kind->fields;
    struct view *view = recording->book.reading.view;
    const char *handle = NULL;
    int64_t person = 0, until_ms, licence_until;
    enum ledger_status status = first_word(recording, &handle, error);

    if (status == LEDGER_OK)
        status = words_read_person(&recording->words, handle, &person, error);
    if (status != LEDGER_OK)
        return status;
    until_ms = view_number(view, SUBJECT_CREDENTIAL, (uint32_t)person, CREDENTIAL_UNTIL);
    licence_until = view_number(view, SUBJECT_CREDENTIAL, (uint32_t)person, CREDENTIAL_LICENCE_UNTIL);
    if (call_value(recording->call, "roles") == NULL)
        facts_put_number(facts, field_named(fields, "roles")->key,
                         view_number(view, SUBJECT_CREDENTIAL, (uint32_t)person, CREDENTIAL_ROLES));
    if (until_ms != 0 && call_value(recording->call, "until") == NULL)
        facts_put_at(facts, field_named(fields, "until")->key,
                     (struct at){ until_ms, zone_offset_of(&recording->book.zone, until_ms) });
    if (licence_until != 0 && call_value(recording->call, "licence-until") == NULL)
        facts_put_number(facts, field_named(fields, "licence-until")->key, licence_until);
    return LEDGER_OK;
}

/* The numbers of the profile that an option names, if one does, in place of those in force. */
static void offer_profile(struct recording *recording, struct facts *in_force)
{
    const struct field *field = field_with_key(recording->kind->fields, POLICY_PROFILE);
    const char *name = call_value(recording->call, option_of_field(recording->kind, field));
    unsigned profile = name != NULL ? choice_number(field->choices, name, strlen(name)) : 0;
    struct value holidays = *facts_get(in_force, POLICY_HOLIDAYS);

    if (profile == 0) /* none, or one that the reading of options will refuse */
        return;
    policy_defaults((enum profile)profile, in_force);
    *facts_put(in_force, POLICY_HOLIDAYS) = holidays;
}

/* A policy is whole: every number that is not named is that of the policy in force. Where another profile is
 * named its numbers are offered; offsets and holidays are the house's own and stay. */
enum ledger_status shape_policy_set(struct recording *recording, struct error *error)
{
    struct word_room *room = &recording->words.room;
    struct entry entry;
    struct event event;
    uint32_t in_force = (uint32_t)view_site(recording->book.reading.view, SITE_POLICY_ENTRY);

    if (!book_event(&recording->book, in_force, &entry, &event))
        return error_set(error, REFUSAL_DAMAGED_FILE, "the policy in force, #%u, cannot be read", in_force);
    offer_profile(recording, &event.facts);
    for (size_t i = 0; event.facts.fields[i].name != NULL; i++) {
        const struct field *field = &event.facts.fields[i];
        struct value value = event.facts.values[i];

        if (!value.present || call_value(recording->call, option_of_field(recording->kind, field)) != NULL)
            continue;
        if (value.bytes.size > 0) {
            memcpy(room->data + room->used, value.bytes.data, value.bytes.size);
            value.bytes.data = room->data + room->used;
            room->used += value.bytes.size;
        }
        *facts_put(&recording->act->event.facts, field->key) = value;
    }
    return LEDGER_OK;
}
