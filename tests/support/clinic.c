#include "tests/support/clinic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- the clock: New York in 2026 (zoneinfo: DST from 03-08 07:00Z to 11-01 06:00Z) */

int64_t ms_of(const char *time)
{
    struct at at = { 0 };

    assert_int_equal(CIVIL_OK, civil_parse_rfc3339(time, &at));
    return at.ms;
}

static int32_t offset_of(void *context, int64_t utc_ms)
{
    (void)context;
    return utc_ms >= ms_of("2026-03-08T07:00:00Z") && utc_ms < ms_of("2026-11-01T06:00:00Z") ? -240 : -300;
}

static unsigned of_local(void *context, const struct civil_time *local, struct at out[static 2])
{
    static const int32_t offsets[] = { -240, -300 };
    unsigned count = 0;

    for (size_t i = 0; i < 2; i++)
        if (at_from_local(*local, offsets[i], &out[count]) && offset_of(context, out[count].ms) == offsets[i])
            count++;
    return count;
}

void clinic_tell(struct clinic *clinic, const char *time)
{
    clinic->clock.now_ms = ms_of(time);
}

/* ---- the book */

static const uint8_t some_act[ACT_SIZE] = { 7 };

static void give_birth(struct view *view, enum subject subject, unsigned count)
{
    while (count-- > 0)
        (void)view_birth(view, subject, some_act);
}

static void put_name(struct view *view, enum name_class name_class, const char *text, uint32_t id)
{
    struct name name = { .id = id, .entry = 1 };

    view_name_put(view, name_class, bytes_of_text(text), &name);
}

/* A short name, both ways (rules_people.c). */
static void put_slug(struct view *view, enum name_class name_class, enum subject subject, uint32_t id, const char *slug)
{
    struct name name = { .id = id, .entry = 1, .data_size = strlen(slug) };
    uint8_t key[5] = { (uint8_t)subject };

    put_name(view, name_class, slug, id);
    put_u32(key + 1, id);
    memcpy(name.data, slug, strlen(slug));
    view_name_put(view, NAME_SLUG_OF, bytes_of(key, sizeof key), &name);
}

static void put_product(struct view *view, uint32_t id, enum form form, int64_t strength, int64_t volume_ul)
{
    struct leaf *product = view_edit(view, SUBJECT_PRODUCT, id);

    product->state[PRODUCT_FORM] = form;
    product->state[PRODUCT_STRENGTH] = strength;
    product->state[PRODUCT_VOLUME] = volume_ul;
}

static void put_vials(struct view *view)
{
    for (uint32_t id = 1; id <= 301; id++) {
        struct leaf *vial = view_birth(view, SUBJECT_VIAL, some_act);

        vial->state[VIAL_PRODUCT] = id <= 300 ? 1 : 2;
        vial->state[VIAL_LEFT] = id <= 300 ? 10000 : 200;
    }
}

static void put_policy(struct view *view)
{
    struct leaf *policy = view_birth(view, SUBJECT_POLICY, some_act);
    struct leaf *site = view_edit(view, LEAF_TABLE_SITE, 1);

    policy->count = POLICY_KEYS;
    policy->state[POLICY_OFFSETS] = 2;
    policy->state[policy->count++] = -300;
    policy->state[policy->count++] = -240;
    site->state[SITE_POLICY] = 1;
    site->state[SITE_ENTRIES] = 48212;
}

static void put_book(struct view *view)
{
    static const enum subject one_each[] = {
        SUBJECT_SESSION, SUBJECT_ORDER, SUBJECT_COUNT, SUBJECT_CASE, SUBJECT_PARTY,
    };

    for (size_t i = 0; i < sizeof one_each / sizeof one_each[0]; i++)
        give_birth(view, one_each[i], 1);
    give_birth(view, SUBJECT_CREDENTIAL, 4);
    give_birth(view, SUBJECT_PRODUCT, 2);
    give_birth(view, SUBJECT_PLACE, 4);
    give_birth(view, SUBJECT_PATIENT, 2);
    give_birth(view, SUBJECT_DOSE, 2);
    put_slug(view, NAME_HANDLE, SUBJECT_CREDENTIAL, 1, "rosei");
    put_slug(view, NAME_HANDLE, SUBJECT_CREDENTIAL, 2, "mnair");
    put_slug(view, NAME_HANDLE, SUBJECT_CREDENTIAL, 3, "lbrandt");
    put_slug(view, NAME_PRODUCT, SUBJECT_PRODUCT, 1, "ketamine-50");
    put_slug(view, NAME_PRODUCT, SUBJECT_PRODUCT, 2, "spravato-28");
    put_slug(view, NAME_PLACE, SUBJECT_PLACE, 1, "room-2");
    put_slug(view, NAME_PLACE, SUBJECT_PLACE, 2, "safe");
    put_slug(view, NAME_PLACE, SUBJECT_PLACE, 3, "l2");
    put_slug(view, NAME_PARTY, SUBJECT_PARTY, 1, "acme");
    put_name(view, NAME_NDC, "55150-438-10", 1);
    put_name(view, NAME_GTIN, "00355150438105", 1);
    put_name(view, NAME_NDC, "50458-028-02", 2);
    put_product(view, 1, FORM_MULTI_DOSE_VIAL, 50000, 10000);
    put_product(view, 2, FORM_NASAL_DEVICE, 140000, 200);
    view_edit(view, SUBJECT_DOSE, 1)->state[DOSE_DRAWN] = 75000000;
    view_edit(view, SUBJECT_DOSE, 1)->state[DOSE_VOLUME] = 1500;
    put_vials(view);
    put_policy(view);
}

int clinic_make(void **state)
{
    struct clinic *clinic = calloc(1, sizeof *clinic);

    assert_non_null(clinic);
    clinic->view = view_new(NULL);
    assert_non_null(clinic->view);
    put_book(clinic->view);
    clinic->clock = (struct word_clock){ .offset_of = offset_of, .of_local = of_local };
    clinic_tell(clinic, "2026-11-17T16:20:05-05:00");
    clinic->words = (struct words){ .view = clinic->view, .clock = &clinic->clock };
    clinic->words.room = (struct word_room){ clinic->room, sizeof clinic->room, 0 };
    *state = clinic;
    return 0;
}

int clinic_remove(void **state)
{
    struct clinic *clinic = *state;

    view_free(clinic->view);
    free(clinic);
    return 0;
}

/* ---- the table of kinds */

const struct field *field_of(const char *path)
{
    const struct field *fields, *field = NULL;
    char copy[64], *part, *rest = copy;

    assert_true(strlen(path) < sizeof copy);
    memcpy(copy, path, strlen(path) + 1);
    part = strsep(&rest, ".");
    assert_non_null(kind_named(part));
    fields = kind_named(part)->fields;
    while ((part = strsep(&rest, ".")) != NULL) {
        field = field_named(fields, part);
        if (field == NULL)
            fail_msg("there is no field %s", path);
        fields = field->row;
    }
    return field;
}
