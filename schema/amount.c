#include "schema/amount.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

__extension__ typedef unsigned __int128 wide;

/* ---- shown */

enum { MG_DECIMALS = 6, ML_DECIMALS = 3, MG_PER_ML_DECIMALS = 3 };

static char *put_text(char *at, const char *text)
{
    size_t size = strlen(text);

    memcpy(at, text, size + 1);
    return at + size;
}

static char *put_number(char *at, uint64_t number)
{
    enum { DIGITS_AND_NUL = 21 };

    return at + snprintf(at, DIGITS_AND_NUL, "%" PRIu64, number);
}

/* amount / 10^decimals, without trailing zeros. */
static char *put_decimal(char *at, uint64_t amount, unsigned decimals)
{
    uint64_t scale_factor = 1;
    uint64_t fraction;

    for (unsigned i = 0; i < decimals; i++)
        scale_factor *= 10;
    at = put_number(at, amount / scale_factor);
    fraction = amount % scale_factor;
    if (fraction == 0)
        return at;
    *at++ = '.';
    for (; fraction != 0; fraction %= scale_factor) {
        scale_factor /= 10;
        *at++ = (char)('0' + fraction / scale_factor);
    }
    *at = '\0';
    return at;
}

const char *format_mass(uint64_t mass_ng, char out[static AMOUNT_TEXT_SIZE])
{
    (void)put_text(put_decimal(out, mass_ng, MG_DECIMALS), " mg");
    return out;
}

const char *format_volume(uint64_t volume_ul, char out[static AMOUNT_TEXT_SIZE])
{
    (void)put_text(put_decimal(out, volume_ul, ML_DECIMALS), " mL");
    return out;
}

const char *format_strength(uint64_t strength_ug_per_ml, char out[static AMOUNT_TEXT_SIZE])
{
    (void)put_text(put_decimal(out, strength_ug_per_ml, MG_PER_ML_DECIMALS), " mg/mL");
    return out;
}

const char *format_amount_pair(uint64_t mass_ng, uint64_t volume_ul, char out[static AMOUNT_TEXT_SIZE])
{
    char *at = put_text(put_decimal(out, mass_ng, MG_DECIMALS), " mg (");

    (void)put_text(put_decimal(at, volume_ul, ML_DECIMALS), " mL)");
    return out;
}

static const char *format_counted(uint64_t count, const char *one, const char *many,
                                  char out[static AMOUNT_TEXT_SIZE])
{
    (void)put_text(put_number(out, count), count == 1 ? one : many);
    return out;
}

const char *format_quantity(const struct quantity *quantity, char out[static AMOUNT_TEXT_SIZE])
{
    switch (quantity->unit) {
    case QUANTITY_UL:
        return format_volume(quantity->amount, out);
    case QUANTITY_NG:
        return format_mass(quantity->amount, out);
    case QUANTITY_CONTAINERS:
        return format_counted(quantity->amount, " container", " containers", out);
    case QUANTITY_SPRAYS:
        return format_counted(quantity->amount, " spray", " sprays", out);
    case QUANTITY_REST:
        (void)put_text(out, "rest");
        return out;
    case QUANTITY_PACKS:
        return format_counted(quantity->amount, " pack", " packs", out);
    }
    assert(false && "a quantity has one of the units");
    return out;
}

/* ---- arithmetic */

static bool in_range(wide amount, uint64_t *result)
{
    if (amount > AMOUNT_MAX)
        return false;
    *result = (uint64_t)amount;
    return true;
}

bool checked_add_u64(uint64_t left, uint64_t right, uint64_t *sum)
{
    return in_range((wide)left + right, sum);
}

bool checked_add_i64(int64_t left, int64_t right, int64_t *sum)
{
    int64_t result;

    if (__builtin_add_overflow(left, right, &result))
        return false;
    *sum = result;
    return true;
}

bool mass_of_volume(uint64_t volume_ul, uint64_t strength_ug_per_ml, uint64_t *mass_ng)
{
    return in_range((wide)volume_ul * strength_ug_per_ml, mass_ng);
}

bool volume_of_mass(uint64_t mass_ng, uint64_t strength_ug_per_ml, uint64_t *volume_ul,
                    uint64_t *nearest_below_ul, uint64_t *nearest_above_ul)
{
    assert(strength_ug_per_ml > 0);
    *nearest_below_ul = mass_ng / strength_ug_per_ml;
    *nearest_above_ul = *nearest_below_ul;
    if (mass_ng % strength_ug_per_ml != 0) {
        ++*nearest_above_ul;
        return false;
    }
    *volume_ul = *nearest_below_ul;
    return true;
}

bool muldiv_half_even(uint64_t value, uint64_t numerator, uint64_t denominator, uint64_t *result)
{
    wide product = (wide)value * numerator;
    wide quotient;
    wide twice_remainder;

    assert(denominator > 0);
    quotient = product / denominator;
    twice_remainder = product % denominator * 2;
    if (twice_remainder > denominator || (twice_remainder == denominator && quotient % 2 == 1))
        quotient++;
    return in_range(quotient, result);
}

int ratio_compare(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    wide left = (wide)a * d;
    wide right = (wide)c * b;

    assert(b > 0 && d > 0);
    return left < right ? -1 : left > right;
}
