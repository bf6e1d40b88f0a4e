/* Who signs an act, and as what, from the table of kinds and the handles that were given. */
#include "cli/record.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/terminal.h"

enum { HANDS_LIMIT = 4 };

/* Somebody named on the command line, who has a part in the act or has none. */
struct hand {
    int64_t person;
    bool is_used;
};

struct hands {
    struct hand actor;
    size_t witness_count, officer_count;
    struct hand witnesses[HANDS_LIMIT], officers[HANDS_LIMIT];
};

const struct signatory *people_with(const struct recording *recording, enum meaning meaning)
{
    for (size_t i = 0; i < recording->signatory_count; i++)
        if (recording->signatories[i].meaning == meaning)
            return &recording->signatories[i];
    return NULL;
}

/* ---- reading the handles */

static enum ledger_status read_hands(struct recording *recording, const char *option, struct hand *hands, size_t *count,
                                     struct error *error)
{
    size_t place = 0;
    const char *handle;
    enum ledger_status status = LEDGER_OK;

    *count = 0;
    while (status == LEDGER_OK && (handle = call_next(recording->call, option, &place)) != NULL) {
        if (*count == HANDS_LIMIT)
            return error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "--%s is given more than %d times", option, HANDS_LIMIT);
        hands[*count] = (struct hand){ .person = 0 };
        status = words_read_person(&recording->words, handle, &hands[(*count)++].person, error);
    }
    return status;
}

/* Ask for a handle until it is one, or nothing where that is allowed (`*person` is then 0). */
static enum ledger_status ask_person(struct recording *recording, const char *prompt, const char *option, bool may_be_nobody,
                                     int64_t *person, struct error *error)
{
    char line[LINE_SIZE];
    enum ledger_status status;

    for (*person = 0;;) {
        status = terminal_ask(prompt, line, error);
        if (status != LEDGER_OK || (line[0] == '\0' && may_be_nobody))
            return status;
        if (line[0] == '\0')
            continue;
        if (words_read_person(&recording->words, line, person, error) == LEDGER_OK)
            return call_add(recording->call, option, line, error);
        remark("  %s\n", error->text);
    }
}

/* Whether the kind is signed by two or more. */
static bool is_for_two(const struct kind *kind)
{
    unsigned count = 0;

    for (const struct signer_slot *slot = kind->signers; slot->meaning != 0; slot++)
        count += slot->max;
    return count > 1;
}

/* Who acts: --as; else PHIAL_AS, which on a terminal is believed for acts of one person only, since the
 * next to sit down there may be another. */
static enum ledger_status find_actor(struct recording *recording, struct hand *actor, struct error *error)
{
    const char *named = call_value(recording->call, "as"), *usual = getenv("PHIAL_AS");
    char prompt[128] = " Who acts? Handle: ";

    *actor = (struct hand){ .person = 0 };
    if (named == NULL && usual != NULL && usual[0] != '\0' && (!terminal_can_ask() || !is_for_two(recording->kind)))
        named = usual;
    if (named != NULL)
        return words_read_person(&recording->words, named, &actor->person, error);
    if (!terminal_can_ask())
        return error_set(error, REFUSAL_NOBODY, "it is not said who is acting");
    if (usual != NULL && usual[0] != '\0')
        snprintf(prompt, sizeof prompt, " Who acts? Handle (usually %.32s): ", usual);
    return ask_person(recording, prompt, "as", false, &actor->person, error);
}

/* ---- parts */

static unsigned roles_of(struct recording *recording, int64_t person)
{
    return (unsigned)view_number(recording->book.reading.view, SUBJECT_CREDENTIAL, (uint32_t)person, CREDENTIAL_ROLES);
}

static enum ledger_status add(struct recording *recording, int64_t person, enum meaning meaning, struct error *error)
{
    struct signatory *signatory = &recording->signatories[recording->signatory_count];
    const struct value *handle = facts_get(&recording->act->event.facts, 1);
    char name[NAME_TEXT_SIZE];

    if (recording->signatory_count == EVENT_SIGNERS_LIMIT)
        return error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "an act is signed by at most %d people", EVENT_SIGNERS_LIMIT);
    *signatory = (struct signatory){ .person = person, .meaning = meaning };
    if (person == PERSON_NEW) {
        assert(handle != NULL && handle->bytes.size < sizeof signatory->handle);
        memcpy(signatory->handle, handle->bytes.data, handle->bytes.size);
    } else {
        snprintf(signatory->handle, sizeof signatory->handle, "%.32s",
                 name_of_person(recording->book.reading.view, person, name));
    }
    if (meaning == MEANING_NEW_KEY || meaning == MEANING_OLD_KEY)
        signatory->path = recording->key_files[meaning == MEANING_OLD_KEY];
    recording->signatory_count++;
    act_sign_as(recording->act, person, meaning);
    return LEDGER_OK;
}

