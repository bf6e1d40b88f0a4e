#include "ledger/refuse.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ledger/names.h"
#include "ledger/sentence.h"
#include "schema/amount.h"

/* The newest entries that touched what this is about: the first place to look. */
static void tell_last_entries(struct view *view, const struct broken *broken, struct error *error)
{
    const struct leaf *leaf = broken->subject != 0 ? view_leaf(view, broken->subject, broken->id) : NULL;
    char line[ERROR_BOOK_SIZE] = "";
    size_t size = 0;

    for (uint32_t n = leaf != NULL ? leaf->touches : 0, shown = 0; n > 0 && shown < 3; n--, shown++) {
        char who[NAME_TEXT_SIZE];
        struct at recorded;
        struct civil_time local;
        struct bytes bytes;
        struct entry entry;
        struct event event;
        struct facts_fault fault;
        uint32_t number;
        int written;

        if (!view_touched_by(view, (enum subject)broken->subject, broken->id, n, &number) ||
            !view_entry(view, number, &bytes) || entry_decode(bytes, &entry) != EVENT_OK ||
            event_decode(entry.message.payload, &event, &fault) != EVENT_OK)
            break;
        recorded = (struct at){ entry.header.recorded_ms, event.occurred.offset_min };
        local = at_local_time(recorded);
        written = snprintf(line + size, sizeof line - size, "%s#%" PRIu32 " %s %02d:%02d %s", shown > 0 ? " · " : "", number,
                           event.kind->name, (int)local.hour, (int)local.minute,
                           name_of_person(view, rules_doer(&event), who));
        if (written < 0 || (size_t)written >= sizeof line - size)
            break;
        size += (size_t)written;
    }
    line[size] = '\0';
    if (size > 0)
        error_book(error, "last entries", "%s", line);
}

/* How much is missing, and whether overfill could explain it. */
static void tell_shortage(struct view *view, const struct broken *broken, struct error *error)
{
    uint32_t product = (uint32_t)view_number(view, SUBJECT_VIAL, broken->id, VIAL_PRODUCT);
    int64_t bound_ul = view_number(view, SUBJECT_PRODUCT, product, PRODUCT_OVERFILL) -
                       view_number(view, SUBJECT_VIAL, broken->id, VIAL_GAINED);
    uint64_t short_ul = (uint64_t)(broken->a - broken->b), mass_ng = 0;
    char pair[AMOUNT_TEXT_SIZE], bound[AMOUNT_TEXT_SIZE];

    if (broken->code != REFUSAL_OVERDRAWN || broken->a <= broken->b)
        return;
    (void)mass_of_volume(short_ul, (uint64_t)view_number(view, SUBJECT_PRODUCT, product, PRODUCT_STRENGTH), &mass_ng);
    format_amount_pair(mass_ng, short_ul, pair);
    format_volume(bound_ul > 0 ? (uint64_t)bound_ul : 0, bound);
    if ((int64_t)short_ul <= bound_ul)
        error_book(error, "short by", "%s, within the overfill this container may have (up to %s)", pair, bound);
    else
        error_book(error, "short by", "%s, more than the overfill this container may have (up to %s)", pair, bound);
}

/* The other rules that are broken too: the whole set, so that nobody meets them one by one. */
static void tell_others(const struct verdict *verdict, const struct broken *broken, const struct namer *namer,
                        struct error *error)
{
    for (size_t i = 0; i < verdict->broken_count; i++) {
        const struct broken *other = &verdict->broken[i];
        enum refusal_class class_ = refusal_find(other->code)->class_;
        char sentence[ERROR_BOOK_SIZE], code[ERROR_LABEL_SIZE];

        /* That a reason is wanted goes without saying beside the rule it is wanted for. */
        if (other->code == broken->code || other->code == REFUSAL_NEEDS_REASON || class_ == CLASS_NOTE || class_ == CLASS_CASE || class_ == CLASS_FINDING)
            continue;
        refusal_sentence(other, namer, sentence, sizeof sentence);
        snprintf(code, sizeof code, "also PH%04u", other->code);
        error_book(error, code, "%s", sentence);
    }
}

enum ledger_status refuse(struct view *view, const struct verdict *verdict, const struct broken *broken, int32_t offset_min,
                          struct error *error)
{
    struct namer namer = namer_of_view(view);
    char sentence[ERROR_TEXT_SIZE];
    enum ledger_status status;

    namer.offset_min = offset_min;
    refusal_sentence(broken, &namer, sentence, sizeof sentence);
    status = error_set(error, (enum refusal_code)broken->code, "%s", sentence);
    tell_last_entries(view, broken, error);
    tell_shortage(view, broken, error);
    tell_others(verdict, broken, &namer, error);
    return status;
}
