/* What the seal writes by itself: closings, accesses, clock entries. It signs inside the transaction. */
#include <stdlib.h>
#include <string.h>

#include "ledger/closing.h"
#include "ledger/commit.h"
#include "ledger/ledger_internal.h"

/* Place the last act of a list of the seal's, which is signed here and now. */
static enum ledger_status seal_act(struct commit *commit, struct act_list *list, size_t index, struct error *error)
{
    struct act *act = &list->acts[index];
    enum ledger_status status;

    if (commit->ledger->seal == NULL)
        return error_set(error, REFUSAL_SEAL_KEY, "the seal's key is missing");
    status = act_place_in_book(commit->ledger, commit->view, list, index, error);
    if (status == LEDGER_OK)
        status = act_encode(act, error);
    if (status == LEDGER_OK)
        status = act_sign(act, 0, commit->ledger->seal, COSE_UNLOCKED_SEAL, commit->recorded_ms, error);
    if (status == LEDGER_OK)
        status = commit_act(commit, act, error);
    return status;
}

static void begin_sealed(struct commit *commit, struct act *act, enum kind_number kind, int32_t offset_min)
{
    act_begin(act, kind_find(kind), (struct at){ commit->recorded_ms, offset_min });
    act_sign_as(act, PERSON_SEAL, MEANING_SEALED);
}

/* ---- closings */

static enum ledger_status seal_closing(struct commit *commit, struct act_list *list, size_t index, enum closing_reason why,
                                       struct bytes challenge, int32_t offset_min, struct error *error)
{
    struct act *act = &list->acts[index];
    struct closing_room *room = malloc(sizeof *room);
    struct digest challenge_hash = digest_bytes(challenge.data, challenge.size);
    int64_t unclosed = view_site(commit->view, SITE_UNCLOSED_DAY);
    struct at recorded = { commit->recorded_ms, offset_min };
    char day[CIVIL_TEXT_SIZE];
    enum ledger_status status;

    if (room == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
    begin_sealed(commit, act, KIND_CLOSING, offset_min);
    civil_format_date(unclosed != 0 ? (int32_t)(unclosed - 1) : at_local_days(recorded), day);
    status = closing_build(commit->view, commit->txn, view_entries_before(commit->view), why, day, &act->event.facts, room,
                           error);
    if (status == LEDGER_OK && challenge.size > 0)
        facts_put_bytes(&act->event.facts, 7, bytes_of(challenge_hash.bytes, DIGEST_SIZE));
    if (status == LEDGER_OK)
        status = seal_act(commit, list, index, error);
    free(room);
    return status;
}

/* Write a closing as the only entry of a commit that has begun, and end it. */
static enum ledger_status end_with_closing(struct commit *commit, enum closing_reason why, int32_t offset_min,
                                           struct placed *placed, struct error *error)
{
    struct act_list *list = act_list_new(1);
    enum ledger_status status;

    if (list == NULL)
        status = error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
    else
        status = seal_closing(commit, list, 0, why, bytes_of("", 0), offset_min, error);
    if (status == LEDGER_OK)
        status = commit_end(commit, placed, error);
    else
        commit_abort(commit);
    act_list_free(list);
    return status;
}

/* Whether what is to be recorded falls on a later day than entries that no closing covers. */
static bool day_is_over(const struct commit *commit, int32_t offset_min)
{
    int64_t unclosed = view_site(commit->view, SITE_UNCLOSED_DAY);
    struct at recorded = { commit->recorded_ms, offset_min };

    return unclosed != 0 && (int64_t)at_local_days(recorded) + 1 > unclosed;
}

enum ledger_status commit_begin_today(struct commit *commit, struct ledger *ledger, const char *terminal, struct at now,
                                      uint32_t *closing, struct error *error)
{
    enum ledger_status status = commit_begin(commit, ledger, terminal, now.ms, error);
    struct placed placed;

    /* Looked at again after each closing: between two transactions somebody else may record. */
    while (status == LEDGER_OK && day_is_over(commit, now.offset_min)) {
        status = end_with_closing(commit, CLOSING_DAY, now.offset_min, &placed, error);
        if (status != LEDGER_OK)
            return status;
        *closing = placed.first;
        status = commit_begin(commit, ledger, terminal, now.ms, error);
    }
    return status;
}

enum ledger_status ledger_begin_day(struct ledger *ledger, const char *terminal, struct at now, uint32_t *closing,
                                    struct error *error)
{
    struct commit commit;
    enum ledger_status status;

