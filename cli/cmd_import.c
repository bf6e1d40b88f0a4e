/* phial import: acts from a file, one JSON object a line, through the recording path of the command line. */
#include "cli/commands.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/import.h"
#include "cli/terminal.h"
#include "cli/vouch.h"

const struct option import_options[] = {
    { "resume", 0, NULL, false, "in lists of 1,000, going on behind the last line that is in the book" },
    { "each", 0, NULL, false, "each line for itself, going on behind a refused one; for training ledgers" },
    { "opening", 0, NULL, false, "the stock that the book opens with: lines of found, and no others" },
    { "transcribe", 0, "KIND:FILE", false, "a scan of the paper that the lines were copied from" },
    { "form", 0, "TEXT", false, "number of that paper" },
    { "witness", 'w', "HANDLE", true, "with --transcribe, the officer who compared the lines with the paper" },
    { "show", 0, NULL, false, "show the sentence of every act, not only what they come to" },
    { "dry-run", 'n', NULL, false, "check all and record nothing" },
    { .name = NULL },
};

/* ---- one line */

/* Each person once for the whole list, with the key that he signs with. */
static enum ledger_status keep_signatory(struct import *import, const struct signatory *signatory, size_t index,
                                         struct error *error)
{
    for (size_t i = 0; i < import->signatory_count; i++) {
        const struct signatory *other = &import->signatories[i];

        if (other->person == signatory->person && strcmp(other->handle, signatory->handle) == 0 &&
            (other->path == NULL) == (signatory->path == NULL) &&
            (other->path == NULL || strcmp(other->path, signatory->path) == 0))
            return LEDGER_OK;
    }
    if (import->signatory_count == RING_LIMIT)
        return error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "a list is signed by at most %d keys", RING_LIMIT);
    import->signatories[import->signatory_count] = *signatory;
    import->signatories[import->signatory_count].index = index;
    import->signatory_count++;
    return LEDGER_OK;
}

/* The line's words become the act's facts and signers, as those of a list of one would. */
static enum ledger_status read_act(struct import *import, struct act *act, struct error *error)
{
    struct recording *recording = import->recording;
    struct act_list one = { .count = 1, .acts = act }, *list = recording->list;
    uint8_t *room = roll_room(&import->roll, RECORD_ROOM);
    enum ledger_status status;

    if (room == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is not enough memory");
    recording->call = import->line_call;
    recording->list = &one;
    recording->parts[0] = (struct part){ 0 };
    recording->signatory_count = 0;
    recording->now = book_now(&recording->book);
    recording->words = book_words(&recording->book, room, RECORD_ROOM);
    recording->words.births = &recording->births;
    record_turn(recording, 0);
    status = record_read(recording, error);
    roll_use(&import->roll, recording->words.room.used);
    recording->list = list;
    recording->call = import->call;
    return status;
}

/* From a line to an act that the rules have nothing against, whose effects then lie over the view. */
static enum ledger_status take_line(struct import *import, const struct line *line, size_t index, struct error *error)
{
    struct recording *recording = import->recording;
    struct act *act = &recording->list->acts[index];
    enum ledger_status status = terminal_check(error);

    if (line->has_act)
        memcpy(act->event.act, line->act, ACT_SIZE);
    act->told_ms = line->told_ms;
    if (line->told_ms != 0)
        book_tell(&recording->book, line->told_ms);
    if (status == LEDGER_OK)
        status = import_type(import, line, error);
    if (status == LEDGER_OK)
        status = read_act(import, act, error);
    for (size_t i = 0; i < recording->signatory_count && status == LEDGER_OK; i++)
        status = keep_signatory(import, &recording->signatories[i], index, error);
    if (status == LEDGER_OK)
        status = ledger_prepare_act(recording->book.ledger, recording->list, index, book_now_ms(&recording->book),
                                    &recording->book.reading, error);
    if (status == LEDGER_OK && import->told != NULL)
        status = told_keep(import, act, &import->told[index], error);
    return status == LEDGER_OK ? LEDGER_OK : import_wrap(line, error);
}

/* ---- one list */

static enum ledger_status begin_list(struct import *import, size_t count, struct error *error)
{
    struct recording *recording = import->recording;

    act_list_free(recording->list);
    free(import->told);
    roll_clear(&import->roll);
    import->signatory_count = 0;
    recording->list = act_list_new(count);
    import->told = call_flag(import->call, "json") ? calloc(count, sizeof *import->told) : NULL;
    if (recording->list == NULL || (call_flag(import->call, "json") && import->told == NULL))
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is not enough memory for a list of %zu acts", count);
    return book_look(&recording->book, error);
}

/* The lines of a list become its acts. Nothing is asked: what a line lacks is refused. */
static enum ledger_status read_list(struct import *import, size_t begin, size_t end, struct error *error)
{
    enum ledger_status status = begin_list(import, end - begin, error);

