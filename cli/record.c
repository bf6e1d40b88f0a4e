#include "cli/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/terminal.h"
#include "schema/ident.h"

/* ---- beginning and ending */

/* What the acts before the one in hand give birth to, for its words to name. */
static uint32_t find_newborn(void *context, enum subject subject, uint32_t index, struct value *ref)
{
    const struct recording *recording = context;
    uint32_t count = 0;

    for (size_t i = 0; i < recording->index; i++) {
        const struct act *act = &recording->list->acts[i];
        uint32_t births = act_births(act, subject);

        if (index >= count && index - count < births)
            *ref = (struct value){ .present = true, .number = index - count, .second = 1,
                                   .bytes = bytes_of(act->event.act, ACT_SIZE) };
        count += births;
    }
    return count;
}

struct recording *record_begin(struct call *call, size_t count)
{
    struct recording *recording = calloc(1, sizeof *recording);

    if (recording == NULL)
        return NULL;
    recording->call = call;
    recording->book = BOOK_NONE;
    recording->ring = RING_NONE;
    recording->births = (struct word_births){ recording, find_newborn };
    recording->room_size = count * RECORD_ROOM;
    recording->room = malloc(recording->room_size);
    recording->list = act_list_new(count);
    if (recording->list == NULL || recording->room == NULL) {
        record_end(recording);
        return NULL;
    }
    record_turn(recording, 0);
    return recording;
}

void record_end(struct recording *recording)
{
    if (recording == NULL)
        return;
    ring_release(&recording->ring);
    act_list_free(recording->list);
    book_close(&recording->book);
    free(recording->room);
    free(recording);
}

void record_take_words(struct recording *recording)
{
    recording->now = book_now(&recording->book);
    recording->words = book_words(&recording->book, recording->room, recording->room_size);
    recording->words.births = &recording->births;
}

/* ---- one act after the other */

/* Whether each act is a part of the command line: the two that begin a ledger are one command. */
static bool has_parts(const struct recording *recording)
{
    return recording->call->part_count == recording->list->count;
}

void record_turn(struct recording *recording, size_t index)
{
    recording->index = index;
    recording->act = &recording->list->acts[index];
    recording->kind = recording->act->event.kind;
    recording->part = &recording->parts[index];
    if (has_parts(recording))
        call_turn(recording->call, (unsigned)index + 1);
}

enum ledger_status record_wrap(const struct recording *recording, size_t index, struct error *error)
{
    if (has_parts(recording) && recording->list->count > 1 && error->code != REFUSAL_INTERRUPTED)
        error_wrap(error, "act %zu of %zu, %s", index + 1, recording->list->count, recording->call->parts[index]->name);
    return error->status;
}

/* What it is about: the words that are ids. Amounts are left out, since another may be about to type his blind. */
static void announce_words(const struct call *call)
{
    enum subject subject;
    uint32_t number;

    for (size_t i = 0; i < call->given_count; i++) {
        const struct given *given = &call->given[i];

        if (given->part == call->part && given->name == NULL &&
            (ident_parse(given->value, &subject, &number) == IDENT_OK || newborn_parse(given->value, &subject, &number)))
            tell(" %s", given->value);
    }
}

void record_announce(struct recording *recording)
{
    if (recording->list->count == 1 || !has_parts(recording) || recording->announced == recording->index + 1)
        return;
    tell(" %zu  %s", recording->index + 1, recording->call->command->name);
    announce_words(recording->call);
    tell("\n");
    recording->announced = recording->index + 1;
}

static enum ledger_status each_act(struct recording *recording,
                                   enum ledger_status (*step)(struct recording *recording, struct error *error),
                                   struct error *error)
{
    enum ledger_status status = LEDGER_OK;

    for (size_t i = 0; i < recording->list->count && status == LEDGER_OK; i++) {
        record_turn(recording, i);
        status = step(recording, error);
        if (status != LEDGER_OK)
            record_wrap(recording, i, error);
    }
    return status;
}

/* ---- when it happened */

static const struct field at_field = { .name = "at", .type = FIELD_AT, .help = "when it happened" };

/* The one time that other acts of the list are said to have happened at: it holds for those that say none. Where several
 * are said, none does. */
static const char *time_of_others(const struct call *call, size_t *count)
{
    const char *text = NULL;

    *count = 0;
    for (size_t i = 0; i < call->given_count; i++) {
        const struct given *given = &call->given[i];

        if (given->name == NULL || strcmp(given->name, at_field.name) != 0 ||
            (text != NULL && strcmp(text, given->value) == 0))
            continue;
        text = given->value;
        (*count)++;
    }
    return *count == 1 ? text : NULL;
}

