#include "tests/support/chance.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

/* ---- chance (xorshift) */

static uint64_t state = 1;

void chance_seed(uint64_t seed)
{
    state = seed;
}

uint32_t chance_below(uint32_t limit)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32) % limit;
}

/* ---- the journal */

enum { PRODUCTS = 4, VIALS = 400, DOSES = 4096 };

static void stock(struct journal *journal, uint32_t product, uint32_t count, int64_t volume_ul)
{
    for (uint32_t i = 0; i < count; i++)
        journal_vial(journal, 0, product, volume_ul);
}

struct journal *chance_stock(void)
{
    static const int64_t strength_of[PRODUCTS + 1] = { 0, 50000, 100000, 140000, 10000 };
    struct journal *journal = calloc(1, sizeof *journal);

    assert_non_null(journal);
    memcpy(journal->strength_of, strength_of, sizeof strength_of);
    stock(journal, 1, 10, 10000);
    stock(journal, 2, 4, 5000);
    stock(journal, 3, 4, 200);
    stock(journal, 4, 2, 1000);
    return journal;
}

/* ---- acts by chance. Each is placed where it can stand. */

bool chance_place(struct book *book)
{
    act_because(book, 2);
    judged(book);
    for (size_t i = 0; i < book->verdict.broken_count; i++) {
        enum refusal_class class_ = refusal_find(book->verdict.broken[i].code)->class_;

        if (class_ == CLASS_MALFORMED || class_ == CLASS_IMPOSSIBLE)
            return false;
    }
    place_irregular(book);
    return true;
}

static void chance_receive(struct book *book, struct journal *journal)
{
    static const int64_t volumes[] = { 0, 10000, 5000, 200, 1000 };
    uint32_t product = 1 + chance_below(PRODUCTS), count = 1 + chance_below(3);

    if (journal->vials + count > VIALS)
        return;
    begin_receive(book, product, count);
    if (!chance_place(book))
        return;
    for (uint32_t i = 0; i < count; i++)
        journal_vial(journal, book->entries, product, volumes[product]);
}

/* One vial of a draw: what is taken, and how much of that is overfill. */
struct taking {
    uint32_t vial;
    int64_t volume_ul, overfill_ul;
};

static struct taking chance_taking(struct book *book, const struct journal *journal)
{
    struct taking taking = { .vial = 1 + chance_below(journal->vials), .volume_ul = 1 + chance_below(chance_below(4) == 0 ? 12000 : 700) };
    uint32_t product = journal->product_of[taking.vial];
    int64_t left_ul = leaf_number(book, SUBJECT_VIAL, taking.vial, VIAL_LEFT);

    if (product == SPRAVATO || product == READY_SYRINGE)
        taking.volume_ul = product == SPRAVATO ? 200 : 1000;
    if (taking.volume_ul > left_ul && chance_below(2) == 0)
        taking.overfill_ul = taking.volume_ul - left_ul;
    return taking;
}

static void note_taking(struct journal *journal, uint32_t entry, const struct taking *taking)
{
    int64_t strength = journal->strength_of[journal->product_of[taking->vial]];

    if (taking->overfill_ul > 0)
        journal_of_vial(journal, entry, taking->vial, PART_CAME, taking->overfill_ul);
    journal_of_vial(journal, entry, taking->vial, PART_DOSE, -taking->volume_ul);
    journal_of_dose(journal, entry, journal->doses, PART_DOSE, taking->volume_ul * strength);
}

static void chance_draw(struct book *book, struct journal *journal)
{
    struct facts rows[4];
    struct taking takings[4];
    uint32_t count = 1 + chance_below(4);

    begin_draw(book, 1, 1, 1);
    for (uint32_t i = 0; i < count; i++) {
        takings[i] = chance_taking(book, journal);
        rows[i] = row_of(book, 1);
        facts_put_number(&rows[i], 0, takings[i].vial);
        facts_put_number(&rows[i], 1, takings[i].volume_ul);
        if (takings[i].overfill_ul > 0)
            facts_put_number(&rows[i], 2, takings[i].overfill_ul);
    }
    put_rows(book, 1, rows, count);
    if (chance_below(3) == 0)
        put_number(book, 5, 50000 + chance_below(50000));
    if (journal->doses + 1 >= DOSES || !chance_place(book))
        return;
    journal->doses++;
    for (uint32_t i = 0; i < count; i++)
        note_taking(journal, book->entries, &takings[i]);
}

/* How much it was is the ledger's business; that it then is nowhere else is the journal's. */
static void settled(struct book *book, struct journal *journal, uint32_t dose, enum part part)
{
    int64_t open_ng = leaf_number(book, SUBJECT_DOSE, dose, DOSE_OPEN), mass_ng = journal_open(journal, dose) - open_ng;

    assert_true(mass_ng >= 0 && open_ng >= 0);
    journal_of_dose(journal, book->entries, dose, part, -mass_ng);
}

