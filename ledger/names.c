#include "ledger/names.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- short names */

bool short_name_of(struct view *view, enum subject subject, uint32_t id, char out[static NAME_TEXT_SIZE])
{
    uint8_t key[5] = { (uint8_t)subject };
    struct name name;

    put_u32(key + 1, id);
    if (!view_name(view, NAME_SLUG_OF, bytes_of(key, sizeof key), &name) || name.data_size == 0 ||
        name.data_size >= NAME_TEXT_SIZE || memchr(name.data, '\0', name.data_size) != NULL)
        return false;
    memcpy(out, name.data, name.data_size);
    out[name.data_size] = '\0';
    return true;
}

const char *name_of_person(struct view *view, int64_t person, char out[static NAME_TEXT_SIZE])
{
    if (person == PERSON_SEAL)
        (void)snprintf(out, NAME_TEXT_SIZE, "the seal");
    else if (person == PERSON_NEW)
        (void)snprintf(out, NAME_TEXT_SIZE, "somebody not enrolled");
    else if (person < 0 || person > UINT32_MAX || !short_name_of(view, SUBJECT_CREDENTIAL, (uint32_t)person, out))
        (void)snprintf(out, NAME_TEXT_SIZE, "person %" PRId64, person);
    return out;
}

/* Whether people give this subject a name of its own; the others go by their ids. */
static bool has_short_name(enum subject subject)
{
    return subject == SUBJECT_PRODUCT || subject == SUBJECT_PLACE || subject == SUBJECT_PARTY;
}

const char *name_of_subject(struct view *view, enum subject subject, uint32_t id, char out[static NAME_TEXT_SIZE])
{
    if (subject == SUBJECT_PERSON_ACTS || subject == SUBJECT_CREDENTIAL)
        return name_of_person(view, id, out);
    if (has_short_name(subject) && short_name_of(view, subject, id, out))
        return out;
    if (has_short_name(subject) || subject_letter(subject) == '-')
        (void)snprintf(out, NAME_TEXT_SIZE, "%s %" PRIu32, subject_name(subject), id);
    else
        (void)ident_format(subject, id, out);
    return out;
}

/* ---- the namer of a view */

static bool namer_put(const char *name, char *out, size_t size)
{
    if (strlen(name) >= size)
        return false;
    memcpy(out, name, strlen(name) + 1);
    return true;
}

static bool namer_person(void *context, int64_t person, char *out, size_t size)
{
    char name[NAME_TEXT_SIZE];

    return person > 0 && person <= UINT32_MAX && short_name_of(context, SUBJECT_CREDENTIAL, (uint32_t)person, name) &&
           namer_put(name, out, size);
}

static bool namer_subject(void *context, enum subject subject, uint32_t id, char *out, size_t size)
{
    char name[NAME_TEXT_SIZE];

    return has_short_name(subject) && short_name_of(context, subject, id, name) && namer_put(name, out, size);
}

/* ng in a uL is the number that is kept as ug in a mL. */
static bool strength_of_product(struct view *view, uint32_t product, uint64_t *mass_ng, uint64_t *volume_ul)
{
    int64_t strength = view_number(view, SUBJECT_PRODUCT, product, PRODUCT_STRENGTH);

    if (strength <= 0)
        return false;
    *mass_ng = (uint64_t)strength;
    *volume_ul = 1;
    return true;
}

static bool strength_of_dose(struct view *view, uint32_t dose, uint64_t *mass_ng, uint64_t *volume_ul)
{
    int64_t drawn_ng = view_number(view, SUBJECT_DOSE, dose, DOSE_DRAWN);
    int64_t total_ul = view_number(view, SUBJECT_DOSE, dose, DOSE_VOLUME);

    if (drawn_ng <= 0 || total_ul <= 0)
        return false;
    *mass_ng = (uint64_t)drawn_ng;
    *volume_ul = (uint64_t)total_ul;
    return true;
}

static bool namer_strength(void *context, enum subject subject, uint32_t id, uint64_t *mass_ng, uint64_t *volume_ul)
{
    switch (subject) {
    case SUBJECT_PRODUCT:
        return strength_of_product(context, id, mass_ng, volume_ul);
    case SUBJECT_VIAL:
        return strength_of_product(context, (uint32_t)view_number(context, SUBJECT_VIAL, id, VIAL_PRODUCT), mass_ng,
                                   volume_ul);
    case SUBJECT_DOSE:
        return strength_of_dose(context, id, mass_ng, volume_ul);
    default:
        return false;
    }
}

uint32_t newborn_of_entry(struct view *view, uint32_t number, enum subject subject, uint32_t nth)
{
    struct touch_cursor cursor;
    struct touch touch;
    struct bytes bytes;
    struct entry entry;

    if (!view_entry(view, number, &bytes) || entry_decode(bytes, &entry) != EVENT_OK)
        return 0;
    touches_begin(&cursor, &entry.header);
    while (touches_next(&cursor, &touch)) {
        if (touch.subject != subject || touch.n != 1)
            continue;
        if (nth < touch.count)
            return touch.id + nth;
        nth -= touch.count;
    }
    return 0;
}

/* What a list gave birth to has a number once it is in the book. */
static bool namer_newborn(void *context, enum subject subject, const uint8_t act[static ACT_SIZE], uint32_t nth, char *out,
                          size_t size)
{
    char name[NAME_TEXT_SIZE];
    struct name entry;
    uint32_t id;

    if (!view_name(context, NAME_ACT, bytes_of(act, ACT_SIZE), &entry))
        return false;
    id = newborn_of_entry(context, entry.entry, subject, nth);
    return id != 0 && namer_put(name_of_subject(context, subject, id, name), out, size);
}

static bool namer_event(void *context, uint32_t number, struct event *event)
{
    struct facts_fault fault;
    struct bytes bytes;
    struct entry entry;

    return view_entry(context, number, &bytes) && entry_decode(bytes, &entry) == EVENT_OK &&
           event_decode(entry.message.payload, event, &fault) == EVENT_OK;
}

struct namer namer_of_view(struct view *view)
{
    uint32_t policy = (uint32_t)view_site(view, SITE_POLICY);

    return (struct namer){
        .context = view,
        .person = namer_person,
        .subject = namer_subject,
        .strength = namer_strength,
        .newborn = namer_newborn,
        .event = namer_event,
        .offset_min = (int32_t)view_number(view, SUBJECT_POLICY, policy, POLICY_KEYS), /* offsets follow the keys */
    };
}
