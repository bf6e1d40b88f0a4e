/* What stands: the root of a replay against the one that was signed, and which entries were changed.
 *
 * An entry and the one after it disagree about a hash: one of the two was changed, and links alone do not tell
 * which. The signed root does: it comes out with one way only to take either hash of each such pair. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/place.h"
#include "ledger/replay_internal.h"

/* One way to take the doubted entries: a bit for each that is taken at the hash its successor holds, and perhaps
 * another hash for the newest entry. */
struct way {
    unsigned held;
    const struct digest *newest;
};

static bool put_leaves(struct replay *replay, const struct merkle_store *nodes, const struct way *way)
{
    for (size_t i = 0; i < replay->doubt_count; i++) {
        const struct doubt *doubted = &replay->doubts[i];

        if (!merkle_replace(nodes, replay->count, doubted->number - 1,
                            (way->held >> i & 1u) != 0 ? &doubted->held : &doubted->own))
            return false;
    }
    return merkle_replace(nodes, replay->count, replay->count - 1,
                          way->newest != NULL ? way->newest : &replay->waiting_hash);
}

static enum ledger_status root_by(struct replay *replay, struct store_txn *txn, uint32_t size, const struct way *way,
                                  struct digest *root, struct error *error)
{
    struct tree tree;
    struct merkle_store nodes = tree_open(&tree, txn, TREE_ENTRIES);

    if (put_leaves(replay, &nodes, way) && merkle_root(&nodes, size, root))
        return LEDGER_OK;
    *error = tree.error;
    return tree.status;
}

/* The newest entry has no successor that holds its hash. If only the hash that it holds was changed, putting
 * that right gives its own hash back. */
static bool newest_put_right(const struct replay *replay, struct digest *hash)
{
    const struct doubt *newest = replay->doubt_count > 0 ? &replay->doubts[replay->doubt_count - 1] : NULL;
    uint8_t *copy, *place;

    if (newest == NULL || newest->number != replay->count - 1 || (copy = malloc(replay->waiting_size)) == NULL)
        return false;
    memcpy(copy, replay->waiting, replay->waiting_size);
    place = memmem(copy, replay->waiting_size, newest->held.bytes, DIGEST_SIZE);
    if (place != NULL) {
        memcpy(place, newest->own.bytes, DIGEST_SIZE);
        *hash = merkle_leaf(copy, replay->waiting_size);
    }
    free(copy);
    return place != NULL;
}

/* Look for the way that gives this root. */
static enum ledger_status find_way(struct replay *replay, struct store_txn *txn, uint32_t size, const struct digest *root,
                                   const struct digest *newest, struct way *way, bool *found, struct error *error)
{
    enum ledger_status status = LEDGER_OK;
    unsigned ways = 1u << replay->doubt_count;
    struct digest mine;

    *way = (struct way){ .newest = newest };
    for (; status == LEDGER_OK && way->held < ways; way->held++) {
        status = root_by(replay, txn, size, way, &mine, error);
        *found = status == LEDGER_OK && digest_equal(&mine, root);
        if (*found)
            break;
    }
    return status;
}

static enum ledger_status find_any_way(struct replay *replay, uint32_t size, const struct digest *root, struct way *way,
                                       bool *found, struct digest *newest, struct error *error)
{
    struct store_txn *txn = NULL;
    enum ledger_status status = store_begin_write(replay->store, 0, &txn, error);

    *found = false;
    if (status == LEDGER_OK)
        status = find_way(replay, txn, size, root, NULL, way, found, error);
    if (status == LEDGER_OK && !*found && size == replay->count && newest_put_right(replay, newest))
        status = find_way(replay, txn, size, root, newest, way, found, error);
    store_abort(txn); /* the leaves that were tried go with it */
    return status;
}

/* ---- naming */

static void name_changed(struct replay *replay, uint32_t number)
{
    if (number == replay->count)
        report_find(replay->report, JUDGED_FAIL, REFUSAL_ENTRY_CHANGED, number,
                    "entry %" PRIu32 " was changed after it was placed: it does not hold the hash of entry %" PRIu32
                    ", and with that the signed root comes out", number, number - 1);
    else
        report_find(replay->report, JUDGED_FAIL, REFUSAL_ENTRY_CHANGED, number,
                    "entry %" PRIu32 " was changed after it was placed: these are not the bytes whose hash entry %" PRIu32
                    " holds", number, number + 1);
}

