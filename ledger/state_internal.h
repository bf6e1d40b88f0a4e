/* What a view holds, for the files it is made of (state.c, state_refs.c, state_event.c, effect.c) and nobody else. */
#ifndef LEDGER_STATE_INTERNAL_H
#define LEDGER_STATE_INTERNAL_H

#include "ledger/shelf.h"
#include "ledger/state.h"

/* One leaf of the view: as it was before the list, before the scopes that began, and as it is now. */
struct item {
    struct shelf_link link;
    bool is_changed;
    uint32_t last_before;
    uint32_t signed_before;             /* of person-acts */
    uint32_t scope[SCOPE_COUNT];        /* of each sort, the one that it was given out in last */
    uint16_t count_before[SCOPE_COUNT]; /* places in use before that */
    struct leaf leaf;
    int64_t state[]; /* room for its table's capacity, and again for what it was before each scope */
};

/* What was given out to be changed since a scope began. */
struct scope {
    uint32_t number; /* which of its sort this is in the view, from 1; 0 before the first */
    bool is_open;
    struct item **items; /* of the tables that effects are about */
    size_t count, capacity;
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
    bool is_earlier; /* references of earlier lists are understood */
    struct scope scopes[SCOPE_COUNT];
};

/* What keeps a view from being believed: the first such thing is remembered. */
void view_fail(struct view *view, enum ledger_status status, const struct error *error);
void view_damaged(struct view *view, unsigned table, uint32_t id);

/* This leaf is about to be changed: keep what it was. */
void view_remember(struct view *view, struct item *item);

/* An event of this list gave birth to it. */
void view_remember_birth(struct view *view, enum subject subject, uint32_t id, const uint8_t act[static ACT_SIZE]);

/* The leaf that the view holds, or NULL. */
struct item *view_item(struct view *view, unsigned table, uint32_t id);

/* What view_flush and view_free do about effects. */
enum ledger_status view_event_flush(const struct view *view, struct store_txn *txn, struct error *error);
void view_event_free(struct view *view);

#endif
