/* What a long list comes to, for those who sign all of it: how many acts of each kind, the first and the last, and
 * whatever is unusual. */
#include "cli/record.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/terminal.h"
#include "crypto/digest.h"
#include "ledger/sentence.h"

enum { UNUSUAL_SHOWN = 20 };

static bool is_unusual_rule(const struct broken *broken)
{
    enum refusal_class class_ = refusal_find(broken->code)->class_;

    return class_ == CLASS_SOFT || class_ == CLASS_FORBIDDEN;
}

static bool is_unusual(const struct act *act)
{
    for (size_t i = 0; i < act->verdict.broken_count; i++)
        if (is_unusual_rule(&act->verdict.broken[i]))
            return true;
    return false;
}

/* Facts, signers and times are the list's and do not change; which rules an act goes against may. */
static void digest_of(const struct act_list *list, struct hasher *hasher)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct act *act = &list->acts[i];

        hasher_update(hasher, act->event.act, ACT_SIZE);
        for (size_t j = 0; j < act->verdict.broken_count; j++)
            if (is_unusual_rule(&act->verdict.broken[j]))
                hasher_update(hasher, (const uint8_t *)&act->verdict.broken[j].code, sizeof act->verdict.broken[j].code);
    }
}

static void tell_sentence(struct recording *recording, size_t index)
{
    static char sentence[RECORD_SENTENCE_SIZE];

    ledger_sentence(recording->book.ledger, recording->list, index, sentence, sizeof sentence);
    tell(" %zu  %s\"%s\"%s\n", index + 1, style_err(STYLE_LOUD), sentence, style_err(STYLE_PLAIN));
}

/* "60 draw, 58 administer, 2 waste" */
static void tell_kinds(const struct act_list *list)
{
    size_t counts[UINT8_MAX + 1] = { 0 };
    const char *between = "";

    for (size_t i = 0; i < list->count; i++)
        counts[list->acts[i].event.kind->number]++;
    tell(" %zu act%s: ", list->count, list->count == 1 ? "" : "s");
    for (unsigned number = 0; number <= UINT8_MAX; number++) {
        if (counts[number] == 0)
            continue;
        tell("%s%zu %s", between, counts[number], kind_find((enum kind_number)number)->name);
        between = ", ";
    }
    tell(".\n");
}

static void tell_unusual(struct recording *recording)
{
    const struct act_list *list = recording->list;
    char text[512];
    size_t count = 0;

    for (size_t i = 0; i < list->count; i++) {
        const struct verdict *verdict = &list->acts[i].verdict;

        if (!is_unusual(&list->acts[i]) || count++ >= UNUSUAL_SHOWN)
            continue;
        for (size_t j = 0; j < verdict->broken_count; j++) {
            refusal_sentence(&verdict->broken[j], &recording->book.namer, text, sizeof text);
            tell(" %zu  PH%04u %s\n", i + 1, verdict->broken[j].code, text);
        }
        tell_sentence(recording, i);
    }
    if (count > UNUSUAL_SHOWN)
        tell(" and %zu more that are unusual: --show shows all acts\n", count - UNUSUAL_SHOWN);
}

enum ledger_status summary_print(struct recording *recording, bool print, struct digest *digest, struct error *error)
{
    struct hasher hasher = HASHER_NONE;

    if (hasher_init(&hasher) != CRYPT_OK)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is not enough memory");
    digest_of(recording->list, &hasher);
    *digest = hasher_finish(&hasher);
    hasher_release(&hasher);
    if (!print)
        return LEDGER_OK;
    tell_kinds(recording->list);
    tell_sentence(recording, 0);
    if (recording->list->count > 1)
        tell_sentence(recording, recording->list->count - 1);
    tell_unusual(recording);
    return LEDGER_OK;
}