static void chance_settle(struct book *book, struct journal *journal)
{
    static const enum part parts[] = { PART_GIVEN, PART_WASTED, PART_RESIDUAL };
    unsigned which = chance_below(3);
    uint32_t dose = 1 + chance_below(journal->doses + 1);
    enum quantity_unit unit = chance_below(4) == 0 ? QUANTITY_REST : chance_below(2) == 0 ? QUANTITY_NG : QUANTITY_UL;
    int64_t amount = unit == QUANTITY_REST ? 0 : unit == QUANTITY_UL ? chance_below(800) : chance_below(40000000);

    if (dose > journal->doses)
        return;
    if (parts[which] == PART_GIVEN) {
        begin_give(book, dose, PHASE_BOLUS, unit, amount);
    } else if (parts[which] == PART_WASTED) {
        begin_waste(book, dose, unit, amount);
        put_amount(book, 4, QUANTITY_UL, chance_below(1000));
        put_amount(book, 5, QUANTITY_UL, chance_below(1000));
    } else {
        act(book, KIND_RESIDUAL, NURSE, MEANING_DID);
        put_number(book, 1, dose);
        put_amount(book, 2, unit, amount);
        put_number(book, 3, 1 + chance_below(3));
    }
    if (chance_place(book))
        settled(book, journal, dose, parts[which]);
}

static void chance_vial(struct book *book, struct journal *journal)
{
    uint32_t vial = 1 + chance_below(journal->vials);
    int64_t volume_ul = 1 + chance_below(500);

    if (chance_below(3) == 0) {
        act(book, KIND_EMPTY, NURSE, MEANING_DID);
        put_number(book, 1, vial);
        if (chance_place(book))
            journal_end_vial(journal, book->entries, vial, PART_CLOSING_LOSS);
        return;
    }
    begin_waste(book, 1, QUANTITY_UL, volume_ul);
    book->event.facts.values[0].present = false;
    put_number(book, 2, vial);
    put_amount(book, 4, QUANTITY_UL, volume_ul);
    put_amount(book, 5, QUANTITY_UL, volume_ul);
    if (chance_place(book))
        journal_of_vial(journal, book->entries, vial, PART_WASTED, -volume_ul);
}

/* ---- what leaves otherwise, and what turns up */

static void begin_of_two(struct book *book, enum kind_number kind)
{
    act(book, kind, OWNER, MEANING_DID);
    if (kind != KIND_SURRENDER)
        act_signed(book, NURSE, MEANING_WITNESSED);
}

/* All or, of a loss, a part of a vial. */
static void chance_leave(struct book *book, struct journal *journal)
{
    static const struct {
        enum kind_number kind;
        enum part part;
    } ways[] = { { KIND_LOSS, PART_LOST }, { KIND_SHIP, PART_SHIPPED }, { KIND_DESTROY, PART_DESTROYED },
                 { KIND_SURRENDER, PART_SURRENDERED } };
    uint32_t way = chance_below(4);
    int64_t vial = 1 + chance_below(journal->vials), volume_ul = 0;

    begin_of_two(book, ways[way].kind);
    put_list(book, 1, &vial, 1);
    if (ways[way].kind == KIND_LOSS) {
        put_time(book, 2, book->now_ms);
        if (chance_below(2) == 0) {
            volume_ul = 1 + chance_below(3000);
            put_number(book, 4, volume_ul);
        }
    }
    if (ways[way].kind == KIND_SHIP || ways[way].kind == KIND_SURRENDER)
        put_number(book, 2, 1);
    if (ways[way].kind == KIND_SHIP)
        put_text(book, 3, "D-1");
    if (ways[way].kind == KIND_DESTROY)
        put_text(book, 2, "incinerated");
    if (!chance_place(book))
        return;
    if (volume_ul != 0)
        journal_of_vial(journal, book->entries, (uint32_t)vial, ways[way].part, -volume_ul);
    else
        journal_end_vial(journal, book->entries, (uint32_t)vial, ways[way].part);
}

static void chance_dose_leaves(struct book *book, struct journal *journal)
{
    bool is_lost = chance_below(2) == 0;
    int64_t dose = 1 + chance_below(journal->doses + 1);

    if (dose > journal->doses)
        return;
    begin_of_two(book, is_lost ? KIND_LOSS : KIND_DESTROY);
    put_list(book, is_lost ? 5 : 4, &dose, 1);
    if (is_lost)
        put_time(book, 2, book->now_ms);
    else
        put_text(book, 2, "incinerated");
    if (chance_place(book))
        settled(book, journal, (uint32_t)dose, is_lost ? PART_LOST : PART_DESTROYED);
}

static int64_t missing_of(struct book *book, uint32_t vial)
{
    return leaf_number(book, SUBJECT_VIAL, vial, VIAL_LOST) - leaf_number(book, SUBJECT_VIAL, vial, VIAL_RECOVERED);
}

