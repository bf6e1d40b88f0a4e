/* Remarks on the book, and the end of what was said in private. */
#include "ledger/judge.h"

/* Who signs as a guest has no number here, and nobody reports what a guest said: he signs it or it is not his. */
static size_t guests(struct judge *judge)
{
    const struct event *event = judge->event;
    size_t count = 0;

    for (size_t i = 0; i < event->signer_count; i++) {
        if (event->signers[i].meaning != MEANING_GUEST)
            continue;
        count++;
        if (event->signers[i].person != PERSON_NEW)
            judge_break(judge, REFUSAL_SIGNERS, 0, 0, MEANING_GUEST, 0);
    }
    for (size_t i = 0; i < event->performed_count; i++)
        if (event->performed[i].meaning == MEANING_GUEST)
            judge_break(judge, REFUSAL_SIGNERS, 0, 0, MEANING_GUEST, 0);
    return count;
}

void rule_note(struct judge *judge)
{
    const struct value *guest_key = facts_get(&judge->event->facts, FACT_NOTE_GUEST_KEY);
    size_t guest_count = guests(judge);
    struct public_key key;

    if (guest_count == 0 && judge_signers(judge, MEANING_DID) == 0)
        judge_break(judge, REFUSAL_SIGNERS, 0, 0, MEANING_DID, 0);
    if ((guest_key != NULL) != (guest_count > 0))
        judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
    if (guest_key != NULL)
        (void)judge_new_key(judge, guest_key, &key);
    if (facts_get(&judge->event->facts, FACT_NOTE_ABOUT) != NULL)
        judge_touch_as_entry(judge, (uint32_t)judge_number(judge, FACT_NOTE_ABOUT, 0), NULL, NULL);
}

/* ---- erase */

static bool has_private(const struct event *event, int64_t key)
{
    for (size_t i = 0; i < event->private_count; i++)
        if (event->privates[i].key == key)
            return true;
    return false;
}

/* The policy's days are over, nothing is held, and no case is open. */
static void judge_retention(struct judge *judge, uint32_t number, const struct event *event, int64_t recorded_ms)
{
    int64_t until_ms = recorded_ms + view_policy(judge->view, POLICY_RETENTION_DAYS) * CIVIL_MS_PER_DAY;
    struct broken broken = { .code = REFUSAL_RETENTION, .entry = number };

    if (judge->placing->recorded_ms < until_ms)
        broken.a = at_local_days((struct at){ until_ms, event->occurred.offset_min });
    else if (view_policy(judge->view, POLICY_LEGAL_HOLD) == 0 && view_site(judge->view, SITE_OPEN_CASES) == 0)
        return;
    judge_note(judge, broken);
}

/* Nothing of the state changes but that it is written down: the opening lies outside the book, and is destroyed there. */
void rule_erase(struct judge *judge)
{
    uint32_t number = (uint32_t)judge_number(judge, FACT_ERASE_ENTRY, 0);
    int64_t field = judge_number(judge, FACT_ERASE_FIELD, 0);
    struct name name = { .id = (uint32_t)field, .entry = judge->placing->number };
    uint8_t key[5], nth[4];
    struct leaf *site = judge_site(judge);
    struct bytes bytes;
    struct entry entry;
    struct event event;

    if (!view_entry(judge->view, number, &bytes) || entry_decode(bytes, &entry) != EVENT_OK ||
        !judge_event_of(judge, number, &event) || !has_private(&event, field)) {
        judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
        return;
    }
    judge_retention(judge, number, &event, entry.header.recorded_ms);
    judge_touch_as_entry(judge, number, NULL, NULL);
    if (view_erased(judge->view, number, (uint8_t)field) != 0)
        judge_break(judge, REFUSAL_ALREADY_SO, 0, 0, 0, 0);
    erased_name(number, (uint8_t)field, key);
    view_name_put(judge->view, NAME_ERASED, bytes_of(key, sizeof key), &name);
    put_u32(nth, (uint32_t)++site->state[SITE_ERASURES]);
    view_name_put(judge->view, NAME_ERASURE, bytes_of(nth, sizeof nth), &name);
}
