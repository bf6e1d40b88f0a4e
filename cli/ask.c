/* What is missing is asked for, of the right person; and said by name where nobody can be asked. */
#include "cli/record.h"

#include <stdio.h>
#include <string.h>

#include "cli/terminal.h"

enum { PROMPT_SIZE = 512, PARTS_LIMIT = 64 };

/* ---- prompts from the table of kinds */

static void write_prompt(const struct field *field, char out[static PROMPT_SIZE])
{
    size_t used = (size_t)snprintf(out, PROMPT_SIZE, " %s", field->help);
    const char *before = " (";

    for (const struct choice *choice = field->choices; choice != NULL && choice->number != 0; choice++) {
        if (used >= PROMPT_SIZE)
            break;
        used += (size_t)snprintf(out + used, PROMPT_SIZE - used, "%s%s", before, choice->name);
        before = ", ";
    }
    if (field->choices == NULL && field->unit != NULL && used < PROMPT_SIZE)
        used += (size_t)snprintf(out + used, PROMPT_SIZE - used, " (%s", field->unit);
    if (used < PROMPT_SIZE - 4)
        snprintf(out + used, PROMPT_SIZE - used, "%s: ", field->choices != NULL || field->unit != NULL ? ")" : "");
}

/* The ids of a list stand apart by spaces in the answer; a row is the whole answer. */
static size_t split_answer(const struct field *field, char *line, const char **parts)
{
    size_t count = 0;
    char *rest = line;

    if (field->type != FIELD_LIST) {
        parts[0] = line;
        return 1;
    }
    while (count < PARTS_LIMIT && *(rest += strspn(rest, " ")) != '\0') {
        parts[count++] = rest;
        rest += strcspn(rest, " ");
        if (*rest != '\0')
            *rest++ = '\0';
    }
    return count;
}

/* Take the answer as options that had been given, so that the equivalent command can be shown; what is refused is
 * forgotten. */
static enum ledger_status take_answer(struct recording *recording, const struct field *field, const char **parts,
                                      size_t count, struct error *error)
{
    struct call *call = recording->call;
    size_t before = call->given_count, room = call->room_used;
    enum ledger_status status = LEDGER_OK;

    for (size_t i = 0; i < count && status == LEDGER_OK; i++) {
        status = call_add(call, option_of_field(recording->kind, field), parts[i], error);
        if (status == LEDGER_OK)
            parts[i] = call->given[before + i].value;
    }
    if (status == LEDGER_OK)
        status = gather_put(recording, field, parts, count, error);
    if (status == LEDGER_OK)
        return LEDGER_OK;
    call->given_count = before;
    call->room_used = room;
    return status;
}

/* What was typed blind is not shown again, to the next person least of all. */
static void remark_refusal(const struct field *field, bool blind, const struct error *error)
{
    if (!blind)
        remark("  %s\n", error->text);
    else
        remark("  PH%04u It cannot be read: write a number and its unit, as %s.\n", error->code,
               field->type == FIELD_STRENGTH ? "50mg/mL" : "0.3mL or 15mg");
}

/* Ask until there is a value, or nothing where nothing is allowed. */
static enum ledger_status ask_field(struct recording *recording, const struct field *field, const char *prompt, bool blind,
                                    bool may_be_nothing, struct error *error)
{
    char line[LINE_SIZE];
    const char *parts[PARTS_LIMIT];
    enum ledger_status status;
    size_t count;

    record_announce(recording);
    for (;;) {
        status = blind ? terminal_ask_blind(prompt, line, error) : terminal_ask(prompt, line, error);
        if (status != LEDGER_OK || (line[0] == '\0' && may_be_nothing))
            return status;
        if (line[0] == '\0')
            continue;
        count = split_answer(field, line, parts);
        status = take_answer(recording, field, parts, count, error);
        if (status == LEDGER_OK || error->code == REFUSAL_INTERRUPTED)
            return status;
        remark_refusal(field, blind, error);
    }
}

static enum ledger_status refuse_to_guess(const struct recording *recording, const struct field *field, struct error *error)
{
    const char *name = option_of_field(recording->kind, field);
    bool says_no = call_flag(recording->call, "no-input");

    error_set(error, says_no ? REFUSAL_NEEDS_ANSWER : REFUSAL_MISSING_ARGUMENT, "--%s is missing: %s", name, field->help);
    error_next(error, "the same command with --%s VALUE\nphial help %s", name, recording->call->command->name);
    return error->status;
}

/* ---- what is typed blind: by whom, and how it is asked for */

struct blind {
    const char *field;
    enum meaning who;
    const char *question;
    bool is_needed; /* where its person signs; a pair of readings may be left out */
    const char *of; /* asked for only where this field has a value; NULL for always */
};

static const struct blind blinds[] = {
    { "put", MEANING_DID, "amount you put away (mL or mg)", true, NULL },
    { "seen", MEANING_WITNESSED, "amount you saw (mL or mg)", true, NULL },
    { "strength-seen", MEANING_APPROVED, "strength on the label, as 50mg/mL", true, NULL },
    { "giver-read", MEANING_DID, "given so far, as you read it (mL or mg)", false, "dose" },
    { "taker-read", MEANING_TOOK_OVER, "given so far, as you read it (mL or mg)", false, "dose" },
};