static struct hand *next_hand(struct hand *hands, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!hands[i].is_used) {
            hands[i].is_used = true;
            return &hands[i];
        }
    return NULL;
}

static bool has_slot(const struct kind *kind, enum meaning meaning)
{
    for (const struct signer_slot *slot = kind->signers; slot->meaning != 0; slot++)
        if (slot->meaning == meaning)
            return true;
    return false;
}

static bool has_second_slot(const struct kind *kind)
{
    return has_slot(kind, MEANING_WITNESSED) || has_slot(kind, MEANING_CHECKED) || has_slot(kind, MEANING_TOOK_OVER);
}

/* The name of somebody who had the part when it happened and does not sign: `outside` is nobody enrolled. */
static enum ledger_status perform(struct recording *recording, const char *option, enum meaning part, struct error *error)
{
    const char *handle = call_value(recording->call, option);
    int64_t person = PERSON_NEW;
    enum ledger_status status = LEDGER_OK;

    if (strcmp(handle, "outside") != 0)
        status = words_read_person(&recording->words, handle, &person, error);
    if (status == LEDGER_OK)
        act_performed_by(recording->act, part, person);
    return status;
}

/* Who is named for a part that the kind does not have is not passed over. */
static enum ledger_status check_part(struct recording *recording, const char *option, bool has_part, struct error *error)
{
    const char *handle = call_value(recording->call, option);
    int64_t person;
    enum ledger_status status = LEDGER_OK;

    if (handle == NULL || has_part)
        return LEDGER_OK;
    if (strcmp(handle, "outside") != 0)
        status = words_read_person(&recording->words, handle, &person, error);
    if (status != LEDGER_OK)
        return status;
    error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "--%s %s has no part in this act", option, handle);
    error_next(error, "phial help %s says who signs", recording->call->command->name);
    return error->status;
}

/* ---- slots */

/* What is asked for a part that nobody was named for. */
static const char *question_for(enum meaning meaning)
{
    switch (meaning) {
    case MEANING_WITNESSED:
        return " Who sees it? Handle, or nothing if nobody does: ";
    case MEANING_CHECKED:
        return " Who checks it too? Handle, or nothing for later: ";
    case MEANING_TOOK_OVER:
        return " Who takes over? Handle: ";
    default:
        return " Which officer approves? Handle, or nothing for later: ";
    }
}

static enum ledger_status fill_second(struct recording *recording, struct hands *hands, const struct signer_slot *slot,
                                      struct error *error)
{
    bool by_officer = slot->meaning == MEANING_APPROVED;
    const char *option = by_officer ? "officer" : "witness";
    struct hand *hand = by_officer ? next_hand(hands->officers, hands->officer_count)
                                   : next_hand(hands->witnesses, hands->witness_count);
    int64_t person = 0;
    enum ledger_status status = LEDGER_OK;

    if (hand == NULL && by_officer && !has_second_slot(recording->kind))
        hand = next_hand(hands->witnesses, hands->witness_count);
    if (hand != NULL)
        person = hand->person;
    else if (slot->min > 0 && terminal_can_ask() && !call_flag(recording->call, "dry-run"))
        status = ask_person(recording, question_for(slot->meaning), option, slot->later != 0, &person, error);
    return status == LEDGER_OK && person != 0 ? add(recording, person, slot->meaning, error) : status;
}

/* Kinds without a doer are approved: by officers, or recovered by the keys in the safe. */
static enum ledger_status fill_approvers(struct recording *recording, struct hands *hands, const struct signer_slot *slot,
                                         struct error *error)
{
    enum ledger_status status = LEDGER_OK;
    struct hand *hand = &hands->actor;

    for (unsigned count = 0; count < slot->max && hand != NULL && status == LEDGER_OK; count++) {
        bool is_recovery = (roles_of(recording, hand->person) & ROLE_RECOVERY) != 0;

        hand->is_used = true;
        status = add(recording, hand->person, is_recovery ? MEANING_RECOVERED : MEANING_APPROVED, error);
        hand = next_hand(hands->witnesses, hands->witness_count);
        if (hand == NULL)
            hand = next_hand(hands->officers, hands->officer_count);
    }
    if (hand != NULL)
        hand->is_used = false;
    return status;
}

