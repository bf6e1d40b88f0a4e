/* Who signs each act of a list, and as what, from the table of kinds and the handles that were given. */
#include "cli/record.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/terminal.h"

enum { HANDS_LIMIT = 16 };

/* Somebody named on the command line, who has a part in an act of the list or has none. */
struct hand {
    int64_t person;
    bool is_officer;  /* by --officer, not by --witness */
    unsigned stands;  /* in which part of the command line; 0 before the first command */
    bool is_used;
};

struct hands {
    int64_t actor;
    size_t count;
    struct hand rows[HANDS_LIMIT];
    bool has_asked[2]; /* for a witness, for an officer: the answer holds for the list */
};

/* Those whom one act can take, in order. */
struct seats {
    size_t count, taken;
    struct hand *rows[HANDS_LIMIT];
};

/* One act being filled with people. */
struct meeting {
    struct recording *recording;
    struct hands *hands;
    bool has_actor; /* the actor has a part in it */
    struct seats witnesses, officers;
};

const struct signatory *people_with(const struct recording *recording, enum meaning meaning)
{
    for (size_t i = 0; i < recording->signatory_count; i++)
        if (recording->signatories[i].index == recording->index && recording->signatories[i].meaning == meaning)
            return &recording->signatories[i];
    return NULL;
}

/* ---- reading the handles */

static const char *option_name(bool is_officer)
{
    return is_officer ? "officer" : "witness";
}

static enum ledger_status add_hand(struct recording *recording, struct hands *hands, const struct given *given,
                                   bool is_officer, struct error *error)
{
    struct hand *hand = &hands->rows[hands->count];

    if (hands->count == HANDS_LIMIT)
        return error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "--%s is given more than %d times", given->name, HANDS_LIMIT);
    *hand = (struct hand){ .is_officer = is_officer, .stands = given->part };
    hands->count++;
    return words_read_person(&recording->words, given->value, &hand->person, error);
}

static enum ledger_status read_hands(struct recording *recording, struct hands *hands, struct error *error)
{
    const struct call *call = recording->call;
    enum ledger_status status = LEDGER_OK;

    for (int is_officer = 0; is_officer <= 1; is_officer++)
        for (size_t i = 0; i < call->given_count && status == LEDGER_OK; i++)
            if (call->given[i].name != NULL && strcmp(call->given[i].name, option_name(is_officer)) == 0)
                status = add_hand(recording, hands, &call->given[i], is_officer, error);
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

/* ---- who acts */

/* How many may sign with one of these meanings, which are bits. */
static unsigned seats_for(const struct kind *kind, unsigned meanings)
{
    unsigned count = 0;

    for (const struct signer_slot *slot = kind->signers; slot->meaning != 0; slot++)
        if ((meanings & (1u << slot->meaning)) != 0)
            count += slot->max;
    return count;
}

static bool has_slot(const struct kind *kind, enum meaning meaning)
{
    return seats_for(kind, 1u << meaning) > 0;
}

/* Whether any act of the list is signed by two or more. */
static bool is_for_two(const struct act_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (seats_for(list->acts[i].event.kind, ~0u) > 1)
            return true;
    return false;
}

/* Who acts: --as; else PHIAL_AS, which on a terminal is believed for acts of one person only, since the
 * next to sit down there may be another. */
static enum ledger_status find_actor(struct recording *recording, int64_t *actor, struct error *error)
{
    const char *named = call_value(recording->call, "as"), *usual = getenv("PHIAL_AS");
    char prompt[128] = " Who acts? Handle: ";

