/* phial explain CODE: the table of refusals, in words. */
#include "cli/commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/answer.h"
#include "cli/complain.h"
#include "cli/terminal.h"
#include "ledger/sentence.h"
#include "schema/ident.h"

/* What a class means to somebody who was refused (ledger/DESIGN.md section 3). */
static const char *class_meaning(enum refusal_class class_)
{
    static const char *const meanings[] = {
        [CLASS_MALFORMED] = "refused: it is not written as it must be",
        [CLASS_IMPOSSIBLE] = "refused: it cannot have happened so; what did happen can be recorded",
        [CLASS_FORBIDDEN] = "refused as something to do; recorded with --irregular --reason TEXT if it has happened",
        [CLASS_SOFT] = "asks for --reason TEXT and a second person",
        [CLASS_CASE] = "recorded, and opens a case",
        [CLASS_NOTE] = "recorded, and marked wherever it shows",
        [CLASS_AGAIN] = "nothing is lost: it is prepared and signed anew",
        [CLASS_SYSTEM] = "has to do with files, keys or words, not with the rules",
        [CLASS_FINDING] = "is found by phial verify" };

    return meanings[class_];
}

/* PH0210, ph210, 0210, 210. */
static bool parse_code(const char *text, unsigned *code)
{
    if ((text[0] == 'P' || text[0] == 'p') && (text[1] == 'H' || text[1] == 'h'))
        text += 2;
    *code = 0;
    if (text[0] == '\0' || strlen(text) > 4)
        return false;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            return false;
        *code = *code * 10 + (unsigned)(*text - '0');
    }
    return true;
}

static void print_part(const char *label, const char *text)
{
    while (*text != '\0') {
        size_t size = strcspn(text, "\n");

        say("  %-10s %.*s\n", label, (int)size, text);
        label = "";
        text += size + (text[size] == '\n');
    }
}

static void print_refusal(const struct refusal *refusal)
{
    char sentence[SENTENCE_SIZE];

    refusal_pattern(refusal->code, sentence, sizeof sentence);
    say("%sPH%04u%s %s\n", style_out(STYLE_LOUD), refusal->code, style_out(STYLE_PLAIN), sentence);
    print_part(class_name(refusal->class_), class_meaning(refusal->class_));
    print_part("why", refusal->ground);
    print_part("next", refusal->next);
    say("\n");
}

static void answer_refusal(struct answer *answer, const struct refusal *refusal)
{
    char sentence[SENTENCE_SIZE], code[8];

    refusal_pattern(refusal->code, sentence, sizeof sentence);
    snprintf(code, sizeof code, "PH%04u", refusal->code % 10000u);
    answer_text(answer, "code", code);
    answer_text(answer, "name", refusal->name);
    answer_text(answer, "class", class_name(refusal->class_));
    answer_text(answer, "sentence", sentence);
    answer_text(answer, "ground", refusal->ground);
    answer_text(answer, "next", refusal->next);
    answer_yes(answer, "can_override", refusal->can_override);
}

/* One object, or one line for each code. */
static enum ledger_status print_in_json(const struct refusal *first, size_t count, struct error *error)
{
    enum ledger_status status = LEDGER_OK;

    for (size_t i = 0; i < count && status == LEDGER_OK; i++) {
        struct answer *answer = answer_new();

        answer_refusal(answer, &first[i]);
        status = answer_print(answer, stdout, error);
    }
    return status;
}

static enum ledger_status list_all(const struct call *call, struct error *error)
{
    char sentence[SENTENCE_SIZE], fitted[FIT_SIZE];
    size_t count = 0, columns = terminal_columns();

    while (refusals[count].code != 0)
        count++;
    if (call_flag(call, "json"))
        return print_in_json(refusals, count, error);
    for (size_t i = 0; i < count; i++) {
        refusal_pattern(refusals[i].code, sentence, sizeof sentence);
        say("PH%04u  %-10s %s\n", refusals[i].code, class_name(refusals[i].class_),
            fit_columns(sentence, columns > 60 ? columns - 20 : 40, fitted));
    }
    say("%zu codes; phial explain CODE tells the rest.\n", count);
    return LEDGER_OK;
}

enum ledger_status cmd_explain(struct call *call, struct error *error)
{
    size_t place = 0;
    const char *text = call_next(call, NULL, &place);
    const struct refusal *refusal;
    unsigned code;

    if (text == NULL)
        return list_all(call, error);
    for (; text != NULL; text = call_next(call, NULL, &place)) {
        refusal = parse_code(text, &code) ? refusal_find(code) : NULL;
        if (refusal == NULL) {
            error_set(error, REFUSAL_UNKNOWN_ID, "there is no code `%s`", text);
            error_next(error, "phial explain lists them all");
            return error->status;
        }
        if (!call_flag(call, "json"))
            print_refusal(refusal);
        else if (print_in_json(refusal, 1, error) != LEDGER_OK)
            return error->status;
    }
    return LEDGER_OK;
}
