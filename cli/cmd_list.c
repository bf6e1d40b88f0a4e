/* phial person list, product list, and the other lists of things: one row each, oldest first. */
#include "cli/commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/describe.h"
#include "cli/terminal.h"
#include "cli/values.h"

const struct option list_options[] = {
    { "all", 0, NULL, false, "those that have ended too" },
    { "names", 0, NULL, false, "full names, where they are kept here" },
    { .name = NULL },
};

enum { FULL_NAME_KEY = 40, FULL_NAME_SIZE = 300 };

struct listing {
    const char *command; /* first word of its name */
    enum subject subject;
    const char *plural;
    bool has_names;      /* private ones */
};

static const struct listing listings[] = {
    { "person", SUBJECT_CREDENTIAL, "people", true },     { "product", SUBJECT_PRODUCT, "products", false },
    { "place", SUBJECT_PLACE, "places", false },          { "party", SUBJECT_PARTY, "parties", false },
    { "patient", SUBJECT_PATIENT, "patients", true },     { "order", SUBJECT_ORDER, "orders", false },
    { "session", SUBJECT_SESSION, "sessions", false },    { "case", SUBJECT_CASE, "cases", false },
};

static const struct listing *listing_for(const struct command *command)
{
    size_t size = strcspn(command->name, " ");

    for (size_t i = 0; i < sizeof listings / sizeof listings[0]; i++)
        if (strlen(listings[i].command) == size && memcmp(listings[i].command, command->name, size) == 0)
            return &listings[i];
    return NULL;
}

/* What has ended is left out unless it is asked for; people and definitions have no end. */
static bool has_ended(struct book *book, enum subject subject, const struct leaf *leaf)
{
    int64_t until;

    switch (subject) {
    case SUBJECT_SESSION:
        return leaf->state[SESSION_STATE] != SESSION_IS_OPEN;
    case SUBJECT_CASE:
        return leaf->state[CASE_STATE] != CASE_IS_OPEN;
    case SUBJECT_ORDER:
        until = leaf->state[ORDER_UNTIL];
        return leaf->state[ORDER_CANCELLED] != 0 || leaf->state[ORDER_USED] >= leaf->state[ORDER_SESSIONS] ||
               (until != 0 && until < book_now_ms(book));
    default:
        return false;
    }
}

/* The newest entry that gave the subject a name: the one in which it was born, or a later one about it. Names of the
 * first officers stand in genesis under keys of their own. */
static bool full_name(struct book *book, const struct leaf *leaf, char out[static FULL_NAME_SIZE])
{
    enum kind_number kind = leaf->table == SUBJECT_PATIENT ? KIND_PATIENT : KIND_PERSON;
    struct entry entry;
    struct event event;
    uint32_t number = 0;

    for (uint32_t n = leaf->touches; n > 0; n--) {
        if (!view_touched_by(book->reading.view, (enum subject)leaf->table, leaf->id, n, &number) ||
            !book_event(book, number, &entry, &event) || (event.kind->number != kind && event.kind->number != KIND_GENESIS))
            continue;
        if (private_text(book, number, (uint8_t)(FULL_NAME_KEY + (number == 1 ? leaf->id - 1 : 0)), out, FULL_NAME_SIZE))
            return true;
    }
    return false;
}

static enum ledger_status print_row(struct book *book, const struct call *call, const struct listing *listing,
                                    const struct leaf *leaf, struct error *error)
{
    char name[NAME_TEXT_SIZE], text[DESCRIBE_SIZE], full[FULL_NAME_SIZE], fitted[FIT_SIZE];
    bool has_name = listing->has_names && call_flag(call, "names") && full_name(book, leaf, full);
    struct answer *answer;

    name_of_subject(book->reading.view, listing->subject, leaf->id, name);
    if (!call_flag(call, "json")) {
        say("%s  %s%s%s\n", fit_columns(name, 14, fitted), describe(book, listing->subject, leaf->id, text),
            has_name ? "  " : "", has_name ? full : "");
        return LEDGER_OK;
    }
    answer = answer_new();
    answer_text(answer, "id", name);
    answer_number(answer, "number", leaf->id);
    if (has_name)
        answer_text(answer, "name", full);
    answer_leaf(answer_object(answer, "state"), leaf);
    return answer_print(answer, stdout, error);
}

enum ledger_status cmd_list(struct call *call, struct error *error)
{
    const struct listing *listing = listing_for(call->command);
    struct book book = BOOK_NONE;
    uint32_t shown = 0, left_out = 0, count;
    enum ledger_status status = book_open(&book, call, LEDGER_READ, error);

    count = status == LEDGER_OK ? view_count(book.reading.view, listing->subject) : 0;
    for (uint32_t id = 1; id <= count && status == LEDGER_OK; id++) {
        const struct leaf *leaf = view_leaf(book.reading.view, listing->subject, id);

        if (leaf == NULL)
            continue;
        if (!call_flag(call, "all") && has_ended(&book, listing->subject, leaf)) {
            left_out++;
            continue;
        }
        shown++;
        status = print_row(&book, call, listing, leaf, error);
    }
    if (status == LEDGER_OK)
        status = view_status(book.reading.view, error);
    if (status == LEDGER_OK && !call_flag(call, "json") && left_out > 0)
        say("%" PRIu32 " %s, and %" PRIu32 " that have ended (--all).\n", shown, listing->plural, left_out);
    else if (status == LEDGER_OK && !call_flag(call, "json"))
        say("%" PRIu32 " %s.\n", shown, shown == 1 ? listing->command : listing->plural);
    book_close(&book);
    return status;
}

/* ---- phial policy show */

enum ledger_status cmd_policy_show(struct call *call, struct error *error)
{
    struct book book = BOOK_NONE;
    struct entry entry;
    struct event event;
    char text[VALUE_TEXT_SIZE];
    uint32_t number = 0;
    enum ledger_status status = book_open(&book, call, LEDGER_READ, error);

    if (status == LEDGER_OK) {
        number = (uint32_t)view_site(book.reading.view, SITE_POLICY_ENTRY);
        if (!book_event(&book, number, &entry, &event))
            status = error_set(error, REFUSAL_DAMAGED_FILE, "the policy in force, #%" PRIu32 ", cannot be read", number);
    }
    if (status == LEDGER_OK && call_flag(call, "json")) {
        struct answer *answer = answer_new();

        answer_number(answer, "entry", number);
        answer_facts(answer_object(answer, "policy"), &event.facts);
        status = answer_print(answer, stdout, error);
    } else if (status == LEDGER_OK) {
        for (size_t i = 0; event.facts.fields[i].name != NULL; i++)
            if (event.facts.values[i].present)
                say("%-20s %-24s %s\n", option_of_field(event.kind, &event.facts.fields[i]),
                    value_text(&book, &event.facts.fields[i], &event.facts.values[i], text), event.facts.fields[i].help);
        say("This policy is in force since #%" PRIu32 ".\n", number);
    }
    book_close(&book);
    return status;
}
