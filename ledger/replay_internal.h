/* Shared by replay.c, which takes entries in turn, replay_judge.c, which judges one, and replay_root.c, which
 * says what stands. Nobody else includes it. */
#ifndef LEDGER_REPLAY_INTERNAL_H
#define LEDGER_REPLAY_INTERNAL_H

#include "ledger/replay.h"
#include "ledger/rules.h"
#include "ledger/sigpool.h"
#include "ledger/state.h"

/* An entry whose own hash is not the one its successor holds: one of the two was changed. */
struct doubt {
    uint32_t number;
    struct digest own, held;
};

enum { DOUBTS_LIMIT = 12 };

struct replay {
    struct store *store;
    struct store_txn *txn;
    struct view *view;       /* over one list, or over nothing but the book once rules have ended */
    uint32_t list_first;     /* entry the list of the view began with */
    uint32_t list_length;    /* 0 when the newest entry stood alone or ended its list */
    uint32_t list_seen;      /* that all of the list name, 0 for none */
    uint8_t list_act[ACT_SIZE];
    unsigned lists;          /* flushed since the transaction began */
    struct report *report;
    struct sigpool *pool;
    uint32_t count;          /* entries taken */
    uint32_t number;         /* that the newest bears, or should bear */
    uint8_t *waiting;        /* the newest entry, not yet judged */
    size_t waiting_size;
    struct digest waiting_hash;
    uint32_t followed;       /* the newest entry whose effects are the book's */
    size_t seal_count, seal_room;
    struct seal *seals;      /* as they were put in, genesis' first */
    bool has_doubtful_note;  /* a checkpoint by a seal that is not known */
    bool rules_stopped;      /* what follows is not judged by a state that nobody knows */
    uint32_t unjudged_first; /* the first entry with a signature by a key nobody knows, after rules have ended */
    uint64_t unjudged;       /* how many such signatures */
    struct replay_look look; /* `entries` 0: nobody asked for one */
    size_t doubt_count;      /* kept, the first of them */
    size_t doubt_total;
    struct doubt doubts[DOUBTS_LIMIT];
};

/* Judge one entry in its place: list, signatures, closing, rules, touches; its effects are made in the view.
 * Where rules end it sets `rules_stopped`. */
enum ledger_status replay_judge(struct replay *replay, const struct entry *entry, const struct event *event,
                                struct error *error);

/* What its signatures are worth, when rules have ended before it. */
enum ledger_status replay_judge_signatures(struct replay *replay, const struct event *event,
                                           const struct cose_message *message, uint32_t number, struct error *error);

#endif
