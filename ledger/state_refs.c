/* What references mean: ids, and what the acts of a list gave birth to. */
#include <stdlib.h>
#include <string.h>

#include "ledger/state_internal.h"

/* What an event of this list gave birth to, of one subject: an event is judged once, so their ids follow each other. */
struct birth {
    struct shelf_link link;
    uint8_t act[ACT_SIZE];
    uint8_t subject;
    uint32_t first, count;
};

static size_t birth_hash(unsigned subject, const uint8_t act[static ACT_SIZE])
{
    const uint8_t table = (uint8_t)subject;

    return shelf_hash(shelf_hash(0, bytes_of(&table, 1)), bytes_of(act, ACT_SIZE));
}

static struct birth *birth_find(const struct view *view, unsigned subject, const uint8_t act[static ACT_SIZE])
{
    struct birth *birth = (struct birth *)shelf_find(&view->births, birth_hash(subject, act));

    while (birth != NULL && (birth->subject != subject || memcmp(birth->act, act, ACT_SIZE) != 0))
        birth = (struct birth *)shelf_find_next(&birth->link);
    return birth;
}

void view_remember_birth(struct view *view, enum subject subject, uint32_t id, const uint8_t act[static ACT_SIZE])
{
    struct birth *birth = birth_find(view, subject, act);

    if (birth != NULL && birth->first + birth->count == id) {
        birth->count++;
        return;
    }
    birth = calloc(1, sizeof *birth);
    if (birth == NULL || !shelf_put(&view->births, &birth->link, birth_hash(subject, act))) {
        free(birth);
        view_no_memory(view);
        return;
    }
    birth->subject = (uint8_t)subject;
    birth->first = id;
    birth->count = 1;
    memcpy(birth->act, act, ACT_SIZE);
}

void view_resolve_earlier(struct view *view, bool is_earlier)
{
    view->is_earlier = is_earlier;
}

/* What an act of an earlier list gave birth to: the header of its entry touches it for the first time. */
static uint32_t born_earlier(struct view *view, enum subject subject, struct bytes act, uint32_t nth)
{
    struct touch_cursor cursor;
    struct touch touch;
    struct entry entry;
    struct bytes bytes;
    struct name name;

    if (!view_name(view, NAME_ACT, act, &name) || !view_entry(view, name.entry, &bytes) ||
        entry_decode(bytes, &entry) != EVENT_OK)
        return 0;
    touches_begin(&cursor, &entry.header);
    while (touches_next(&cursor, &touch))
        if (touch.subject == subject && touch.n == 1 && nth-- == 0)
            return touch.id;
    return 0;
}

uint32_t view_resolve(struct view *view, enum subject subject, const struct value *ref)
{
    const struct birth *birth;
    uint32_t number = (uint32_t)ref->number;

    /* What was born in this list has been touched by nothing before it, and has a form of its own. */
    if (ref->second == 0)
        return view_last_before(view, subject, number) != 0 ? number : 0;
    birth = birth_find(view, subject, ref->bytes.data);
    if (birth == NULL && view->is_earlier)
        return born_earlier(view, subject, ref->bytes, number);
    return birth != NULL && number < birth->count ? birth->first + number : 0;
}
