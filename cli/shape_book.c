/* The words of commands about the book itself, put in order for the table of kinds. */
#include "cli/shapes.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli/record.h"

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
