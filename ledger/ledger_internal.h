/* What an open ledger is made of, for the files that work on it: ledger.c, acts.c, commit.c, seal.c and
 * export_write.c. */
#ifndef LEDGER_INTERNAL_H
#define LEDGER_INTERNAL_H

#include "ledger/ledger.h"
#include "ledger/secrets.h"

struct ledger {
    char *directory;
    enum ledger_mode mode;
    bool is_foreign;        /* the file is another account's */
    struct store *store;
    struct digest id;       /* zero until genesis is prepared */
    char id_hex[2 * DIGEST_SIZE + 1];
    struct private_key *seal; /* NULL when reading, and where it is lost and another is to be put in */
    struct seal in_force;     /* the seal that the book names: its public key, and by which entry */
    struct secrets *secrets;  /* NULL until needed */
    bool is_behind;           /* the store is behind a head remembered here */
    struct error behind;
};

void ledger_set_id(struct ledger *ledger, const struct digest *id);

/* Take this for the seal in force, and load its key; where that is missing only LEDGER_RESEAL goes on without it. PH0713. */
enum ledger_status ledger_load_seal(struct ledger *ledger, const struct seal *seal, struct error *error);

/* The openings' store, opened or made when first wanted. */
enum ledger_status ledger_secrets(struct ledger *ledger, struct secrets **secrets, struct error *error);

/* ---- an act on its way (acts.c) */

/* When an act is recorded, of a list that has come as far as `list_ms`. */
static inline int64_t act_recorded_ms(const struct act *act, int64_t list_ms)
{
    return act->told_ms > list_ms ? act->told_ms : list_ms;
}

/* Where the acts of a list stand, and how many of them give birth to a subject: births.c. Making it anew is for nothing where
 * it is there: act ids and births do not change once a list is prepared. */
struct act_index;
enum ledger_status act_index_make(struct act_list *list, struct error *error);
void act_index_free(struct act_index *index);
uint32_t act_index_place(const struct act_list *list, const uint8_t act[static ACT_SIZE]); /* from 1; 0 where it is none's */
uint32_t act_index_parents(const struct act_list *list, enum subject subject);

/* Fill what prepare fills: ledger, seen, policy, list, privates. `list` is the whole list, `index` the act. */
enum ledger_status act_place_in_book(struct ledger *ledger, struct view *view, struct act_list *list, size_t index,
                                     struct error *error);

/* Encode the payload of an act into the list's memory. */
enum ledger_status act_encode(struct act *act, struct error *error);

/* Sign as one of its signers. */
enum ledger_status act_sign(struct act *act, size_t index, const struct private_key *key, enum cose_unlocked_by unlocked_by,
                            int64_t now_ms, struct error *error);

#endif