/* Whether entry `number` is the next in doubt and was changed itself. */
static bool next_was_changed(const struct replay *replay, size_t next, uint32_t number, const struct way *way)
{
    if (next == replay->doubt_count)
        return way->newest != NULL && number == replay->count;
    return replay->doubts[next].number == number && (way->held >> next & 1u) != 0;
}

static void name_by_way(struct replay *replay, uint32_t size, const struct way *way)
{
    for (size_t i = 0; i < replay->doubt_count; i++) {
        uint32_t number = replay->doubts[i].number, next = number + 1;

        if ((way->held >> i & 1u) != 0)
            name_changed(replay, number);
        else if (next > size)
            report_find(replay->report, JUDGED_FAIL, REFUSAL_LINK, next,
                        "entry %" PRIu32 " does not follow on entry %" PRIu32 ": one of them was changed", next, number);
        else if (!next_was_changed(replay, i + 1, next, way))
            /* The tree was signed over these very bytes: whoever signed it had not chained them. */
            report_find(replay->report, JUDGED_FAIL, REFUSAL_LINK, next,
                        "entry %" PRIu32 " holds another hash than entry %" PRIu32 " has, and was signed like that", next, number);
    }
    if (way->newest != NULL)
        name_changed(replay, replay->count);
    replay->report->others_stand = size == replay->count && !replay->has_doubtful_note;
}

/* Of two entries with a broken link between them the one whose other link is broken too (SPEC 13.2). */
static void name_by_links(struct replay *replay)
{
    for (size_t i = 0; i < replay->doubt_count; i++) {
        uint32_t number = replay->doubts[i].number;
        bool next_too = i + 1 < replay->doubt_count && replay->doubts[i + 1].number == number + 1;

        report_find(replay->report, JUDGED_FAIL, REFUSAL_LINK, next_too ? number + 1 : number,
                    "entry %" PRIu32 " does not follow on entry %" PRIu32 ": %s %" PRIu32
                    " was changed, or something was removed or put in between them", number + 1, number,
                    next_too ? "entry" : "most likely entry", next_too ? number + 1 : number);
        i += next_too;
    }
    if (replay->doubt_total > replay->doubt_count)
        report_find(replay->report, JUDGED_FAIL, REFUSAL_LINK, 0, "and %zu more links between entries are broken",
                    replay->doubt_total - replay->doubt_count);
    replay->report->others_stand = false;
}

void replay_without_root(struct replay *replay)
{
    name_by_links(replay);
}

enum ledger_status replay_compare_root(struct replay *replay, uint64_t size, const struct digest *root, struct error *error)
{
    struct report *report = replay->report;
    struct digest newest;
    struct way way;
    bool found;
    enum ledger_status status;

    if (size == 0 || size > replay->count) {
        report_find(report, JUDGED_UNPROVEN, REFUSAL_INCOMPLETE, 0,
                    "the checkpoint speaks of %" PRIu64 " entries, and %" PRIu32 " are here", size, replay->count);
        name_by_links(replay);
        return LEDGER_OK;
    }
    if (replay->doubt_total > replay->doubt_count) {
        name_by_links(replay); /* more ways than anybody can try */
        return LEDGER_OK;
    }
    status = find_any_way(replay, (uint32_t)size, root, &way, &found, &newest, error);
    if (status != LEDGER_OK)
        return status;
    if (found) {
        name_by_way(replay, (uint32_t)size, &way);
        return LEDGER_OK;
    }
    report_find(report, JUDGED_FAIL, REFUSAL_ROOT, replay->doubt_total == 0 ? (uint32_t)size : 0,
                "the entries do not give the root that the seal signed for %" PRIu64 "%s", size,
                replay->doubt_total == 0 ? ": the newest of them was changed, or the checkpoint is not of this book" : "");
    if (report->sound >= size)
        report->sound = (uint32_t)size - 1;
    name_by_links(replay);
    return LEDGER_OK;
}
