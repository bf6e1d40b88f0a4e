#include "cli/complain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/answer.h"
#include "cli/command.h"
#include "cli/terminal.h"

enum { LABEL_COLUMNS = 14 };

const char *class_name(enum refusal_class class_)
{
    static const char *const names[] = {
        [CLASS_MALFORMED] = "malformed", [CLASS_IMPOSSIBLE] = "impossible", [CLASS_FORBIDDEN] = "forbidden",
        [CLASS_SOFT] = "soft", [CLASS_CASE] = "case", [CLASS_NOTE] = "note", [CLASS_AGAIN] = "again",
        [CLASS_SYSTEM] = "system", [CLASS_FINDING] = "finding" };

    return names[class_];
}

static bool could_have_recorded(const struct call *call)
{
    return call->command != NULL && call->command->records && !call->was_recorded;
}

void say_nothing_recorded(const struct call *call)
{
    if (!could_have_recorded(call))
        return;
    if (call->noted != 0)
        fprintf(stderr, "No act was recorded (attempt noted, #%" PRIu32 ").\n", call->noted);
    else
        fprintf(stderr, "Nothing was recorded.\n");
}

static void print_line(const char *label, const char *text)
{
    fprintf(stderr, "  %s%-*s%s ", style_err(STYLE_FAINT), LABEL_COLUMNS, label, style_err(STYLE_PLAIN));
    print_typed(text);
    fputc('\n', stderr);
}

/* What to type next names the command that was given, where it says to look at its help. */
static void name_command(const struct call *call, char next[static ERROR_TEXT_SIZE])
{
    static const char words[] = "phial help COMMAND";
    const char *name = call->command != NULL ? call->command->name : "COMMAND";
    char *at = strstr(next, words);
    char rest[ERROR_TEXT_SIZE];

    if (at == NULL || strlen(next) + strlen(name) >= ERROR_TEXT_SIZE)
        return;
    memcpy(rest, at + sizeof words - 1, strlen(at + sizeof words - 1) + 1);
    at += strlen("phial help ");
    snprintf(at, ERROR_TEXT_SIZE - (size_t)(at - next), "%s%s", name, rest);
}

/* The lines of `next`, each of which is something to do. */
static void print_next(const char *next)
{
    const char *label = "next";

    while (*next != '\0') {
        char line[ERROR_TEXT_SIZE];
        size_t size = strcspn(next, "\n");

        memcpy(line, next, size);
        line[size] = '\0';
        print_line(label, line);
        label = "";
        next += size + (next[size] == '\n');
    }
}

static void complain_in_words(const struct error *error)
{
    size_t size = strlen(error->text);

    fprintf(stderr, "phial: %sPH%04u%s ", style_err(STYLE_BAD), error->code, style_err(STYLE_PLAIN));
    print_typed(error->text);
    fputs(size > 0 && strchr(".?!", error->text[size - 1]) != NULL ? "\n" : ".\n", stderr);
    for (unsigned i = 0; i < error->book_count; i++)
        print_line(error->book[i].label, error->book[i].line);
    print_next(error->next);
}

static void complain_in_json(const struct call *call, const struct error *error)
{
    const struct refusal *refusal = refusal_find(error->code);
    struct answer *answer = answer_new(), *in = answer_object(answer, "error"), *book;
    struct error other;
    char code[8];

    snprintf(code, sizeof code, "PH%04u", error->code % 10000u);
    answer_text(in, "code", code);
    answer_text(in, "class", refusal != NULL ? class_name(refusal->class_) : "system");
    answer_text(in, "text", error->text);
    book = answer_list(in, "book");
    for (unsigned i = 0; i < error->book_count; i++) {
        struct answer *line = answer_object(book, NULL);

        answer_text(line, "label", error->book[i].label);
        answer_text(line, "line", error->book[i].line);
    }
    answer_text(in, "next", error->next);
    if (could_have_recorded(call))
        answer_yes(answer, "recorded", false);
    if (call->noted != 0)
        answer_number(answer, "noted", call->noted);
    if (answer_print(answer, stderr, &other) != LEDGER_OK)
        complain_in_words(error);
}

void complain(const struct call *call, const struct error *met)
{
    struct error error = *met;

    fflush(stdout);
    name_command(call, error.next);
    if (call_flag(call, "json")) {
        complain_in_json(call, &error);
        return;
    }
    if (error.code != REFUSAL_INTERRUPTED)
        complain_in_words(&error);
    else if (!could_have_recorded(call))
        fprintf(stderr, "Interrupted.\n");
    if (error.status != LEDGER_UNCERTAIN)
        say_nothing_recorded(call);
}
