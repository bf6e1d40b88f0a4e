/* What kinds about stock do: in, about the house, and the end of a container. */
#include <string.h>

#include "ledger/effect.h"
#include "ledger/judge.h"
#include "schema/amount.h"

/* ---- receive */

enum { SERIAL_KEY_SIZE = 64 };

static struct bytes key_of_serial(const struct value *gtin, const struct value *serial, uint8_t key[static SERIAL_KEY_SIZE])
{
    memcpy(key, gtin->bytes.data, gtin->bytes.size);
    memcpy(key + gtin->bytes.size, serial->bytes.data, serial->bytes.size);
    return bytes_of(key, gtin->bytes.size + serial->bytes.size);
}

/* A serial is of one thing: received once, ever (PH0204), but for receipts that are void: their id is 0. */
static void receive_serial(struct judge *judge, const struct facts *row, uint32_t vial)
{
    const struct value *gtin = facts_get(row, ROW_RECEIVE_GTIN), *serial = facts_get(row, ROW_RECEIVE_SERIAL);
    struct name name;
    uint8_t room[SERIAL_KEY_SIZE];
    struct bytes key;
    bool is_known;

    if (serial == NULL)
        return;
    if (gtin == NULL) {
        judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
        return;
    }
    key = key_of_serial(gtin, serial, room);
    is_known = view_name(judge->view, NAME_SERIAL, key, &name) && name.id != 0;
    if (is_known && name.entry == judge->placing->number) {
        judge_break(judge, REFUSAL_TWICE, SUBJECT_VIAL, name.id, 0, 0);
        return;
    }
    if (is_known) {
        judge_break_entry(judge, REFUSAL_SERIAL_KNOWN, SUBJECT_VIAL, name.id, name.entry);
        return;
    }
    name = (struct name){ .id = vial, .entry = judge->placing->number };
    view_name_put(judge->view, NAME_SERIAL, key, &name);
}

void receive_forget_serials(struct judge *judge, uint32_t number, const struct event *receipt)
{
    struct list_cursor cursor;
    struct facts row;
    struct name name;
    struct bytes key;
    uint8_t room[SERIAL_KEY_SIZE];

    list_begin(&cursor, field_with_key(receipt->kind->fields, FACT_RECEIVE_LINES), facts_get(&receipt->facts, FACT_RECEIVE_LINES));
    while (rows_next(&cursor, &row)) {
        if (facts_get(&row, ROW_RECEIVE_SERIAL) == NULL || facts_get(&row, ROW_RECEIVE_GTIN) == NULL)
            continue;
        key = key_of_serial(facts_get(&row, ROW_RECEIVE_GTIN), facts_get(&row, ROW_RECEIVE_SERIAL), room);
        if (view_name(judge->view, NAME_SERIAL, key, &name) && name.entry == number)
            view_name_put(judge->view, NAME_SERIAL, key, &(struct name){ .id = 0 });
    }
}

/* The same lot on the same document of the same supplier is one delivery entered twice, or the rest of it: it is asked
 * about, whatever else of the two differs. A serial says by itself whether its pack has come before. */
static void judge_received_before(struct judge *judge, const struct facts *row, uint32_t product)
{
    const struct value *document = facts_get(&judge->event->facts, FACT_RECEIVE_DOCUMENT), *lot = facts_get(row, ROW_RECEIVE_LOT);
    uint8_t key[10 + DIGEST_SIZE], about[128];
    struct digest digest;
    struct writer writer;
    struct name name;

    if (facts_get(row, ROW_RECEIVE_SERIAL) != NULL)
        return;
    writer_init(&writer, about, sizeof about);
    write_text(&writer, document->bytes);
    write_text(&writer, lot->bytes);
    if (writer.failed)
        return; /* both are longer than they may be: refused as that */
    digest = digest_bytes(about, writer.size);
    key[0] = KIND_RECEIVE;
    key[1] = 1; /* no digest of facts is as long */
    put_u32(key + 2, judge_ref(judge, FACT_RECEIVE_FROM));
    put_u32(key + 6, product);
    memcpy(key + 10, digest.bytes, DIGEST_SIZE);
    if (!view_name(judge->view, NAME_RECENT, bytes_of(key, sizeof key), &name) || effect_void_by(judge->view, name.entry) != 0)
        name = (struct name){ .entry = judge->placing->number };
    else if (name.entry != judge->placing->number)
        judge_note(judge, (struct broken){ .code = REFUSAL_DUPLICATE, .entry = name.entry });
    view_name_put(judge->view, NAME_RECENT, bytes_of(key, sizeof key), &name);
}

