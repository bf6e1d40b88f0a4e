/* What is known of a session by the latest or first of what happened in it: when giving ended, the sprays, how the patient
 * was found. When one entry is corrected another may be the latest, so all of them are asked. */
#include <stdlib.h>

#include "ledger/correct.h"

/* What an entry says of this session, if it is about it. */
static void tell(struct judge *judge, struct leaf *session)
{
    const struct event *event = judge->event;
    bool gives = event->kind->number == KIND_ADMINISTER || event->kind->number == KIND_HANDOVER;

    if (event->kind->number == KIND_OBSERVE && judge_ref(judge, FACT_OBSERVE_SESSION) == session->id)
        observe_tells_session(judge, session);
    if (gives && view_number(judge->view, SUBJECT_DOSE, judge_ref(judge, FACT_ADMINISTER_DOSE), DOSE_SESSION) == session->id)
        give_tells_session(judge, session);
}

static void ask_entry(struct judge *judge, uint32_t number, struct leaf *session)
{
    static _Thread_local struct event event;
    const struct event *correction = judge->event;
    struct effect effect;

    if (correct_event_in_force(judge, number, &effect, &event) && effect.how != CORRECT_VOID) {
        judge->event = &event;
        view_resolve_earlier(judge->view, true);
        tell(judge, session);
        view_resolve_earlier(judge->view, false);
        judge->event = correction;
    }
    effect_release(&effect);
}

static void look_again(struct judge *judge, uint32_t id)
{
    struct leaf *session = judge_edit(judge, SUBJECT_SESSION, id);
    struct entry_numbers entries = { .count = 0 };

    if (session->last > view_entries_before(judge->view)) { /* by an entry of this list, which is not to be had yet */
        judge_break_entry(judge, REFUSAL_RESTS_ON_IT, SUBJECT_SESSION, id, session->last);
        return;
    }
    session->state[SESSION_LAST_STOP] = session->state[SESSION_FIRST_SPRAY] = session->state[SESSION_LAST_SPRAY] = 0;
    session->state[SESSION_OBSERVED_AT] = session->state[SESSION_READY] = 0;
    correct_entries_about(judge, session, &entries);
    for (size_t i = 0; i < entries.count; i++)
        if (i == 0 || entries.numbers[i] != entries.numbers[i - 1])
            ask_entry(judge, entries.numbers[i], session);
    free(entries.numbers);
}

void correct_look_again(struct judge *judge)
{
    for (size_t i = 0; i < judge->touched_count && !judge->cannot_stand; i++)
        if (judge->touched[i].subject == SUBJECT_SESSION &&
            view_number(judge->view, SUBJECT_SESSION, judge->touched[i].id, SESSION_STATE) != SESSION_IS_VOID)
            look_again(judge, judge->touched[i].id);
}
