/* The words of commands about the book itself, put in order for the table of kinds. */
#include "cli/shapes.h"

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