static const struct blind *blind_for(const struct field *field)
{
    for (size_t i = 0; i < sizeof blinds / sizeof blinds[0]; i++)
        if (strcmp(blinds[i].field, field->name) == 0)
            return &blinds[i];
    return NULL;
}

/* Figures are compared with a second person's: without one nobody is asked. */
static bool has_second_person(const struct recording *recording)
{
    return people_with(recording, MEANING_WITNESSED) != NULL || people_with(recording, MEANING_APPROVED) != NULL ||
           people_with(recording, MEANING_TOOK_OVER) != NULL;
}

static enum ledger_status ask_one_blind(struct recording *recording, const struct field *field, struct error *error)
{
    const struct blind *blind = blind_for(field);
    const struct signatory *who = blind != NULL ? people_with(recording, blind->who) : NULL;
    char prompt[PROMPT_SIZE];

    if (who == NULL && blind != NULL && blind->who == MEANING_DID)
        who = people_with(recording, MEANING_REPORTED);
    if (who == NULL || gather_has(recording, field) || !has_second_person(recording))
        return LEDGER_OK;
    if (blind->of != NULL && !gather_has(recording, field_named(recording->kind->fields, blind->of)))
        return LEDGER_OK;
    if (!terminal_can_ask())
        return blind->is_needed ? refuse_to_guess(recording, field, error) : LEDGER_OK;
    snprintf(prompt, sizeof prompt, " %s, %s: ", who->handle, blind->question);
    return ask_field(recording, field, prompt, true, !blind->is_needed, error);
}

/* ---- */

/* Whether an act before this one in the list gives of the same dose. */
static bool is_given_before(const struct recording *recording, const struct value *dose)
{
    for (size_t i = 0; i < recording->index; i++) {
        const struct act *act = &recording->list->acts[i];
        const struct value *other =
            act->event.kind->number == KIND_ADMINISTER ? facts_get(&act->event.facts, FACT_ADMINISTER_DOSE) : NULL;

        if (other != NULL && other->number == dose->number && other->second == dose->second &&
            bytes_equal(other->bytes, dose->bytes))
            return true;
    }
    return false;
}

/* The first step of a gift says how it is given; later ones go on with that. */
static bool is_first_route(const struct recording *recording, const struct field *field)
{
    const struct value *dose = facts_get(&recording->act->event.facts, FACT_ADMINISTER_DOSE);

    return recording->kind->number == KIND_ADMINISTER && strcmp(field->name, "route") == 0 && dose != NULL &&
           !is_given_before(recording, dose) &&
           view_number(recording->book.reading.view, SUBJECT_DOSE, view_resolve(recording->book.reading.view, SUBJECT_DOSE, dose),
                       DOSE_ROUTE) == 0;
}

/* A draw says what it takes, unless it only dilutes a dose that is there. */
static bool is_first_source(const struct recording *recording, const struct field *field)
{
    const struct field *into = field_named(recording->kind->fields, "into"), *dilute = field_named(recording->kind->fields, "dilute");

    return recording->kind->number == KIND_DRAW && strcmp(field->name, "sources") == 0 &&
           !(gather_has(recording, into) && gather_has(recording, dilute));
}

/* What goes into a dose that is there is for that dose's session. */
static bool is_known_session(const struct recording *recording, const struct field *field)
{
    return recording->kind->number == KIND_DRAW && strcmp(field->name, "session") == 0 &&
           gather_has(recording, field_named(recording->kind->fields, "into"));
}

static enum ledger_status ask_open(struct recording *recording, const struct field *field, struct error *error)
{
    bool is_needed = (field->flags & FIELD_OPTIONAL) == 0 || is_first_route(recording, field) || is_first_source(recording, field);
    bool is_asked = is_needed || (name_is_in(recording->call->command->asks, field->name) && !is_known_session(recording, field));
    char prompt[PROMPT_SIZE];

    if (!is_asked || gather_has(recording, field) || option_of_field(recording->kind, field) == NULL)
        return LEDGER_OK;
    if (!terminal_can_ask())
        return is_needed ? refuse_to_guess(recording, field, error) : LEDGER_OK;
    write_prompt(field, prompt);
    return ask_field(recording, field, prompt, false, !is_needed, error);
}

enum ledger_status ask_missing(struct recording *recording, struct error *error)
{
    enum ledger_status status = LEDGER_OK;

    for (const struct field *field = recording->kind->fields; field->name != NULL && status == LEDGER_OK; field++)
        if ((field->flags & FIELD_BLIND) == 0)
            status = ask_open(recording, field, error);
    return status;
}

enum ledger_status refuse_missing(struct recording *recording, struct error *error)
{
    return terminal_can_ask() ? LEDGER_OK : ask_missing(recording, error);
}

enum ledger_status ask_blind(struct recording *recording, struct error *error)
{
    enum ledger_status status = LEDGER_OK;

    for (const struct field *field = recording->kind->fields; field->name != NULL && status == LEDGER_OK; field++)
        if ((field->flags & FIELD_BLIND) != 0)
            status = field->type == FIELD_ROWS ? ask_count(recording, error) : ask_one_blind(recording, field, error);
    return status;
}