/* One microlitre of what is missing, all of it, or one more than that; few are missing, so half the time one is looked for. */
static void chance_recover(struct book *book, struct journal *journal)
{
    uint32_t vial = 1 + chance_below(journal->vials), tries = chance_below(2) * journal->vials;
    int64_t missing_ul = missing_of(book, vial), volume_ul;

    for (; tries > 0 && missing_ul == 0; tries--) {
        vial = vial % journal->vials + 1;
        missing_ul = missing_of(book, vial);
    }
    volume_ul = 1 + chance_below(2) * (missing_ul - 1) + chance_below(2);
    if (volume_ul < 1)
        return;
    begin_of_two(book, KIND_RECOVER);
    put_number(book, 1, vial);
    put_number(book, 2, volume_ul);
    put_number(book, 3, SAFE);
    if (!chance_place(book)) {
        assert_true(volume_ul > missing_ul);
        return;
    }
    assert_true(volume_ul <= missing_ul);
    journal_of_vial(journal, book->entries, vial, PART_RECOVERED, volume_ul);
}

static void chance_find(struct book *book, struct journal *journal)
{
    uint32_t product = 1 + chance_below(PRODUCTS), count = 1 + chance_below(2);
    int64_t volume_ul = 1 + chance_below(5000);

    if (journal->vials + count > VIALS)
        return;
    begin_of_two(book, KIND_FOUND);
    put_number(book, 1, product);
    put_number(book, 2, SAFE);
    put_number(book, 3, count);
    put_number(book, 4, volume_ul);
    if (!chance_place(book))
        return;
    for (uint32_t i = 0; i < count; i++)
        journal_vial(journal, book->entries, product, volume_ul);
}

/* ---- counts, and what is booked under a case */

/* A count changes nothing, whatever the two have seen. */
static void chance_count(struct book *book, struct journal *journal)
{
    uint32_t vial = 1 + chance_below(journal->vials);
    struct facts row;

    act(book, KIND_COUNT, OWNER, MEANING_COUNTED);
    act_signed(book, NURSE, MEANING_COUNTED);
    put_number(book, FACT_COUNT_PLACE, SAFE);
    put_number(book, FACT_COUNT_AS_OF, book->entries - chance_below(20));
    row = row_of(book, FACT_COUNT_LINES);
    facts_put_number(&row, 0, vial);
    facts_put_number(&row, 3, COUNT_MEASURED);
    for (size_t figure = 4; figure <= 5; figure++) {
        row.values[figure] = (struct value){ .present = true, .number = chance_below(10000), .second = QUANTITY_UL };
    }
    put_rows(book, FACT_COUNT_LINES, &row, 1);
    (void)chance_place(book);
}

static void chance_adjust(struct book *book, struct journal *journal)
{
    uint32_t cases = (uint32_t)leaf_number(book, LEAF_TABLE_SITE, 1, SITE_COUNTS + SUBJECT_CASE);
    uint32_t vial = 1 + chance_below(journal->vials), dose = 1 + chance_below(journal->doses + 1);
    bool is_dose = chance_below(2) == 0 && dose <= journal->doses, is_more = chance_below(2) == 0;
    int64_t size = 1 + chance_below(is_dose ? 30000000 : 800), change = is_more ? size : -size;

    act(book, KIND_ADJUST, OWNER, MEANING_DID);
    act_signed(book, NURSE, MEANING_APPROVED);
    put_number(book, FACT_ADJUST_CASE, 1 + (cases > 0 ? chance_below(cases) : 0));
    put_number(book, is_dose ? FACT_ADJUST_DOSE : FACT_ADJUST_VIAL, is_dose ? dose : vial);
    put_number(book, is_dose ? FACT_ADJUST_DELTA_MASS : FACT_ADJUST_DELTA, change);
    if (cases == 0 || !chance_place(book))
        return;
    if (is_dose)
        journal_of_dose(journal, book->entries, dose, is_more ? PART_ADJUSTED_UP : PART_ADJUSTED_DOWN, change);
    else
        journal_of_vial(journal, book->entries, vial, is_more ? PART_ADJUSTED_UP : PART_ADJUSTED_DOWN, change);
}

static void chance_other(struct book *book, struct journal *journal)
{
    static void (*const acts[])(struct book *, struct journal *) = {
        chance_find, chance_recover, chance_dose_leaves, chance_leave, chance_leave, chance_count, chance_adjust };

    acts[chance_below(sizeof acts / sizeof acts[0])](book, journal);
}

void chance_act(struct book *book, struct journal *journal)
{
    uint32_t which = chance_below(100);

    if (which < 8)
        chance_receive(book, journal);
    else if (which < 40)
        chance_draw(book, journal);
    else if (which < 75)
        chance_settle(book, journal);
    else if (which < 92)
        chance_other(book, journal);
    else
        chance_vial(book, journal);
}