void judge_vial_product(struct judge *judge, const struct leaf *vial, uint32_t product)
{
    bool is_used = vial->state[VIAL_DRAWS] != 0;

    for (unsigned place = VIAL_LABELLED; place <= VIAL_LEFT; place++)
        is_used = is_used || vial->state[place] != 0;
    if (vial->state[VIAL_STATE] != 0 && vial->state[VIAL_PRODUCT] != product && is_used)
        judge_break_entry(judge, REFUSAL_RESTS_ON_IT, SUBJECT_VIAL, vial->id, vial->last);
}

/* One that was there before a correction stands where it stands, in the state it is in. */
static uint32_t receive_vial(struct judge *judge, const struct facts *row, uint32_t product, uint32_t line, bool damaged)
{
    struct leaf *vial = judge_birth_vial(judge, line);

    judge_vial_product(judge, vial, product);
    vial->state[VIAL_PRODUCT] = product;
    if (vial->state[VIAL_STATE] == 0) {
        vial->state[VIAL_STATE] = VIAL_SEALED;
        vial->state[VIAL_PLACE] = judge_ref(judge, FACT_RECEIVE_PLACE);
        vial->state[VIAL_HELD] = damaged ? HOLD_DAMAGED : 0;
        vial->state[VIAL_UNCHECKED] = (judge->verdict->due & DUE_CHECK) != 0;
    }
    vial->state[VIAL_EXPIRY] = facts_number(row, ROW_RECEIVE_EXPIRY, 0);
    vial->state[VIAL_NAMED_FOR] = judge_ref(judge, FACT_RECEIVE_PATIENT);
    vial->state[VIAL_BORN] = judge->placing->number;
    vial->state[VIAL_RECEIVED] = judge->event->occurred.ms;
    vial_put(judge, vial->id, VIAL_LABELLED, TOTAL_RECEIVED,
             (uint64_t)view_number(judge->view, SUBJECT_PRODUCT, product, PRODUCT_VOLUME));
    return vial->id;
}

static void judge_expiry(struct judge *judge, uint32_t product, int64_t expiry)
{
    int64_t today = at_local_days(judge->event->occurred);

    if (expiry < today)
        judge_break(judge, REFUSAL_RECEIVED_EXPIRED, SUBJECT_PRODUCT, product, expiry, 0);
    else if (expiry < today + view_policy(judge->view, POLICY_EXPIRY_WARN))
        judge_break(judge, REFUSAL_EXPIRES_SOON, SUBJECT_PRODUCT, product, expiry, 0);
}

void judge_provisional(struct judge *judge, enum subject subject, uint32_t id, unsigned place)
{
    if (view_number(judge->view, subject, id, place) != 0)
        judge_break(judge, REFUSAL_PROVISIONAL, subject, id, 0, 0);
}

void judge_product(struct judge *judge, uint32_t product)
{
    if (view_number(judge->view, SUBJECT_PRODUCT, product, PRODUCT_REPLACED) != 0)
        (void)judge_bars(judge, REFUSAL_PRODUCT_REPLACED, SUBJECT_PRODUCT, product, 0, 0);
    judge_provisional(judge, SUBJECT_PRODUCT, product, PRODUCT_PROVISIONAL);
}

/* A barcode that the catalogue knows is one of this product. */
static bool gtin_fits(struct judge *judge, const struct facts *row, uint32_t product)
{
    const struct value *gtin = facts_get(row, ROW_RECEIVE_GTIN);
    struct name name;

    return gtin == NULL || !view_name(judge->view, NAME_GTIN, gtin->bytes, &name) || name.id == product;
}

