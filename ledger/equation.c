#include "ledger/equation.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "schema/amount.h"

/* The sides of the equation, in the order in which they are told. */
static const struct term {
    const char *name;
    enum total_place place;
    bool is_in;
} terms[] = { { "opening", TOTAL_OPENING, true },         { "received", TOTAL_RECEIVED, true },
              { "gained", TOTAL_GAINED, true },           { "recovered", TOTAL_RECOVERED, true },
              { "found", TOTAL_FOUND, true },             { "adjusted up", TOTAL_ADJUSTED_UP, true },
              { "given", TOTAL_GIVEN, false },            { "wasted", TOTAL_WASTED, false },
              { "residual", TOTAL_RESIDUAL, false },      { "closing loss", TOTAL_CLOSING_LOSS, false },
              { "shipped", TOTAL_SHIPPED, false },        { "destroyed", TOTAL_DESTROYED, false },
              { "lost", TOTAL_LOST, false },              { "surrendered", TOTAL_SURRENDERED, false },
              { "handed out", TOTAL_HANDED_OUT, false },  { "adjusted down", TOTAL_ADJUSTED_DOWN, false } };
enum { TERM_COUNT = sizeof terms / sizeof terms[0] };
static_assert((int)TERM_COUNT == (int)TOTAL_IN_DOSES, "every change of a total stands in the equation");

bool equation_between(const struct totals *before, const struct totals *last, uint32_t product, struct statement_total *total)
{
    const int64_t *was = before->of[product], *is = last->of[product];
    bool has_any = was[TOTAL_IN_DOSES] != 0 || was[TOTAL_ON_HAND] != 0 || is[TOTAL_IN_DOSES] != 0 || is[TOTAL_ON_HAND] != 0;

    *total = (struct statement_total){ .product = product, .before_in_doses = was[TOTAL_IN_DOSES],
                                       .before_on_hand = was[TOTAL_ON_HAND], .in_doses = is[TOTAL_IN_DOSES],
                                       .on_hand = is[TOTAL_ON_HAND] };
    for (unsigned place = 0; place < TOTAL_IN_DOSES; place++) {
        total->change[place] = is[place] - was[place];
        has_any = has_any || total->change[place] != 0;
    }
    return has_any;
}

static size_t add_term(char *out, size_t used, int64_t mass_ng, const char *name, bool is_first)
{
    char amount[AMOUNT_TEXT_SIZE];
    uint64_t size_ng = (uint64_t)(mass_ng < 0 ? -mass_ng : mass_ng);
    const char *sign = mass_ng < 0 ? " - " : " + ";

    if (is_first)
        sign = mass_ng < 0 ? "-" : "";
    return used + (size_t)snprintf(out + used, EQUATION_SIZE - used, "%s%s %s", sign, format_mass(size_ng, amount), name);
}

const char *equation_text(const struct statement_total *total, char out[static EQUATION_SIZE])
{
    size_t used = add_term(out, 0, total->before_in_doses + total->before_on_hand, "before", true);
    bool is_first = false;

    for (size_t i = 0; i < TERM_COUNT; i++) {
        int64_t change_ng = total->change[terms[i].place];

        if (!terms[i].is_in && terms[i - 1].is_in) {
            used += (size_t)snprintf(out + used, EQUATION_SIZE - used, " = ");
            is_first = true;
        }
        if (change_ng == 0)
            continue;
        used = add_term(out, used, change_ng, terms[i].name, is_first);
        is_first = false;
    }
    if (total->in_doses != 0) {
        used = add_term(out, used, total->in_doses, "in open doses", is_first);
        is_first = false;
    }
    add_term(out, used, total->on_hand, "on hand", is_first);
    return out;
}