    if (status != LEDGER_OK)
        return status;
    terminal_hush(true);
    for (import->at = begin; import->at < end; import->at++) {
        status = take_line(import, &import->lines[import->at], import->at - begin, error);
        if (status != LEDGER_OK)
            break;
    }
    terminal_hush(false);
    if (status == LEDGER_OK)
        import->at = begin;
    return status;
}

/* A day that is over is closed before the acts of the next are signed, and those have seen its closing. */
static enum ledger_status begin_day(struct import *import, struct error *error)
{
    struct book *book = &import->recording->book;
    uint32_t closing;
    size_t refused;
    enum ledger_status status = ledger_begin_day(book->ledger, book->terminal, book_now(book), &closing, error);

    if (status != LEDGER_OK || closing == 0)
        return status;
    return ledger_prepare(book->ledger, import->recording->list, book_now_ms(book), &refused, error);
}

/* A list that has been read: its people, and the time it begins at. */
static void end_reading(struct import *import, size_t begin)
{
    struct recording *recording = import->recording;

    memcpy(recording->signatories, import->signatories, import->signatory_count * sizeof import->signatories[0]);
    recording->signatory_count = import->signatory_count;
    record_turn(recording, 0);
    if (import->lines[begin].told_ms != 0)
        book_tell(&recording->book, import->lines[begin].told_ms);
    book_rest(&recording->book);
}

static enum ledger_status record_list(struct import *import, size_t begin, size_t end, struct error *error)
{
    struct recording *recording = import->recording;
    struct placed placed = { 0 };
    enum ledger_status status = read_list(import, begin, end, error);

    if (status != LEDGER_OK)
        return status;
    end_reading(import, begin);
    if (call_flag(import->call, "dry-run")) {
        import->recorded_count += end - begin;
        return LEDGER_OK;
    }
    if (import->lines[begin].told_ms != 0)
        status = begin_day(import, error);
    if (status == LEDGER_OK)
        status = sign_and_place(recording, &placed, error);
    if (status != LEDGER_OK)
        return status;
    import->call->was_recorded = true;
    import->recorded_count += end - begin;
    return told_print(import, begin, recording->list, &placed, error);
}

/* ---- what is in the book already */

/* How many of the lines are in the book, and as which entries. */
static enum ledger_status find_known(struct import *import, size_t begin, size_t end, uint32_t *entries, size_t *known,
                                     struct error *error)
{
    struct view *view;
    struct name name;
    enum ledger_status status = book_look(&import->recording->book, error);

    if (status != LEDGER_OK)
        return status;
    view = import->recording->book.reading.view;
    for (size_t i = begin; i < end; i++)
        if (import->lines[i].has_act && view_name(view, NAME_ACT, bytes_of(import->lines[i].act, ACT_SIZE), &name)) {
            entries[i - begin] = name.entry;
            (*known)++;
        }
    return view_status(view, error);
}

static enum ledger_status refuse_half_known(const struct import *import, size_t begin, const uint32_t *entries,
                                            struct error *error)
{
    size_t known = 0, unknown = 0;

    while (entries[known] == 0)
        known++;
    while (entries[unknown] != 0)
        unknown++;
    error_set(error, REFUSAL_ACT_KNOWN, "line %u is in the book as #%" PRIu32 ", and line %u, of the same list, is not",
              (unsigned)import->lines[begin + known].text.number, entries[known],
              (unsigned)import->lines[begin + unknown].text.number);
    error_next(error, "a file is taken up again as it was; what is new belongs in another file");
    return error->status;
}

/* A list is recorded once: found in the book it is passed over. */
static enum ledger_status take_list(struct import *import, size_t begin, size_t end, struct error *error)
{
    uint32_t *entries = calloc(end - begin, sizeof *entries);
    size_t known = 0;
    enum ledger_status status;

    if (entries == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is not enough memory");
    status = find_known(import, begin, end, entries, &known, error);
    if (status == LEDGER_OK && known > 0 && known < end - begin)
        status = refuse_half_known(import, begin, entries, error);
    else if (status == LEDGER_OK && known > 0)
        status = told_known(import, begin, end, entries, error);
    else if (status == LEDGER_OK)
        status = record_list(import, begin, end, error);
    if (status == LEDGER_OK && known > 0)
        import->known_count += known;
    free(entries);
    return status;
}

/* ---- all lists */

/* With --each a refused line is said, and the next goes on; what is no answer about that line ends all. */
static enum ledger_status pass_over(struct import *import, const struct line *line, struct error *error)
{
    struct error refusal = *error;

    if (!import->is_each || error->status == LEDGER_STORAGE || error->status == LEDGER_UNCERTAIN ||
        error->status == LEDGER_FAULT || error->code == REFUSAL_INTERRUPTED)
        return error->status;
    if (import->refused_count++ == 0)
        import->first_refusal = refusal;
    return told_refusal(import, line, &refusal, error);
}

/* How far it came, where part of the file is in the book. */
static enum ledger_status say_how_far(const struct import *import, size_t begin, const char *path, struct error *error)
{
    struct error other;