static void receive_line(struct judge *judge, const struct facts *row, uint32_t line)
{
    uint32_t product = view_resolve(judge->view, SUBJECT_PRODUCT, facts_get(row, ROW_RECEIVE_PRODUCT));
    uint32_t first = 0;
    int64_t containers = facts_number(row, ROW_RECEIVE_CONTAINERS, 0), damaged = facts_number(row, ROW_RECEIVE_DAMAGED, 0);

    if (damaged > containers || facts_number(row, ROW_RECEIVE_PACKS, 0) > containers ||
        (judge->posting == NULL && !gtin_fits(judge, row, product))) {
        judge_break(judge, REFUSAL_COMBINATION, SUBJECT_PRODUCT, product, 0, 0);
        return;
    }
    judge_product(judge, product);
    judge_expiry(judge, product, facts_number(row, ROW_RECEIVE_EXPIRY, 0));
    judge_received_before(judge, row, product);
    for (int64_t i = 0; i < containers && !judge->cannot_stand; i++) {
        uint32_t vial;

        if (judge->touched_count > ENTRY_TOUCHES_LIMIT) {
            judge_break(judge, REFUSAL_TOUCHES, 0, 0, (int64_t)judge->touched_count, ENTRY_TOUCHES_LIMIT);
            return;
        }
        vial = receive_vial(judge, row, product, line, i >= containers - damaged);
        first = i == 0 ? vial : first;
    }
    receive_serial(judge, row, first);
    if (damaged > 0)
        judge_open_case(judge, REFUSAL_DAMAGED, SUBJECT_VIAL, (uint32_t)(first + containers - damaged), damaged, 0, 0);
}

/* Whoever delivers is registered. A certificate runs out in the book before anybody tells the book of the next one. */
static void judge_party(struct judge *judge, uint32_t party)
{
    int64_t until = view_number(judge->view, SUBJECT_PARTY, party, PARTY_VALID_UNTIL);

    judge_provisional(judge, SUBJECT_PARTY, party, PARTY_PROVISIONAL);
    if (until != 0 && at_local_days(judge->event->occurred) > until)
        judge_break(judge, REFUSAL_REGISTRATION_ENDED, SUBJECT_PARTY, party, until, 0);
}

void rule_receive(struct judge *judge)
{
    const struct facts *facts = &judge->event->facts;
    struct list_cursor cursor;
    struct facts row;
    uint32_t line = 0;
    int64_t came = 0, invoiced = judge_number(judge, FACT_RECEIVE_INVOICED, -1);

    judge_party(judge, judge_ref(judge, FACT_RECEIVE_FROM));
    judge_provisional(judge, SUBJECT_PLACE, judge_ref(judge, FACT_RECEIVE_PLACE), PLACE_PROVISIONAL);
    if (judge_number(judge, FACT_RECEIVE_DOCUMENT_TYPE, 0) == DOCUMENT_PRESCRIPTION && judge_ref(judge, FACT_RECEIVE_PATIENT) == 0)
        judge_break(judge, REFUSAL_NO_PATIENT_NAMED, 0, 0, 0, 0);
    list_begin(&cursor, field_with_key(judge->event->kind->fields, FACT_RECEIVE_LINES), facts_get(facts, FACT_RECEIVE_LINES));
    for (; rows_next(&cursor, &row); line++) {
        came += facts_number(&row, ROW_RECEIVE_CONTAINERS, 0);
        receive_line(judge, &row, line);
    }
    if (invoiced >= 0 && invoiced != came)
        judge_open_case(judge, REFUSAL_INVOICE_DIFFERS, 0, 0, came, invoiced, 0);
}

/* ---- move, hold, release: a list of containers, each once, none of them finished */

static void judge_unfinished(struct judge *judge, const struct leaf *vial)
{
    if (vial->state[VIAL_STATE] == VIAL_FINISHED)
        judge_break(judge, REFUSAL_VIAL_FINISHED, SUBJECT_VIAL, vial->id, 0, 0);
    if (vial->state[VIAL_STATE] == VIAL_VOID)
        judge_break(judge, REFUSAL_VIAL_STATE, SUBJECT_VIAL, vial->id, VIAL_VOID, 0);
}

static void move_vial(struct judge *judge, struct leaf *vial, void *context)
{
    uint32_t place = judge_ref(judge, FACT_MOVE_TO);

    (void)context;
    judge_unfinished(judge, vial);
    if (vial->state[VIAL_PLACE] == place)
        judge_break(judge, REFUSAL_ALREADY_SO, SUBJECT_VIAL, vial->id, 0, 0);
    vial->state[VIAL_PLACE] = place;
}

