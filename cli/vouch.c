#include "cli/vouch.h"

#include <stdlib.h>

const char *vouch_handle(const struct call *call)
{
    const char *handle = call_value(call, "as");

    if (handle == NULL)
        handle = getenv("PHIAL_AS");
    return handle != NULL && handle[0] != '\0' ? handle : NULL;
}

enum ledger_status vouch_check_officer(struct book *book, int64_t person, const char *what, const char *option,
                                       struct error *error)
{
    struct view *view = book->reading.view;
    uint32_t id = (uint32_t)person;
    int64_t now_ms = book_now_ms(book), until_ms = view_number(view, SUBJECT_CREDENTIAL, id, CREDENTIAL_UNTIL);
    char name[NAME_TEXT_SIZE];

    name_of_person(view, person, name);
    if ((view_number(view, SUBJECT_CREDENTIAL, id, CREDENTIAL_ROLES) & ROLE_OFFICER) == 0)
        error_set(error, REFUSAL_ROLE, "%s is no officer of this site, and only an officer %s", name, what);
    else if (view_number(view, SUBJECT_CREDENTIAL, id, CREDENTIAL_REVOKED) != 0 || (until_ms != 0 && until_ms < now_ms) ||
             view_number(view, SUBJECT_CREDENTIAL, id, CREDENTIAL_FROM) > now_ms)
        error_set(error, REFUSAL_NOT_IN_FORCE, "%s has no rights now, and only an officer %s", name, what);
    else
        return LEDGER_OK;
    error_next(error, "%s HANDLE of an officer; who is one: phial person list", option);
    return error->status;
}

enum ledger_status vouch_unlock(const struct call *call, struct book *book, struct ring *ring, int64_t person, bool alone,
                                struct ring_key **key, struct error *error)
{
    char name[NAME_TEXT_SIZE];
    enum ledger_status status =
        ring_add(ring, call, person, name_of_person(book->reading.view, person, name), alone, NULL, key, error);

    if (status != LEDGER_OK)
        return status;
    (*key)->is_expected = view_key_of(book->reading.view, person, &(*key)->expected);
    return ring_unlock(ring, *key, error);
}

static void note(struct call *call, struct book *book, enum access_what what, int64_t person, uint32_t times)
{
    struct access access = { .what = what, .person = person > 0 ? person : 0, .times = times };
    struct placed placed;
    struct error error;

    if (ledger_note_access(book->ledger, &access, book->terminal, book_now(book), &placed, &error) == LEDGER_OK &&
        placed.count > 0)
        call->noted = placed.first;
}

void note_attempts(struct call *call, struct book *book, const struct ring *ring, bool were_asked)
{
    for (size_t i = 0; i < ring->count; i++) {
        const struct ring_key *key = &ring->keys[i];

        if (key->failed > 0)
            note(call, book, ACCESS_UNLOCK, key->person, key->failed);
        if (were_asked && key->has_declined && i > 0)
            note(call, book, ACCESS_DECLINED, key->person, 0);
    }
}
