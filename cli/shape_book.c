/* The words of commands about the book itself, put in order for the table of kinds. */
#include "cli/shapes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/record.h"
#include "ledger/period.h"

/* phial override PH0406 P-1: a code as it stands before refusals is its number. */
enum ledger_status shape_override(struct recording *recording, struct error *error)
{
    const struct field *rule = field_named(recording->kind->fields, "rule");
    const char *code = call_value(recording->call, "rule") == NULL ? gather_take_word(recording) : NULL;

    if (code == NULL)
        return LEDGER_OK;
    if (strncasecmp(code, "PH", 2) == 0)
        code += 2 + strspn(code + 2, "0");
    return gather_put(recording, rule, &code, 1, error);
}

/* phial erase 12 text: a field by the name it has in its entry's kind, which the book has by number. */
enum ledger_status shape_erase(struct recording *recording, struct error *error)
{
    const struct field *fields = recording->kind->fields, *named = NULL;
    const char *number = gather_take_word(recording), *name = number != NULL ? gather_take_word(recording) : NULL;
    char key[8];
    struct entry entry;
    struct event event;
    const struct value *value;
    enum ledger_status status;

    if (name == NULL)
        return number == NULL ? LEDGER_OK : gather_put(recording, field_named(fields, "entry"), &number, 1, error);
    status = gather_put(recording, field_named(fields, "entry"), &number, 1, error);
    value = facts_get(&recording->act->event.facts, field_named(fields, "entry")->key);
    if (status == LEDGER_OK && value != NULL && book_event(&recording->book, (uint32_t)value->number, &entry, &event)) {
        named = field_named(event.kind->fields, name);
        named = named != NULL ? named : field_named(kind_common_private, name);
    }
    if (named != NULL && (named->flags & FIELD_PRIVATE) != 0) {
        snprintf(key, sizeof key, "%u", named->key);
        name = key;
    }
    return status == LEDGER_OK ? gather_put(recording, field_named(fields, "field"), &name, 1, error) : status;
}

/* ---- certify biennial --basis close-of-business: as of the newest closing, by the newest counts of all of each place */

enum { COUNTS_LIMIT = 64 };

/* A count of all of a place that no inventory has used yet. */
static bool may_serve(struct view *view, uint32_t id)
{
    return view_number(view, SUBJECT_COUNT, id, COUNT_WHOLE) != 0 && view_number(view, SUBJECT_COUNT, id, COUNT_CERTIFIED) == 0;
}

static bool is_newest(struct view *view, uint32_t id)
{
    int64_t place = view_number(view, SUBJECT_COUNT, id, COUNT_PLACE);

    for (uint32_t later = id + 1; later <= view_count(view, SUBJECT_COUNT); later++)
        if (view_number(view, SUBJECT_COUNT, later, COUNT_PLACE) == place && may_serve(view, later))
            return false;
    return may_serve(view, id);
}

/* Those made too long before or after the closing are left out: the rules say which place then wants one. */
static bool is_near(struct view *view, uint32_t id, int64_t closed_ms)
{
    int64_t apart_ms = view_number(view, SUBJECT_COUNT, id, COUNT_AT) - closed_ms;

    return llabs(apart_ms) <= view_policy(view, POLICY_COUNT_SPAN) * CIVIL_MS_PER_DAY;
}

static enum ledger_status put_counts(struct recording *recording, uint32_t as_of, struct error *error)
{
    struct view *view = recording->book.reading.view;
    char names[COUNTS_LIMIT][IDENT_TEXT_SIZE];
    const char *texts[COUNTS_LIMIT];
    struct closing closing;
    size_t count = 0;

    for (uint32_t id = 1; id <= view_count(view, SUBJECT_COUNT) && count < COUNTS_LIMIT; id++)
        if (closing_read(view, as_of, &closing) && is_newest(view, id) && is_near(view, id, closing.entry.header.recorded_ms)) {
            texts[count] = ident_format(SUBJECT_COUNT, id, names[count]);
            count++;
        }
    if (count == 0)
        return LEDGER_OK;
    return gather_put(recording, field_named(recording->kind->fields, "counts"), texts, count, error);
}

enum ledger_status shape_certify(struct recording *recording, struct error *error)
{
    struct facts *facts = &recording->act->event.facts;
    enum ledger_status status = gather(recording, error);

    if (status == LEDGER_OK && facts_get(facts, FACT_CERTIFY_AS_OF) == NULL &&
        view_site(recording->book.reading.view, SITE_CLOSING) != 0)
        facts_put_number(facts, FACT_CERTIFY_AS_OF, view_site(recording->book.reading.view, SITE_CLOSING));
    if (status == LEDGER_OK && facts_get(facts, FACT_CERTIFY_COUNTS) == NULL)
        status = put_counts(recording, (uint32_t)facts_number(facts, FACT_CERTIFY_AS_OF, 0), error);
    return status;
}