    told_refusal(import, &import->lines[import->at], error, &other);
    if (begin == 0)
        return error->status;
    if (error->code == REFUSAL_INTERRUPTED) /* which is no refusal, and is not told as one */
        remark(" Interrupted. Lines 1 to %u are recorded: phial import %s --resume goes on with line %u.\n",
               (unsigned)import->lines[begin - 1].text.number, path, (unsigned)import->lines[begin].text.number);
    error_book(error, "recorded", "lines 1 to %u", (unsigned)import->lines[begin - 1].text.number);
    error_next(error, "phial import %s --resume goes on with line %u", path, (unsigned)import->lines[begin].text.number);
    return error->status;
}

static enum ledger_status take_all(struct import *import, const char *path, struct error *error)
{
    size_t end;
    enum ledger_status status = LEDGER_OK;

    for (size_t begin = 0; begin < import->line_count && status == LEDGER_OK; begin = end) {
        end = import_list_end(import, begin);
        import->at = begin;
        status = take_list(import, begin, end, error);
        if (status != LEDGER_OK)
            status = pass_over(import, &import->lines[begin], error);
        if (status != LEDGER_OK)
            return say_how_far(import, begin, path, error);
    }
    if (import->refused_count == 0)
        return status;
    *error = import->first_refusal;
    error_wrap(error, "%zu of %zu lines were refused, the first", import->refused_count, import->line_count);
    return error->status = LEDGER_REFUSED;
}

/* ---- the command */

static enum ledger_status check_options(struct import *import, struct error *error)
{
    const struct call *call = import->call;

    if (call_flag(call, "each") && call_flag(call, "resume"))
        return error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "--each and --resume are two ways to go on: give one");
    if (call_flag(call, "transcribe") != call_flag(call, "form"))
        return error_set(error, REFUSAL_MISSING_ARGUMENT, "--transcribe KIND:FILE and --form NUMBER belong together");
    if (call_flag(call, "witness") && !call_flag(call, "transcribe"))
        return error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "--witness compares lines with the paper of --transcribe; without it "
                         "each line names its own");
    if (call_flag(call, "each") && !import->recording->book.is_training)
        return error_set(error, REFUSAL_NOT_TRAINING, "only a training ledger goes on behind a refused line: --each");
    import->is_each = call_flag(call, "each");
    import->is_transcribed = call_flag(call, "transcribe");
    import->is_opening = call_flag(call, "opening");
    return LEDGER_OK;
}

/* A list is judged over the book as it is, and there is only one such. */
static enum ledger_status check_dry_run(const struct import *import, struct error *error)
{
    if (!call_flag(import->call, "dry-run") || import_list_end(import, 0) == import->line_count)
        return LEDGER_OK;
    error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "--dry-run checks one list, and these are several");
    error_next(error, "leave --resume or --each away, or try it on a training ledger");
    return error->status;
}

static enum ledger_status import_file(struct import *import, struct error *error)
{
    size_t place = 0;
    const char *path = call_next(import->call, NULL, &place);
    enum ledger_status status;

    if (path == NULL)
        return error_set(error, REFUSAL_MISSING_ARGUMENT, "which file? phial import FILE.ndjson");
    status = book_open(&import->recording->book, import->call, LEDGER_RECORD, error);
    if (status == LEDGER_OK)
        status = check_options(import, error);
    if (status == LEDGER_OK)
        status = import_read(import, path, error);
    if (status == LEDGER_OK)
        status = check_dry_run(import, error);
    if (status != LEDGER_OK)
        return status;
    status = take_all(import, path, error);
    note_attempts(import->call, &import->recording->book, &import->recording->ring,
                  status != LEDGER_OK && error->code == REFUSAL_DECLINED);
    return status;
}

/* The last word, for people. */
static enum ledger_status end(const struct import *import, struct error *error)
{
    if (call_flag(import->call, "json"))
        return LEDGER_OK;
    if (call_flag(import->call, "dry-run"))
        say("Nothing was recorded: this was a dry run, and the rules have nothing against these %zu acts.\n",
            import->recorded_count);
    if (book_look(&import->recording->book, error) == LEDGER_OK)
        remark_open(import->recording->book.reading.view);
    if (import->is_opening && import->recorded_count > 0)
        remark(" What the book opens with is certified when all of it is entered: phial closing, then phial certify initial\n");
    return LEDGER_OK;
}

enum ledger_status cmd_import(struct call *call, struct error *error)
{
    static struct call line_call;
    struct import *import = calloc(1, sizeof *import);
    enum ledger_status status = LEDGER_OK;

    if (import == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is not enough memory");
    import->call = call;
    import->line_call = &line_call;
    import->recording = record_begin(call, 1);
    if (import->recording == NULL)
        status = error_set(error, REFUSAL_OUT_OF_MEMORY, "there is not enough memory");
    else
        import->recording->is_long = !call_flag(call, "show");
    if (status == LEDGER_OK)
        status = import_file(import, error);
    if (status == LEDGER_OK)
        status = end(import, error);
    record_end(import->recording);
    roll_release(&import->roll);
    ndjson_close(&import->file);
    free(import->told);
    free(import->lines);
    free(import);
    return status;
}
