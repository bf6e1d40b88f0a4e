/* The words of commands about stock that turns up or leaves, put in order for the table of kinds. */
#include "cli/shapes.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/record.h"
#include "schema/ident.h"

enum { DOSES_LIMIT = 64 };

/* phial destroy V-412 V-413 D-103: doses stand among the vials, and are a field of their own. */
enum ledger_status shape_out(struct recording *recording, struct error *error)
{
    const struct field *doses = field_named(recording->kind->fields, "doses");
    const char *texts[DOSES_LIMIT];
    size_t count = 0;

    for (size_t i = 0; i < recording->call->given_count; i++) {
        struct given *word = &recording->call->given[i];
        enum subject subject;
        uint32_t number;

        if (word->name != NULL || word->is_used || !call_is_here(recording->call, word) ||
            ident_parse(word->value, &subject, &number) != IDENT_OK || subject != SUBJECT_DOSE)
            continue;
        if (count == DOSES_LIMIT)
            return error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "one act takes at most %d doses", DOSES_LIMIT);
        word->is_used = true;
        texts[count++] = word->value;
    }
    return count > 0 ? gather_put(recording, doses, texts, count, error) : LEDGER_OK;
}

/* phial found ketamine-50 "2 vials" --sealed: what is sealed holds what its product holds. */
enum ledger_status shape_found(struct recording *recording, struct error *error)
{
    const struct field *fields = recording->kind->fields, *volume = field_named(fields, "volume");
    enum ledger_status status = gather(recording, error);
    const struct value *product = facts_get(&recording->act->event.facts, field_named(fields, "product")->key);
    int64_t volume_ul;
    char text[32];
    const char *typed = text;

    if (status != LEDGER_OK || product == NULL || gather_value(recording, field_named(fields, "sealed")) == NULL ||
        gather_has(recording, volume))
        return status;
    volume_ul = view_number(recording->book.reading.view, SUBJECT_PRODUCT, ref_id(product), PRODUCT_VOLUME);
    snprintf(text, sizeof text, "%" PRId64 "uL", volume_ul);
    return volume_ul > 0 ? gather_put(recording, volume, &typed, 1, error) : LEDGER_OK;
}
