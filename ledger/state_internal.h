/* What a view holds, for the files it is made of (state.c, state_event.c, effect.c) and nobody else. */
#ifndef LEDGER_STATE_INTERNAL_H
#define LEDGER_STATE_INTERNAL_H

#include "ledger/shelf.h"
#include "ledger/state.h"

/* One leaf of the view: as it was before the list, and as it is now. */
struct item {
    struct shelf_link link;
    bool is_changed;
    uint32_t last_before;
    uint32_t signed_before; /* of person-acts */
    uint32_t event;         /* the event that touched it last */
    uint16_t count_before;  /* places in use before that event */
    struct leaf leaf;
    int64_t state[]; /* room for its table's capacity, and again for what it was before the event */
};

/* The effect of an entry, laid over the store. */
struct kept_effect {
    struct shelf_link link;
    uint32_t entry;
    size_t size;
    uint8_t *bytes;
};

struct view {
    struct store_txn *txn;
    enum ledger_status status;
    struct error error;
    struct shelf items, names, births, effects;
    uint32_t entries_before;
    uint32_t event; /* which event of this view is under way, from 1; 0 before the first */
    struct item **touched; /* by that event, of the tables that effects are about */
    size_t touched_count, touched_capacity;
};

/* What keeps a view from being believed: the first such thing is remembered. */
void view_fail(struct view *view, enum ledger_status status, const struct error *error);
void view_no_memory(struct view *view);
void view_damaged(struct view *view, unsigned table, uint32_t id);

/* The event under way is about to change this leaf: keep what it was. */
void view_remember(struct view *view, struct item *item);

/* What view_flush and view_free do about effects. */
enum ledger_status view_event_flush(const struct view *view, struct store_txn *txn, struct error *error);
void view_event_free(struct view *view);

#endif