    if (named == NULL && usual != NULL && usual[0] != '\0' && (!terminal_can_ask() || !is_for_two(recording->list)))
        named = usual;
    if (named != NULL)
        return words_read_person(&recording->words, named, actor, error);
    if (!terminal_can_ask())
        return error_set(error, REFUSAL_NOBODY, "it is not said who is acting");
    if (usual != NULL && usual[0] != '\0')
        snprintf(prompt, sizeof prompt, " Who acts? Handle (usually %.32s): ", usual);
    return ask_person(recording, prompt, "as", false, actor, error);
}

/* ---- parts */

static unsigned roles_of(struct recording *recording, int64_t person)
{
    return (unsigned)view_number(recording->book.reading.view, SUBJECT_CREDENTIAL, (uint32_t)person, CREDENTIAL_ROLES);
}

static enum ledger_status add(struct recording *recording, int64_t person, enum meaning meaning, struct error *error)
{
    struct signatory *signatory = &recording->signatories[recording->signatory_count];
    const struct value *handle = facts_get(&recording->act->event.facts, FACT_PERSON_HANDLE);
    char name[NAME_TEXT_SIZE];

    if (recording->act->event.signer_count == EVENT_SIGNERS_LIMIT)
        return error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "an act is signed by at most %d people", EVENT_SIGNERS_LIMIT);
    *signatory = (struct signatory){ .index = recording->index, .person = person, .meaning = meaning };
    if (meaning == MEANING_GUEST) {
        snprintf(signatory->handle, sizeof signatory->handle, "guest");
    } else if (person == PERSON_NEW) {
        assert(handle != NULL && handle->bytes.size < sizeof signatory->handle);
        memcpy(signatory->handle, handle->bytes.data, handle->bytes.size);
    } else {
        snprintf(signatory->handle, sizeof signatory->handle, "%.32s",
                 name_of_person(recording->book.reading.view, person, name));
    }
    if (meaning == MEANING_NEW_KEY || meaning == MEANING_OLD_KEY || meaning == MEANING_GUEST)
        signatory->path = recording->part->key_files[meaning == MEANING_OLD_KEY];
    recording->signatory_count++;
    act_sign_as(recording->act, person, meaning);
    return LEDGER_OK;
}

static bool signs(const struct act *act, int64_t person)
{
    for (size_t i = 0; i < act->event.signer_count; i++)
        if (act->event.signers[i].person == person)
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

static enum ledger_status refuse_hand(const struct recording *recording, const char *option, const char *handle,
                                      struct error *error)
{
    error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "--%s %s has no part in %s", option, handle,
              recording->list->count > 1 ? "any act of this list" : "this act");
    error_next(error, "phial help %s says who signs", recording->call->command->name);
    return error->status;
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
    return status == LEDGER_OK ? refuse_hand(recording, option, handle, error) : status;
}

/* ---- whom an act can take */

static struct hand *take_seat(struct seats *seats)
{
    if (seats->taken == seats->count)
        return NULL;
    seats->rows[seats->taken]->is_used = true;
    return seats->rows[seats->taken++];
}

/* Whether it is one of those who recorded what a correction is about. */
static bool is_doer(const struct part *part, int64_t person)
{
    for (size_t i = 0; i < part->doer_count; i++)
        if (part->doers[i] == person)
            return true;
    return false;
}

/* The next who may do it too, from anywhere among those not seated yet. */
static struct hand *take_doer(struct seats *seats, const struct part *part)
{
    for (size_t i = seats->taken; i < seats->count; i++) {
        struct hand *hand = seats->rows[i];

        if (!is_doer(part, hand->person))
            continue;
        seats->rows[i] = seats->rows[seats->taken];
        seats->rows[seats->taken] = hand;
        return take_seat(seats);
    }
    return NULL;
}

static bool is_seated(const struct seats *seats, int64_t person)
{
    for (size_t i = 0; i < seats->count; i++)
        if (seats->rows[i]->person == person)
            return true;
    return false;
}

/* Those named in the act itself, or else those named elsewhere in the list. */
static void offer_seats(const struct recording *recording, struct hands *hands, bool is_officer, bool own, struct seats *seats)
{
    bool is_alone = recording->list->count == 1;

    for (size_t i = 0; i < hands->count; i++) {
        struct hand *hand = &hands->rows[i];

        if (hand->is_officer == is_officer && own == (is_alone || hand->stands == recording->call->part) &&
            (own || !is_seated(seats, hand->person)))
            seats->rows[seats->count++] = hand;
    }
}