    *closing = 0;
    status = commit_begin_today(&commit, ledger, terminal, now, closing, error);
    if (status == LEDGER_OK)
        commit_abort(&commit);
    return status;
}

/* ---- accesses */

static void put_text(struct facts *facts, uint64_t key, const char *text)
{
    if (text != NULL && text[0] != '\0')
        facts_put_bytes(facts, key, bytes_of_text(text));
}

static enum ledger_status seal_access(struct commit *commit, struct act_list *list, const struct access *access,
                                      int32_t offset_min, struct error *error)
{
    struct facts *facts = &list->acts[0].event.facts;

    begin_sealed(commit, &list->acts[0], KIND_ACCESS, offset_min);
    facts_put_number(facts, 1, access->what);
    if (access->person > 0)
        facts_put_number(facts, 2, access->person);
    if (access->times > 0)
        facts_put_number(facts, 3, access->times);
    put_text(facts, 4, access->purpose);
    put_text(facts, 5, access->recipient);
    if (access->what == ACCESS_EXPORT)
        facts_put_number(facts, 6, 1);
    if (access->challenge.size > 0)
        facts_put_bytes(facts, 7, access->challenge);
    return seal_act(commit, list, 0, error);
}

/* The announcement comes first, then the closing that ends the export. */
static enum ledger_status seal_export(struct commit *commit, struct act_list *list, const struct access *access,
                                      int32_t offset_min, struct error *error)
{
    enum ledger_status status = seal_access(commit, list, access, offset_min, error);

    if (status == LEDGER_OK)
        status = seal_closing(commit, list, 1, CLOSING_EXPORT, access->challenge, offset_min, error);
    return status;
}

enum ledger_status ledger_note_access(struct ledger *ledger, const struct access *access, const char *terminal,
                                      struct at now, struct placed *placed, struct error *error)
{
    struct act_list *list = act_list_new(access->what == ACCESS_EXPORT ? 2 : 1);
    struct commit commit;
    enum ledger_status status;

    *placed = (struct placed){ 0 };
    if (list == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
    status = commit_begin_today(&commit, ledger, terminal, now, &placed->closed_before, error);
    if (status != LEDGER_OK) {
        act_list_free(list);
        return status;
    }
    if (access->what == ACCESS_EXPORT)
        status = seal_export(&commit, list, access, now.offset_min, error);
    else
        status = seal_access(&commit, list, access, now.offset_min, error);
    if (status == LEDGER_OK)
        status = commit_end(&commit, placed, error);
    else
        commit_abort(&commit);
    act_list_free(list);
    return status;
}

enum ledger_status ledger_close_day(struct ledger *ledger, enum closing_reason why, const char *terminal, struct at now,
                                    struct placed *placed, struct error *error)
{
    struct commit commit;
    enum ledger_status status;

    *placed = (struct placed){ 0 };
    status = commit_begin(&commit, ledger, terminal, now.ms, error);
    return status == LEDGER_OK ? end_with_closing(&commit, why, now.offset_min, placed, error) : status;
}

/* ---- the clock */

static enum ledger_status is_needed(struct view *view, int64_t now_ms, struct error *error)
{
    if (rules_clock_is_needed(view, now_ms))
        return LEDGER_OK;
    return error_set(error, REFUSAL_CLOCK_NEEDLESS, "the clock agrees with the book: the newest entry is not ahead of it, "
                                                    "and no longer ago than the policy allows.");
}

static enum ledger_status begin_clock_once(struct commit *commit, struct ledger *ledger, const char *terminal,
                                           int64_t now_ms, struct error *error)
{
    enum ledger_status status = commit_begin_at_newest(commit, ledger, terminal, now_ms, error);

    if (status != LEDGER_OK)
        return status;
    status = is_needed(commit->view, now_ms, error);
    if (status != LEDGER_OK)
        commit_abort(commit);
    return status;
}

/* Whether the clock goes to another day, ahead or back, than that of entries which no closing covers. */
static bool day_is_left(const struct commit *commit, struct at now)
{
    int64_t unclosed = view_site(commit->view, SITE_UNCLOSED_DAY);

    return unclosed != 0 && (int64_t)at_local_days(now) + 1 != unclosed;
}

/* A day that the clock leaves is closed first, at the time of its newest entry: nobody has vouched for the new time
 * yet. */
static enum ledger_status begin_clock(struct commit *commit, struct ledger *ledger, const char *terminal, struct at now,
                                      uint32_t *closing, struct error *error)
{
    enum ledger_status status = begin_clock_once(commit, ledger, terminal, now.ms, error);
    struct placed placed;

    while (status == LEDGER_OK && day_is_left(commit, now)) {
        commit->recorded_ms = view_site(commit->view, SITE_RECORDED_AT);
        status = end_with_closing(commit, CLOSING_DAY, now.offset_min, &placed, error);
        if (status != LEDGER_OK)
            return status;
        *closing = placed.first;
        status = begin_clock_once(commit, ledger, terminal, now.ms, error);
    }
    return status;
}

static enum ledger_status seal_clock(struct commit *commit, struct act_list *list, int64_t person, struct at now,
                                     struct error *error)
{
    struct at newest = { view_site(commit->view, SITE_RECORDED_AT), now.offset_min };
    struct facts *facts = &list->acts[0].event.facts;

    begin_sealed(commit, &list->acts[0], KIND_CLOCK, now.offset_min);
    facts_put_at(facts, 1, newest);
    facts_put_at(facts, 2, now);
    if (person > 0)
        facts_put_number(facts, 3, person);
    return seal_act(commit, list, 0, error);
}

enum ledger_status ledger_set_clock(struct ledger *ledger, int64_t person, const char *terminal, struct at now,
                                    struct placed *placed, struct error *error)
{
    struct act_list *list = act_list_new(1);
    struct commit commit;
    enum ledger_status status;

    *placed = (struct placed){ 0 };
    if (list == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
    status = begin_clock(&commit, ledger, terminal, now, &placed->closed_before, error);
    if (status == LEDGER_OK) {
        status = seal_clock(&commit, list, person, now, error);
        if (status == LEDGER_OK)
            status = commit_end(&commit, placed, error);
        else
            commit_abort(&commit);
    }
    act_list_free(list);
    return status;
}
