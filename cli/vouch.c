#include "cli/vouch.h"

#include <stdlib.h>

const char *vouch_handle(const struct call *call)
{
    const char *handle = call_value(call, "as");

    if (handle == NULL)
        handle = getenv("PHIAL_AS");
    return handle != NULL && handle[0] != '\0' ? handle : NULL;
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