/* More are named elsewhere than the act has parts for: which of them is meant is not guessed. */
static enum ledger_status check_seats(const struct seats *seats, bool is_officer, unsigned room, struct error *error)
{
    if (room == 0 || seats->count <= room)
        return LEDGER_OK;
    error_set(error, REFUSAL_AMBIGUOUS, "%zu are named by --%s in other acts of the list, and it is not said which of them signs "
              "this one", seats->count, option_name(is_officer));
    error_next(error, "--%s HANDLE with this act too", option_name(is_officer));
    return error->status;
}

static enum ledger_status seat(struct recording *recording, struct hands *hands, bool is_officer, unsigned room,
                               struct seats *seats, struct error *error)
{
    *seats = (struct seats){ .count = 0 };
    offer_seats(recording, hands, is_officer, true, seats);
    if (seats->count > 0)
        return LEDGER_OK;
    offer_seats(recording, hands, is_officer, false, seats);
    return check_seats(seats, is_officer, room, error);
}

static enum ledger_status seat_all(struct meeting *meeting, struct error *error)
{
    const struct kind *kind = meeting->recording->kind;
    unsigned approvers = seats_for(kind, 1u << MEANING_APPROVED);
    unsigned seconds = seats_for(kind, 1u << MEANING_WITNESSED | 1u << MEANING_CHECKED | 1u << MEANING_TOOK_OVER);
    enum ledger_status status =
        seat(meeting->recording, meeting->hands, false, seconds > 0 ? seconds : approvers, &meeting->witnesses, error);

    return status == LEDGER_OK ? seat(meeting->recording, meeting->hands, true, approvers, &meeting->officers, error) : status;
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
    case MEANING_COUNTED:
        return " Who counts too? Handle: ";
    default:
        return " Which officer approves? Handle, or nothing for later: ";
    }
}

/* The answer serves the acts that follow too, as the same name on the command line does. */
static enum ledger_status ask_hand(struct meeting *meeting, const struct signer_slot *slot, bool is_officer, int64_t *person,
                                   struct error *error)
{
    struct recording *recording = meeting->recording;
    struct hands *hands = meeting->hands;
    enum ledger_status status;

    if (slot->min == 0 || hands->has_asked[is_officer] || !terminal_can_ask() || call_flag(recording->call, "dry-run"))
        return LEDGER_OK;
    record_announce(recording);
    status = ask_person(recording, question_for(slot->meaning), option_name(is_officer), slot->later != 0, person, error);
    hands->has_asked[is_officer] = slot->later != 0;
    if (status == LEDGER_OK && *person != 0 && hands->count < HANDS_LIMIT)
        hands->rows[hands->count++] = (struct hand){ *person, is_officer, recording->call->part, true };
    return status;
}

static enum ledger_status fill_second(struct meeting *meeting, const struct signer_slot *slot, struct error *error)
{
    struct recording *recording = meeting->recording;
    bool by_officer = slot->meaning == MEANING_APPROVED;
    struct hand *hand = take_seat(by_officer ? &meeting->officers : &meeting->witnesses);
    int64_t person = 0;
    enum ledger_status status = LEDGER_OK;

    if (hand == NULL && by_officer && !has_second_slot(recording->kind))
        hand = take_seat(&meeting->witnesses);
    if (hand != NULL)
        person = hand->person;
    else
        status = ask_hand(meeting, slot, by_officer, &person, error);
    return status == LEDGER_OK && person != 0 ? add(recording, person, slot->meaning, error) : status;
}