static void hold_vial(struct judge *judge, struct leaf *vial, void *context)
{
    (void)context;
    judge_unfinished(judge, vial);
    if (vial->state[VIAL_HELD] != 0)
        judge_break(judge, REFUSAL_ALREADY_SO, SUBJECT_VIAL, vial->id, 0, 0);
    vial->state[VIAL_HELD] = judge_number(judge, FACT_HOLD_WHY, 0);
}

static void release_vial(struct judge *judge, struct leaf *vial, void *context)
{
    (void)context;
    judge_unfinished(judge, vial);
    if (vial->state[VIAL_HELD] == 0)
        judge_break(judge, REFUSAL_NOT_HELD, SUBJECT_VIAL, vial->id, 0, 0);
    vial->state[VIAL_HELD] = 0;
}

void rule_move(struct judge *judge)
{
    judge_provisional(judge, SUBJECT_PLACE, judge_ref(judge, FACT_MOVE_TO), PLACE_PROVISIONAL);
    judge_each(judge, FACT_MOVE_VIALS, move_vial, NULL);
}

void rule_hold(struct judge *judge)
{
    judge_each(judge, FACT_HOLD_VIALS, hold_vial, NULL);
}

void rule_release(struct judge *judge)
{
    judge_each(judge, FACT_RELEASE_VIALS, release_vial, NULL);
}

/* ---- empty */

/* What stays in hubs, and what was in the vial above its label, explain so much. */
bool vial_loss_is_explained(struct judge *judge, const struct leaf *vial, int64_t loss_ul)
{
    int64_t hub_ul = view_policy(judge->view, POLICY_HUB_LOSS) * vial->state[VIAL_DRAWS];
    int64_t overfill_ul = view_number(judge->view, SUBJECT_PRODUCT, (uint32_t)vial->state[VIAL_PRODUCT], PRODUCT_OVERFILL);

    return loss_ul - vial->state[VIAL_GAINED] <= hub_ul && vial->state[VIAL_GAINED] - loss_ul <= overfill_ul;
}

/* Whatever the book has left becomes the closing loss. Losses beyond what the draws explain, or gains
 * beyond the overfill, open a case (SPEC section 9.6); somebody else has seen them, and why is said. */
void rule_empty(struct judge *judge)
{
    uint32_t id = judge_ref(judge, FACT_EMPTY_VIAL);
    struct leaf *vial = judge_edit(judge, SUBJECT_VIAL, id);
    int64_t loss_ul = vial->state[VIAL_LEFT] > 0 ? vial->state[VIAL_LEFT] : 0;

    if (vial->state[VIAL_STATE] == VIAL_FINISHED) {
        judge_break(judge, REFUSAL_VIAL_FINISHED, SUBJECT_VIAL, id, 0, 0);
        return;
    }
    if (vial->state[VIAL_STATE] != VIAL_OPEN) {
        judge_break(judge, REFUSAL_VIAL_STATE, SUBJECT_VIAL, id, vial->state[VIAL_STATE], 0);
        return;
    }
    vial_take(judge, id, VIAL_CLOSING_LOSS, TOTAL_CLOSING_LOSS, (uint64_t)loss_ul);
    vial->state[VIAL_STATE] = VIAL_FINISHED;
    vial->state[VIAL_ENDED] = VIAL_CLOSING_LOSS;
    vial->state[VIAL_ENDED_BY] = judge->placing->number;
    if (vial_loss_is_explained(judge, vial, loss_ul))
        return;
    judge_break(judge, REFUSAL_NEEDS_REASON, SUBJECT_VIAL, id, 0, 0);
    if (judge_signers(judge, MEANING_WITNESSED) == 0) /* one person alone may finish a vial, not lose one */
        judge_no_witness(judge);
    judge_open_case(judge, REFUSAL_CLOSING_LOSS, SUBJECT_VIAL, id, loss_ul, vial->state[VIAL_DRAWS],
                    -(int64_t)judge_mass_of(judge, (uint32_t)vial->state[VIAL_PRODUCT], (uint64_t)loss_ul));
}
