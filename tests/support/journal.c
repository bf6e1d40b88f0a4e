#include "tests/support/journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

static void say(struct journal *journal, struct said said)
{
    assert_true(journal->count < JOURNAL_LIMIT);
    journal->said[journal->count++] = said;
}

void journal_of_vial(struct journal *journal, uint32_t entry, uint32_t vial, enum part part, int64_t volume_ul)
{
    say(journal, (struct said){ .entry = entry, .vial = vial, .part = part, .amount = volume_ul });
}

void journal_end_vial(struct journal *journal, uint32_t entry, uint32_t vial, enum part part)
{
    say(journal, (struct said){ .entry = entry, .vial = vial, .part = part, .amount = -journal_left(journal, vial), .is_all = true });
}

void journal_of_dose(struct journal *journal, uint32_t entry, uint32_t dose, enum part part, int64_t mass_ng)
{
    say(journal, (struct said){ .entry = entry, .dose = dose, .part = part, .amount = mass_ng });
}

uint32_t journal_vial(struct journal *journal, uint32_t entry, uint32_t product, int64_t volume_ul)
{
    uint32_t vial = ++journal->vials;

    assert_true(vial <= JOURNAL_VIALS);
    journal->product_of[vial] = product;
    journal_of_vial(journal, entry, vial, PART_CAME, volume_ul);
    return vial;
}

void journal_forget(struct journal *journal, uint32_t entry)
{
    size_t kept = 0;

    for (size_t i = 0; i < journal->count; i++)
        if (journal->said[i].entry != entry)
            journal->said[kept++] = journal->said[i];
    journal->count = kept;
}

int64_t journal_left(const struct journal *journal, uint32_t vial)
{
    int64_t left_ul = journal->forced_ul[vial];

    for (size_t i = 0; i < journal->count; i++)
        if (journal->said[i].vial == vial)
            left_ul += journal->said[i].amount;
    return left_ul;
}

/* The newest saying that took all of it and after which nothing came back, else JOURNAL_LIMIT. */
static size_t end_of(const struct journal *journal, uint32_t vial)
{
    size_t end = JOURNAL_LIMIT;

    for (size_t i = 0; i < journal->count; i++) {
        if (journal->said[i].vial != vial)
            continue;
        if (journal->said[i].is_all)
            end = i;
        else if (journal->said[i].part == PART_RECOVERED)
            end = JOURNAL_LIMIT;
    }
    return end;
}

void journal_settle(struct journal *journal, uint32_t vial)
{
    size_t end = end_of(journal, vial);
    int64_t left_ul;

    journal->forced_ul[vial] = 0;
    if (end != JOURNAL_LIMIT) {
        journal->said[end].amount = 0;
        left_ul = journal_left(journal, vial);
        journal->said[end].amount = left_ul > 0 ? -left_ul : 0;
    }
    left_ul = journal_left(journal, vial);
    journal->forced_ul[vial] = left_ul < 0 ? -left_ul : 0;
}

int64_t journal_open(const struct journal *journal, uint32_t dose)
{
    int64_t open_ng = 0;

    for (size_t i = 0; i < journal->count; i++)
        if (journal->said[i].dose == dose)
            open_ng += journal->said[i].amount;
    return open_ng;
}

static void add_to_part(struct sums *sums, enum part part, int64_t mass_ng)
{
    sums->total_ng[part] += mass_ng < 0 ? -mass_ng : mass_ng;
}

void journal_add_up(const struct journal *journal, struct sums *sums)
{
    memset(sums, 0, sizeof *sums);
    for (size_t i = 0; i < journal->count; i++) {
        const struct said *said = &journal->said[i];
        int64_t strength = journal->strength_of[journal->product_of[said->vial]];

        if (said->dose != 0) {
            sums->in_doses_ng += said->amount;
            add_to_part(sums, said->part, said->amount);
            continue;
        }
        sums->left_ul[said->vial] += said->amount;
        if (said->part != PART_DOSE)
            add_to_part(sums, said->part, said->amount * strength);
    }
    for (uint32_t vial = 1; vial <= journal->vials; vial++) {
        uint32_t product = journal->product_of[vial];

        sums->left_ul[vial] += journal->forced_ul[vial];
        sums->on_hand_ng[product] += sums->left_ul[vial] * journal->strength_of[product];
        sums->total_ng[PART_ADJUSTED_UP] += journal->forced_ul[vial] * journal->strength_of[product];
    }
}
