/* phial seal change: a new seal, where the old one's key is lost, in other hands, or to be retired. */
#include "cli/commands.h"

#include <string.h>

#include "cli/record.h"
#include "cli/terminal.h"

/* The key is made before anybody signs: its public half is what they read. */
enum ledger_status shape_seal_change(struct recording *recording, struct error *error)
{
    struct public_key seal;
    enum ledger_status status = ledger_make_seal(recording->book.ledger, &seal, error);

    if (status == LEDGER_OK)
        gather_put_key(recording, &recording->act->event.facts, FACT_SEAL_CHANGE_SEAL, &seal);
    return status;
}

/* A key that is not to be the seal after all is not left lying there. Where nobody knows whether the change stands it
 * stays, and is put in its place when the ledger is opened. */
static void drop_key(struct recording *recording)
{
    const struct act *act = &recording->list->acts[0];
    const struct value *value = act->event.kind != NULL ? facts_get(&act->event.facts, FACT_SEAL_CHANGE_SEAL) : NULL;
    struct public_key seal = { .algorithm = KEY_ED25519 };

    if (value == NULL || recording->book.ledger == NULL)
        return;
    memcpy(seal.bytes, value->bytes.data, KEY_ED25519_SIZE);
    ledger_drop_seal(recording->book.ledger, &seal);
}

enum ledger_status cmd_seal_change(struct call *call, struct error *error)
{
    struct recording *recording = record_begin(call, 1);
    enum ledger_status status;

    if (recording == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is not enough memory");
    status = record_whole(recording, LEDGER_RESEAL, error);
    if (call->was_recorded)
        remark("The site has another public key from here on; those who verify may keep the old one too: "
               "phial key show --seal --all\n");
    else if (status != LEDGER_UNCERTAIN)
        drop_key(recording);
    record_end(recording);
    return status;
}