static enum ledger_status fill_slot(struct recording *recording, struct hands *hands, const struct signer_slot *slot,
                                    struct error *error)
{
    bool has_doer = has_slot(recording->kind, MEANING_DID) || has_slot(recording->kind, MEANING_PRESCRIBED);

    switch (slot->meaning) {
    case MEANING_DID:
    case MEANING_PRESCRIBED:
        if (call_value(recording->call, "performed-by") != NULL)
            return perform(recording, "performed-by", slot->meaning, error);
        hands->actor.is_used = true;
        return add(recording, hands->actor.person, slot->meaning, error);
    case MEANING_WITNESSED:
    case MEANING_CHECKED:
    case MEANING_TOOK_OVER:
        if (call_value(recording->call, "with") != NULL)
            return perform(recording, "with", slot->meaning, error);
        return fill_second(recording, hands, slot, error);
    case MEANING_APPROVED:
        return has_doer ? fill_second(recording, hands, slot, error) : fill_approvers(recording, hands, slot, error);
    case MEANING_NEW_KEY:
        if (recording->key_files[0] == NULL)
            return LEDGER_OK;
        return add(recording, recording->subject != 0 ? recording->subject : PERSON_NEW, MEANING_NEW_KEY, error);
    case MEANING_OLD_KEY:
        if (recording->key_files[1] == NULL)
            return LEDGER_OK;
        return add(recording, recording->subject, MEANING_OLD_KEY, error);
    default:
        return LEDGER_OK; /* recovery keys are among the approvers, who reports comes last */
    }
}

/* Who is left over approves what is irregular or unusual at once; without a reason they have no part. */
static enum ledger_status add_leftover(struct recording *recording, struct hand *hands, size_t count, const char *option,
                                       struct error *error)
{
    enum ledger_status status = LEDGER_OK;
    char name[NAME_TEXT_SIZE];
    struct hand *hand;

    while (status == LEDGER_OK && (hand = next_hand(hands, count)) != NULL) {
        if (recording->act->event.reason != 0)
            status = add(recording, hand->person, MEANING_APPROVED, error);
        else
            status = error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "--%s %s has no part in this act", option,
                               name_of_person(recording->book.reading.view, hand->person, name));
    }
    return status;
}

/* Said before anybody types an amount for nothing; the rules say it again. Only in a rekey one person signs twice, with
 * two keys. */
static enum ledger_status check_different(const struct recording *recording, struct error *error)
{
    for (size_t i = 0; i < recording->signatory_count; i++)
        for (size_t j = 0; j < i; j++) {
            const struct signatory *one = &recording->signatories[j], *other = &recording->signatories[i];

            if (one->person == other->person && recording->kind->number != KIND_REKEY)
                return error_set(error, REFUSAL_SAME_PERSON, "%s cannot be two people in one act: %s and %s", one->handle,
                                 choice_name(choices_meaning, one->meaning), choice_name(choices_meaning, other->meaning));
        }
    return LEDGER_OK;
}

enum ledger_status people_name(struct recording *recording, struct error *error)
{
    const struct kind *kind = recording->kind;
    struct hands hands;
    enum ledger_status status =
        check_part(recording, "performed-by", has_slot(kind, MEANING_DID) || has_slot(kind, MEANING_PRESCRIBED), error);

    if (status == LEDGER_OK)
        status = check_part(recording, "with", has_second_slot(kind), error);
    if (status == LEDGER_OK)
        status = find_actor(recording, &hands.actor, error);
    if (status == LEDGER_OK)
        status = read_hands(recording, "witness", hands.witnesses, &hands.witness_count, error);
    if (status == LEDGER_OK)
        status = read_hands(recording, "officer", hands.officers, &hands.officer_count, error);
    for (const struct signer_slot *slot = recording->kind->signers; status == LEDGER_OK && slot->meaning != 0; slot++)
        status = fill_slot(recording, &hands, slot, error);
    if (status == LEDGER_OK && recording->act->event.performed_count > 0 && !hands.actor.is_used)
        status = add(recording, hands.actor.person, MEANING_REPORTED, error);
    if (status == LEDGER_OK)
        status = add_leftover(recording, hands.witnesses, hands.witness_count, "witness", error);
    if (status == LEDGER_OK)
        status = add_leftover(recording, hands.officers, hands.officer_count, "officer", error);
    for (size_t i = 0; i < recording->signatory_count; i++)
        recording->signatories[i].is_actor = recording->signatories[i].person == hands.actor.person;
    return status == LEDGER_OK ? check_different(recording, error) : status;
}