/* As said for this act, else for the list, else now. Where others have each a time of their own and this one none, what
 * now is would be a guess. */
static enum ledger_status read_occurred(struct recording *recording, struct at *occurred, struct error *error)
{
    const char *text = call_value(recording->call, at_field.name);
    struct value value = { .present = false };
    size_t count = 0;
    enum ledger_status status;

    *occurred = recording->now;
    if (text == NULL)
        text = time_of_others(recording->call, &count);
    recording->part->is_timeless = text == NULL && count > 1;
    if (text == NULL)
        return LEDGER_OK;
    status = gather_read(recording, &at_field, text, &value, error);
    *occurred = (struct at){ value.number, (int32_t)value.second };
    return status;
}

enum ledger_status record_as(struct recording *recording, enum kind_number kind, struct error *error)
{
    struct at occurred;
    enum ledger_status status = read_occurred(recording, &occurred, error);

    recording->kind = kind_find(kind);
    if (status == LEDGER_OK)
        act_begin(recording->act, recording->kind, occurred);
    return status;
}

void record_happened(struct recording *recording, const struct value *at)
{
    recording->act->event.occurred = (struct at){ at->number, (int32_t)at->second };
    recording->part->is_timeless = false;
}

/* When it happened, where nothing that was typed says so. */
static enum ledger_status ask_when(struct recording *recording, struct error *error)
{
    char line[LINE_SIZE];
    struct at occurred;
    enum ledger_status status;

    if (!recording->part->is_timeless)
        return LEDGER_OK;
    if (!terminal_can_ask()) {
        error_set(error, REFUSAL_MISSING_ARGUMENT, "other acts of the list have each an --at of their own, and this one has none");
        error_next(error, "--at TIME with this act too\nor before the first command, for all acts without one of their own");
        return error->status;
    }
    record_announce(recording);
    status = terminal_ask(" When did it happen? ", line, error);
    if (status == LEDGER_OK)
        status = call_add(recording->call, at_field.name, line, error);
    if (status == LEDGER_OK)
        status = read_occurred(recording, &occurred, error);
    if (status == LEDGER_OK)
        recording->act->event.occurred = occurred;
    return status;
}

/* Over midnight both dates are said. */
static enum ledger_status echo_date(struct recording *recording, struct error *error)
{
    struct at occurred = recording->act->event.occurred;
    char then_text[CIVIL_TEXT_SIZE], now_text[CIVIL_TEXT_SIZE];

    (void)error;
    if (at_local_days(occurred) == at_local_days(recording->now))
        return LEDGER_OK;
    record_announce(recording);
    tell(" It happened on %s and is recorded on %s.\n", civil_format_local(occurred, then_text),
         civil_format_local(recording->now, now_text));
    return LEDGER_OK;
}

/* ---- all of it */

/* From the words of one act to its facts. A look at the book is taken already. */
static enum ledger_status read_act(struct recording *recording, struct error *error)
{
    const struct command *command = recording->call->command;
    enum ledger_status status = record_as(recording, command->kinds[0], error);

    if (status == LEDGER_OK)
        status = envelope_take(recording, error);
    if (status == LEDGER_OK && command->shape != NULL)
        status = command->shape(recording, error);
    if (status == LEDGER_OK)
        status = ask_when(recording, error);
    if (status == LEDGER_OK)
        status = gather(recording, error);
    return status == LEDGER_OK ? refuse_missing(recording, error) : status;
}

enum ledger_status record_read(struct recording *recording, struct error *error)
{
    enum ledger_status status = each_act(recording, read_act, error);

    if (status == LEDGER_OK)
        status = people_name(recording, error);
    if (status == LEDGER_OK)
        status = each_act(recording, ask_missing, error);
    return status == LEDGER_OK ? each_act(recording, ask_blind, error) : status;
}

static enum ledger_status fill(struct recording *recording, struct error *error)
{
    enum ledger_status status;

    record_take_words(recording);
    status = record_read(recording, error);
    return status == LEDGER_OK ? each_act(recording, echo_date, error) : status;
}

enum ledger_status record_whole(struct recording *recording, enum ledger_mode mode, struct error *error)
{
    enum ledger_status status = book_open(&recording->book, recording->call, mode, error);

    if (status == LEDGER_OK)
        status = fill(recording, error);
    return status == LEDGER_OK ? sign_and_commit(recording, error) : status;
}

enum ledger_status cmd_record(struct call *call, struct error *error)
{
    struct recording *recording = record_begin(call, call->part_count);
    enum ledger_status status;

    if (recording == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is not enough memory");
    status = record_whole(recording, LEDGER_RECORD, error);
    record_end(recording);
    return status;
}
