/* People who stand by what the seal writes: who asked for an export, who vouches for the clock. And what the
 * book notes of those who tried to sign and could not. */
#ifndef CLI_VOUCH_H
#define CLI_VOUCH_H

#include "cli/book.h"
#include "cli/unlock.h"

/* The handle that --as or PHIAL_AS names, or NULL. */
const char *vouch_handle(const struct call *call);

/* Whether a person is an officer whose rights stand now; `what` is what only an officer does, said by `option`. PH0305, PH0303. */
enum ledger_status vouch_check_officer(struct book *book, int64_t person, const char *what, const char *option,
                                       struct error *error);

/* Put the key of a person of this book on the ring and unlock it. `alone` says that --key FILE without a handle is
 * theirs. `*key` stays the ring's. */
enum ledger_status vouch_unlock(const struct call *call, struct book *book, struct ring *ring, int64_t person, bool alone,
                                struct ring_key **key, struct error *error);

/* Note every failed attempt to unlock a key of the ring, and, `were_asked`, that those after the first declined. The
 * book gathers attempts itself: it has one entry per person and ten minutes. */
void note_attempts(struct call *call, struct book *book, const struct ring *ring, bool were_asked);

#endif
