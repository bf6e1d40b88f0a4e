#include "cli/record.h"

#include <stdlib.h>

#include "cli/terminal.h"

struct recording *record_begin(struct call *call, size_t count)
{
    struct recording *recording = calloc(1, sizeof *recording);

    if (recording == NULL)
        return NULL;
    recording->call = call;
    recording->book = BOOK_NONE;
    recording->ring = RING_NONE;
    recording->list = act_list_new(count);
    if (recording->list == NULL) {
        free(recording);
        return NULL;
    }
    recording->act = &recording->list->acts[0];
    return recording;
}

void record_end(struct recording *recording)
{
    if (recording == NULL)
        return;
    ring_release(&recording->ring);
    act_list_free(recording->list);
    book_close(&recording->book);
    free(recording);
}

/* When it happened. A time that could be meant in two ways is asked for again, where somebody can answer. */
static enum ledger_status read_occurred(struct recording *recording, struct at *occurred, struct error *error)
{
    const char *text = call_value(recording->call, "at");
    char line[LINE_SIZE];
    enum ledger_status status;

    *occurred = book_now(&recording->book);
    if (text == NULL)
        return LEDGER_OK;
    status = words_read_time(&recording->words, text, occurred, error);
    while (status != LEDGER_OK && error->code == REFUSAL_AMBIGUOUS_TIME && terminal_can_ask()) {
        remark("  %s\n", error->text);
        status = terminal_ask(" When did it happen (date and time)? ", line, error);
        if (status == LEDGER_OK)
            status = words_read_time(&recording->words, line, occurred, error);
    }
    return status;
}

/* Over midnight both dates are said. */
static void echo_date(struct recording *recording)
{
    struct at now = book_now(&recording->book), occurred = recording->act->event.occurred;
    char then_text[CIVIL_TEXT_SIZE], now_text[CIVIL_TEXT_SIZE];

    if (at_local_days(occurred) != at_local_days(now))
        tell(" It happened on %s and is recorded on %s.\n", civil_format_local(occurred, then_text),
               civil_format_local(now, now_text));
}

enum ledger_status record_as(struct recording *recording, enum kind_number kind, struct error *error)
{
    struct at occurred;
    enum ledger_status status;

    recording->kind = kind_find(kind);
    status = read_occurred(recording, &occurred, error);
    if (status == LEDGER_OK)
        act_begin(recording->act, recording->kind, occurred);
    return status;
}

/* From words to an act with all its facts and signers. A look at the book is taken already. */
static enum ledger_status fill(struct recording *recording, struct error *error)
{
    const struct command *command = recording->call->command;
    enum ledger_status status;

    recording->words = book_words(&recording->book, recording->room, sizeof recording->room);
    status = record_as(recording, command->kinds[0], error);
    if (status == LEDGER_OK)
        status = envelope_take(recording, error);
    if (status == LEDGER_OK && command->shape != NULL)
        status = command->shape(recording, error);
    if (status == LEDGER_OK)
        status = gather(recording, error);
    if (status == LEDGER_OK)
        status = refuse_missing(recording, error);
    if (status == LEDGER_OK)
        status = people_name(recording, error);
    if (status == LEDGER_OK)
        status = ask_missing(recording, error);
    if (status == LEDGER_OK)
        echo_date(recording);
    return status;
}

enum ledger_status cmd_record(struct call *call, struct error *error)
{
    struct recording *recording = record_begin(call, 1);
    enum ledger_status status;

    if (recording == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is not enough memory");
    status = book_open(&recording->book, call, LEDGER_RECORD, error);
    if (status == LEDGER_OK)
        status = fill(recording, error);
    if (status == LEDGER_OK)
        status = sign_and_commit(recording, error);
    record_end(recording);
    return status;
}