/* Kinds without a doer are approved: by officers, or recovered by the keys in the safe. */
static enum ledger_status fill_approvers(struct meeting *meeting, const struct signer_slot *slot, struct error *error)
{
    struct recording *recording = meeting->recording;
    int64_t person = meeting->hands->actor;
    struct hand *hand = NULL;
    unsigned most = (roles_of(recording, person) & ROLE_RECOVERY) != 0 ? seats_for(recording->kind, 1u << MEANING_RECOVERED)
                                                                       : slot->max;
    enum ledger_status status = LEDGER_OK;

    meeting->has_actor = true;
    for (unsigned count = 1; status == LEDGER_OK; count++) {
        bool is_recovery = (roles_of(recording, person) & ROLE_RECOVERY) != 0;

        status = add(recording, person, is_recovery ? MEANING_RECOVERED : MEANING_APPROVED, error);
        if (count == most)
            break;
        hand = take_seat(&meeting->witnesses);
        if (hand == NULL)
            hand = take_seat(&meeting->officers);
        if (hand == NULL)
            break;
        person = hand->person;
    }
    return status;
}

/* Whoever acts counts, and somebody else does. */
static enum ledger_status fill_counters(struct meeting *meeting, const struct signer_slot *slot, struct error *error)
{
    struct hand *hand = take_seat(&meeting->witnesses);
    int64_t person = hand != NULL ? hand->person : 0;
    enum ledger_status status = add(meeting->recording, meeting->hands->actor, slot->meaning, error);

    meeting->has_actor = true;
    if (status == LEDGER_OK && hand == NULL)
        status = ask_hand(meeting, slot, false, &person, error);
    return status == LEDGER_OK && person != 0 ? add(meeting->recording, person, slot->meaning, error) : status;
}

/* Whoever acts did it, and of a correction everybody named who recorded what is corrected. */
static enum ledger_status fill_doers(struct meeting *meeting, const struct signer_slot *slot, struct error *error)
{
    struct recording *recording = meeting->recording;
    enum ledger_status status = add(recording, meeting->hands->actor, slot->meaning, error);

    meeting->has_actor = true;
    for (unsigned count = 1; count < slot->max && status == LEDGER_OK; count++) {
        struct hand *hand = take_doer(&meeting->witnesses, recording->part);

        if (hand == NULL)
            break;
        status = add(recording, hand->person, slot->meaning, error);
    }
    return status;
}

static enum ledger_status fill_slot(struct meeting *meeting, const struct signer_slot *slot, struct error *error)
{
    struct recording *recording = meeting->recording;
    bool has_doer = has_slot(recording->kind, MEANING_DID) || has_slot(recording->kind, MEANING_PRESCRIBED) ||
                    has_slot(recording->kind, MEANING_COUNTED);

    switch (slot->meaning) {
    case MEANING_DID:
    case MEANING_PRESCRIBED:
        if (call_value(recording->call, "performed-by") != NULL)
            return perform(recording, "performed-by", slot->meaning, error);
        return fill_doers(meeting, slot, error);
    case MEANING_WITNESSED:
    case MEANING_CHECKED:
    case MEANING_TOOK_OVER:
        if (call_value(recording->call, "with") != NULL)
            return perform(recording, "with", slot->meaning, error);
        return fill_second(meeting, slot, error);
    case MEANING_APPROVED:
        return has_doer ? fill_second(meeting, slot, error) : fill_approvers(meeting, slot, error);
    case MEANING_COUNTED:
        return fill_counters(meeting, slot, error);
    case MEANING_NEW_KEY:
        if (recording->part->key_files[0] == NULL)
            return LEDGER_OK;
        return add(recording, recording->part->subject != 0 ? recording->part->subject : PERSON_NEW, MEANING_NEW_KEY, error);
    case MEANING_GUEST:
        return recording->part->key_files[0] != NULL ? add(recording, PERSON_NEW, MEANING_GUEST, error) : LEDGER_OK;
    case MEANING_OLD_KEY:
        if (recording->part->key_files[1] == NULL)
            return LEDGER_OK;
        return add(recording, recording->part->subject, MEANING_OLD_KEY, error);
    default:
        return LEDGER_OK; /* recovery keys are among the approvers, who reports comes last */
    }
}

