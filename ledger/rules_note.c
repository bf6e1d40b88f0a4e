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
    const struct value *guest_key = facts_get(&judge->event->facts, 2);
    size_t guest_count = guests(judge);
    struct public_key key;

    if (guest_count == 0 && judge_signers(judge, MEANING_DID) == 0)
        judge_break(judge, REFUSAL_SIGNERS, 0, 0, MEANING_DID, 0);
    if ((guest_key != NULL) != (guest_count > 0))
        judge_break(judge, REFUSAL_COMBINATION, 0, 0, 0, 0);
    if (guest_key != NULL)
        (void)judge_new_key(judge, guest_key, &key);
    if (facts_get(&judge->event->facts, 1) != NULL)
        judge_touch_as_entry(judge, (uint32_t)judge_number(judge, 1, 0), NULL, NULL);
}