/* ---- acts */

/* The people of the act in hand, but for those who are left over. */
static enum ledger_status fill_act(struct recording *recording, struct hands *hands, struct error *error)
{
    const struct kind *kind = recording->kind;
    struct meeting meeting = { .recording = recording, .hands = hands };
    enum ledger_status status =
        check_part(recording, "performed-by", has_slot(kind, MEANING_DID) || has_slot(kind, MEANING_PRESCRIBED), error);

    if (status == LEDGER_OK)
        status = check_part(recording, "with", has_second_slot(kind), error);
    if (status == LEDGER_OK)
        status = seat_all(&meeting, error);
    for (const struct signer_slot *slot = kind->signers; status == LEDGER_OK && slot->meaning != 0; slot++)
        status = fill_slot(&meeting, slot, error);
    if (status == LEDGER_OK && recording->act->event.performed_count > 0 && !meeting.has_actor)
        status = add(recording, hands->actor, MEANING_REPORTED, error);
    return status;
}

/* Who is left over approves at once what is irregular or unusual, in the act where they are named or else in all that
 * give a reason; without a reason they have no part. */
static enum ledger_status approve(struct recording *recording, const struct hand *hand, struct error *error)
{
    bool in_one = hand->stands > 0 && recording->list->acts[hand->stands - 1].event.reason != 0;
    size_t begin = in_one ? hand->stands - 1 : 0, end = in_one ? hand->stands : recording->list->count;
    char name[NAME_TEXT_SIZE];
    bool has_part = false;
    enum ledger_status status = LEDGER_OK;

    for (size_t i = begin; i < end && status == LEDGER_OK; i++) {
        record_turn(recording, i);
        if (recording->act->event.reason == 0 || (recording->list->count > 1 && signs(recording->act, hand->person)))
            continue;
        has_part = true;
        status = add(recording, hand->person, MEANING_APPROVED, error);
    }
    if (status == LEDGER_OK && !has_part)
        status = refuse_hand(recording, option_name(hand->is_officer),
                             name_of_person(recording->book.reading.view, hand->person, name), error);
    return status;
}

/* Said before anybody types an amount for nothing; the rules say it again. Only in a rekey one person signs twice, with
 * two keys. */
static enum ledger_status check_different(const struct recording *recording, struct error *error)
{
    for (size_t i = 0; i < recording->signatory_count; i++)
        for (size_t j = 0; j < i; j++) {
            const struct signatory *one = &recording->signatories[j], *other = &recording->signatories[i];
            enum kind_number kind = recording->list->acts[other->index].event.kind->number;

            if (one->index != other->index || one->person != other->person || kind == KIND_REKEY)
                continue;
            error_set(error, REFUSAL_SAME_PERSON, "%s cannot be two people in one act: %s and %s", one->handle,
                      choice_name(choices_meaning, one->meaning), choice_name(choices_meaning, other->meaning));
            return record_wrap(recording, other->index, error);
        }
    return LEDGER_OK;
}

enum ledger_status people_name(struct recording *recording, struct error *error)
{
    struct hands hands = { .actor = 0 };
    enum ledger_status status = find_actor(recording, &hands.actor, error);

    if (status == LEDGER_OK)
        status = read_hands(recording, &hands, error);
    for (size_t i = 0; i < recording->list->count && status == LEDGER_OK; i++) {
        record_turn(recording, i);
        status = fill_act(recording, &hands, error);
        if (status != LEDGER_OK)
            record_wrap(recording, i, error);
    }
    for (size_t i = 0; i < hands.count && status == LEDGER_OK; i++)
        if (!hands.rows[i].is_used)
            status = approve(recording, &hands.rows[i], error);
    for (size_t i = 0; i < recording->signatory_count; i++)
        recording->signatories[i].is_actor = recording->signatories[i].person == hands.actor;
    return status == LEDGER_OK ? check_different(recording, error) : status;
}
