/* The state of a subject: the leaf that a closing commits to, and a row of the tables kept beside the
 * entries.
 *
 * A leaf is [subject, id, touches, last, blind, state]: how many entries touched the subject, the
 * newest of them, that entry's act (so that nobody guesses a leaf he was not shown), and a list of
 * integers whose places are named here, once, for rules, `show` and SPEC.md alike.
 *
 * Six more tables have the same shape but no leaf, since they belong to no one subject: what waits for a
 * countersign (by entry), the totals of each product, the site as a whole, what stands on each shelf, what has to
 * be filed with an authority (by entry), and rules set aside once (by entry). What an entry did, its effect, is
 * kept beside them in a form of its own (ledger/effect.h). */
#ifndef SCHEMA_LEAF_H
#define SCHEMA_LEAF_H

#include <stdbool.h>
#include <stdint.h>

#include "schema/cbor.h"
#include "schema/ident.h"

enum {
    LEAF_TABLE_OVERRIDE = 57, LEAF_TABLE_FILING, LEAF_TABLE_SHELF, LEAF_TABLE_EFFECT, LEAF_TABLE_DUE, LEAF_TABLE_TOTAL,
    LEAF_TABLE_SITE, LEAF_TABLE_LIMIT
};

/* X(constant, name, unit): places from 0. Volumes in uL, masses in ng, times in ms, dates in days. */
#define VIAL_PLACES(X) \
    X(VIAL_PRODUCT, "product", "id") X(VIAL_STATE, "state", "1 sealed 2 open 3 finished 4 issued 5 void") \
    X(VIAL_PLACE, "place", "id") X(VIAL_HELD, "held", "why, 0 not") X(VIAL_UNCHECKED, "unchecked", "1 until checked") \
    X(VIAL_EXPIRY, "expiry", "date") X(VIAL_OPENED, "opened", "ms") X(VIAL_BEYOND_USE, "beyond-use", "ms") \
    X(VIAL_DRAWS, "draws", "count") X(VIAL_DRAWN_FOR, "drawn-for", "patient of the first draw") \
    X(VIAL_NAMED_FOR, "named-for", "patient it is reserved for") X(VIAL_BORN, "born", "entry") X(VIAL_RECEIVED, "received-at", "ms") \
    X(VIAL_LINE, "line", "row of the receipt, from 0") \
    X(VIAL_LABELLED, "labelled", "uL") X(VIAL_GAINED, "gained", "uL") X(VIAL_RETURNED, "returned", "uL") \
    X(VIAL_RECOVERED, "recovered", "uL") X(VIAL_ADJUSTED_UP, "adjusted-up", "uL") X(VIAL_DRAWN, "drawn", "uL") \
    X(VIAL_WASTED, "wasted", "uL") X(VIAL_CLOSING_LOSS, "closing-loss", "uL") X(VIAL_SHIPPED, "shipped", "uL") \
    X(VIAL_DESTROYED, "destroyed", "uL") X(VIAL_LOST, "lost", "uL") X(VIAL_SURRENDERED, "surrendered", "uL") \
    X(VIAL_ADJUSTED_DOWN, "adjusted-down", "uL") X(VIAL_LEFT, "left", "uL") \
    X(VIAL_ENDED, "ended", "place of the purpose that took all that was left, 0 none") X(VIAL_ENDED_BY, "ended-by", "entry, 0 none") \
    X(VIAL_FORCED, "forced", "uL of adjusted-up that corrections posted")

/* After these: for each source its vial, product, volume (uL), mass (ng) and what of it is not yet settled (ng). */
#define DOSE_PLACES(X) \
    X(DOSE_SESSION, "session", "id") X(DOSE_PATIENT, "patient", "id") \
    X(DOSE_STATE, "state", "1 drawn 2 running 3 paused 4 stopped 5 held 6 settled 7 void") \
    X(DOSE_CONTAINER, "container", "choice of draw") X(DOSE_VOLUME, "volume", "uL in all") \
    X(DOSE_DILUTED, "diluted", "1 when made up") X(DOSE_DRUG, "drug", "choice of product") \
    X(DOSE_DRAWER, "drawer", "person") X(DOSE_HOLDER, "holder", "person answering for it now") \
    X(DOSE_DRAWN_AT, "drawn-at", "ms") X(DOSE_STARTED_AT, "started-at", "ms") X(DOSE_STOPPED_AT, "stopped-at", "ms") \
    X(DOSE_USE_BY, "use-by", "ms") X(DOSE_ROUTE, "route", "choice of order") X(DOSE_SEALED, "sealed", "1 unopened item") \
    X(DOSE_SPRAYS, "sprays", "given") X(DOSE_DRAWN, "drawn", "ng") X(DOSE_GIVEN, "given", "ng") \
    X(DOSE_WASTED, "wasted", "ng") X(DOSE_RESIDUAL, "residual", "ng") X(DOSE_RETURNED, "returned", "ng") \
    X(DOSE_DESTROYED, "destroyed", "ng") X(DOSE_LOST, "lost", "ng") X(DOSE_HANDED_OUT, "handed-out", "ng") \
    X(DOSE_OPEN, "open", "ng") X(DOSE_ADJUSTED_UP, "adjusted-up", "ng") X(DOSE_ADJUSTED_DOWN, "adjusted-down", "ng") \
    X(DOSE_LAST, "last", "newest entry that did something with it") X(DOSE_FORCED, "forced", "ng of adjusted-up that corrections posted")

#define SESSION_PLACES(X) \
    X(SESSION_PATIENT, "patient", "id") X(SESSION_ORDER, "order", "id, 0 none") X(SESSION_PLACE, "place", "id, 0 none") \
    X(SESSION_STATE, "state", "1 open 2 closed 3 void") X(SESSION_OUTCOME, "outcome", "choice of session-close") \
    X(SESSION_CLINICIAN, "clinician", "person") X(SESSION_OPENED_AT, "opened-at", "ms") \
    X(SESSION_CLOSED_AT, "closed-at", "ms") X(SESSION_DOSES, "doses", "count") \
    X(SESSION_OPEN_DOSES, "open-doses", "neither settled nor held") X(SESSION_COMMITTED, "committed", "ng drawn less wasted, residual, returned") \
    X(SESSION_GIVEN, "given", "ng") X(SESSION_LAST_STOP, "last-stop", "ms, end of what was given last") \
    X(SESSION_FIRST_SPRAY, "first-spray", "ms") X(SESSION_LAST_SPRAY, "last-spray", "ms") \
    X(SESSION_OBSERVED_AT, "observed-at", "ms") X(SESSION_READY, "ready", "1 found fit to leave") \
    X(SESSION_VITALS, "vitals", "observations with a blood pressure") X(SESSION_BASELINE, "baseline", "1 with a blood pressure at its beginning")

/* After these: the persons who may not act for this patient, ascending. */
#define PATIENT_PLACES(X) \
    X(PATIENT_OPEN_SESSION, "open-session", "id, 0 none") X(PATIENT_SESSIONS, "sessions", "count") \
    X(PATIENT_LAST_DAY, "last-day", "date of the newest session") X(PATIENT_THAT_DAY, "that-day", "sessions begun on it") \
    X(PATIENT_REMS, "rems", "1 enrolled for esketamine")

#define PERSON_ACTS_PLACES(X) \
    X(ACTS_SIGNED, "signed", "entries") X(ACTS_LAST_SIGNED, "last-signed", "entry") \
    X(ACTS_PERFORMED, "performed", "entries by others' signature") X(ACTS_IRREGULAR, "irregular", "entries done by this person")

#define CREDENTIAL_PLACES(X) \
    X(CREDENTIAL_ROLES, "roles", "bits") X(CREDENTIAL_FROM, "from", "ms") X(CREDENTIAL_UNTIL, "until", "ms, 0 open") \
    X(CREDENTIAL_REVOKED, "revoked", "entry, 0 not") X(CREDENTIAL_KEY_ENTRY, "key-entry", "entry that gave the present key") \
    X(CREDENTIAL_PROVISIONAL, "provisional", "ms, until when without a second officer; 0 not") \
    X(CREDENTIAL_LICENCE_UNTIL, "licence-until", "date, 0 open") X(CREDENTIAL_BORN, "born", "entry")

#define PRODUCT_PLACES(X) \
    X(PRODUCT_DRUG, "drug", "choice") X(PRODUCT_FORM, "form", "choice") X(PRODUCT_STRENGTH, "strength", "ug/mL") \
    X(PRODUCT_VOLUME, "volume", "uL") X(PRODUCT_OVERFILL, "overfill", "uL") X(PRODUCT_SCHEDULE, "schedule", "choice") \
    X(PRODUCT_DILUTE_IV, "dilute-iv", "1 needed") X(PRODUCT_PROVISIONAL, "provisional", "1 until approved") \
    X(PRODUCT_BORN, "born", "entry") X(PRODUCT_REPLACED, "replaced", "id of the product that replaced it, 0 none")

#define PLACE_PLACES(X) \
    X(PLACE_TYPE, "type", "choice") X(PLACE_WITHIN, "within", "id, 0 none") \
    X(PLACE_PROVISIONAL, "provisional", "1 until approved") X(PLACE_BORN, "born", "entry")

#define PARTY_PLACES(X) \
    X(PARTY_TYPE, "type", "choice") X(PARTY_VALID_UNTIL, "valid-until", "date, 0 open") \
    X(PARTY_REGISTERED, "registered", "1 with a registration") X(PARTY_PROVISIONAL, "provisional", "1 until approved") \
    X(PARTY_BORN, "born", "entry")

#define ORDER_PLACES(X) \
    X(ORDER_PATIENT, "patient", "id") X(ORDER_PRESCRIBER, "prescriber", "person") X(ORDER_DRUG, "drug", "choice") \
    X(ORDER_ROUTE, "route", "choice") X(ORDER_PROTOCOL, "protocol", "choice, 0 none") X(ORDER_DOSE, "dose", "ng, 0 by weight") \
    X(ORDER_DOSE_PER_KG, "dose-per-kg", "ng/kg, 0 fixed") X(ORDER_WEIGHT, "weight", "g") X(ORDER_WEIGHED, "weighed", "date") \
    X(ORDER_SESSIONS, "sessions", "allowed") X(ORDER_USED, "used", "sessions begun") X(ORDER_INTERVAL, "interval", "days") \
    X(ORDER_LAST_DAY, "last-day", "date of the newest session") X(ORDER_FROM, "from", "ms") X(ORDER_UNTIL, "until", "ms, 0 open") \
    X(ORDER_CANCELLED, "cancelled", "entry, 0 not") X(ORDER_UNSIGNED, "unsigned", "1 until the prescriber signs") \
    X(ORDER_BORN, "born", "entry") X(ORDER_LAPSE, "lapse", "days, 0 never")

#define COUNT_PLACES(X) \
    X(COUNT_PLACE, "place", "id") X(COUNT_AS_OF, "as-of", "entry") X(COUNT_BORN, "born", "entry") \
    X(COUNT_LINES, "lines", "count") X(COUNT_CASES, "cases", "opened by it") X(COUNT_WHOLE, "whole", "1 all of the place") \
    X(COUNT_AT, "at", "ms") X(COUNT_CERTIFIED, "certified", "entry, 0 not")

/* After these: the persons who have a part in the entry that opened it, in the order it names them. */
#define CASE_PLACES(X) \
    X(CASE_STATE, "state", "1 open 2 resolved 3 resolved, waits for somebody from outside") X(CASE_CODE, "code", "what opened it") X(CASE_ENTRY, "entry", "entry that opened it") \
    X(CASE_SUBJECT, "subject", "kind of what it is about, 0 none") X(CASE_ID, "id", "which") \
    X(CASE_DIFFERENCE, "difference", "ng, missing negative") X(CASE_RESOLVED, "resolved", "entry, 0 not") \
    X(CASE_CAUSE, "cause", "choice of resolve") X(CASE_ADJUSTED, "adjusted", "ng booked under it, missing negative") \
    X(CASE_COMPENSATED, "compensated", "how often something was booked under it")

/* Without a leaf. DUE is by entry; after these places the persons in it: they may not countersign. */
#define DUE_PLACES(X) \
    X(DUE_WHAT, "what", "bits outstanding") X(DUE_ALL, "all", "bits there were") X(DUE_BY, "by", "ms") \
    X(DUE_KIND, "kind", "kind of the entry") X(DUE_DOER, "doer", "person") X(DUE_PRESCRIBER, "prescriber", "person who must sign an order")

/* By entry; newest of a rule and patient by NAME_OVERRIDE. */
#define OVERRIDE_PLACES(X) \
    X(OVERRIDE_RULE, "rule", "code") X(OVERRIDE_PATIENT, "patient", "id") X(OVERRIDE_FROM, "from", "ms") \
    X(OVERRIDE_UNTIL, "until", "ms") X(OVERRIDE_APPROVER, "approver", "person, 0 not approved yet") \
    X(OVERRIDE_SESSION, "session", "id that used it, 0 none")

/* By the entry it is about: for each sort of notice the last day, plus one, and the entry that filed it. */
#define FILING_PLACES(X) \
    X(FILING_LOSS_DUE, "loss-notice-due", "date + 1, 0 none") X(FILING_LOSS_FILED, "loss-notice-filed", "entry, 0 not") \
    X(FILING_FORM_DUE, "form-106-due", "date + 1, 0 none") X(FILING_FORM_FILED, "form-106-filed", "entry, 0 not") \
    X(FILING_REMS_DUE, "rems-due", "date + 1, 0 none") X(FILING_REMS_FILED, "rems-filed", "entry, 0 not") \
    X(FILING_CERTIFICATE_DUE, "certificate-due", "date + 1, 0 none") X(FILING_CERTIFICATE_FILED, "certificate-filed", "entry, 0 not")

/* What stands sealed and open at a place, of a product; the id is place x 256 + product. */
#define SHELF_PLACES(X) X(SHELF_SEALED, "sealed", "containers") X(SHELF_OPEN, "open", "containers")
enum { PRODUCT_LIMIT = 128, PLACE_LIMIT = 65535 }; /* of products a closing has room for the totals of so many */

/* The order is that of a closing's totals, after the product. */
#define TOTAL_PLACES(X) \
    X(TOTAL_OPENING, "opening", "ng") X(TOTAL_RECEIVED, "received", "ng") X(TOTAL_GAINED, "gained", "ng") \
    X(TOTAL_GIVEN, "given", "ng") X(TOTAL_WASTED, "wasted", "ng") X(TOTAL_RESIDUAL, "residual", "ng") \
    X(TOTAL_CLOSING_LOSS, "closing-loss", "ng") X(TOTAL_SHIPPED, "shipped", "ng") X(TOTAL_DESTROYED, "destroyed", "ng") \
    X(TOTAL_LOST, "lost", "ng") X(TOTAL_SURRENDERED, "surrendered", "ng") X(TOTAL_HANDED_OUT, "handed-out", "ng") \
    X(TOTAL_RECOVERED, "recovered", "ng") X(TOTAL_FOUND, "found", "ng") X(TOTAL_ADJUSTED_UP, "adjusted-up", "ng") \
    X(TOTAL_ADJUSTED_DOWN, "adjusted-down", "ng") X(TOTAL_IN_DOSES, "in-doses", "ng") X(TOTAL_ON_HAND, "on-hand", "ng")

/* After these: how many there are of each subject, from 0 (unused) to the last. */
#define SITE_PLACES(X) \
    X(SITE_ENTRIES, "entries", "count") X(SITE_RECORDED_AT, "recorded-at", "ms of the newest entry") \
    X(SITE_POLICY_ENTRY, "policy-entry", "entry") X(SITE_POLICY, "policy", "id") X(SITE_SEAL_ENTRY, "seal-entry", "entry") \
    X(SITE_TRAINING, "training", "1 yes") X(SITE_RECOVERY_NEEDED, "recovery-needed", "keys") \
    X(SITE_CLOSING, "closing", "entry of the newest closing") X(SITE_UNCLOSED_DAY, "unclosed-day", "date + 1 of entries not closed, 0 none") \
    X(SITE_CLOCK_ENTRY, "clock-entry", "entry of the newest clock event") \
    X(SITE_CLOCK_NOW, "clock-now", "ms it vouched for") \
    X(SITE_OPEN_DOSES, "open-doses", "count") X(SITE_OPEN_CASES, "open-cases", "count") X(SITE_DUES, "dues", "entries waiting") \
    X(SITE_LATE, "late", "entries recorded late") X(SITE_STALE, "stale", "entries with stale seen") \
    X(SITE_FOUNDED_AT, "founded-at", "ms of genesis") \
    X(SITE_FILINGS, "filings", "not filed yet") X(SITE_CERTIFIED, "certified", "entry of the newest certify") \
    X(SITE_CERTIFIED_AT, "certified-at", "ms, until when it holds") \
    X(SITE_INVENTORY_DAY, "inventory-day", "date + 1 of the newest inventory, 0 none") \
    X(SITE_STOCKED, "stocked", "entry of the first stock that is not an opening") \
    X(SITE_TRANSFERRED, "transferred", "ng shipped to other registrants") X(SITE_YEAR, "year", "the local year of the newest entry") \
    X(SITE_YEAR_GIVEN, "year-given", "ng given when it began") X(SITE_YEAR_TRANSFERRED, "year-transferred", "ng transferred when it began") \
    X(SITE_OVERRIDES, "overrides", "rules set aside") X(SITE_ERASURES, "erasures", "private fields destroyed")

#define LEAF_ENUM(constant_, name_, unit_) constant_,
enum vial_place { VIAL_PLACES(LEAF_ENUM) VIAL_PLACE_COUNT };
enum dose_place { DOSE_PLACES(LEAF_ENUM) DOSE_SOURCES };
enum session_place { SESSION_PLACES(LEAF_ENUM) SESSION_PLACE_COUNT };
enum patient_place { PATIENT_PLACES(LEAF_ENUM) PATIENT_MAY_NOT_ACT };
enum acts_place { PERSON_ACTS_PLACES(LEAF_ENUM) ACTS_PLACE_COUNT };
enum credential_place { CREDENTIAL_PLACES(LEAF_ENUM) CREDENTIAL_PLACE_COUNT };
enum product_place { PRODUCT_PLACES(LEAF_ENUM) PRODUCT_PLACE_COUNT };
enum place_place { PLACE_PLACES(LEAF_ENUM) PLACE_PLACE_COUNT };
enum party_place { PARTY_PLACES(LEAF_ENUM) PARTY_PLACE_COUNT };
enum order_place { ORDER_PLACES(LEAF_ENUM) ORDER_PLACE_COUNT };
enum count_place { COUNT_PLACES(LEAF_ENUM) COUNT_PLACE_COUNT };
enum case_place { CASE_PLACES(LEAF_ENUM) CASE_PEOPLE };
enum override_place { OVERRIDE_PLACES(LEAF_ENUM) OVERRIDE_PLACE_COUNT };
enum filing_place { FILING_PLACES(LEAF_ENUM) FILING_PLACE_COUNT };
enum shelf_place { SHELF_PLACES(LEAF_ENUM) SHELF_PLACE_COUNT };
enum due_place { DUE_PLACES(LEAF_ENUM) DUE_PEOPLE };
enum total_place { TOTAL_PLACES(LEAF_ENUM) TOTAL_PLACE_COUNT };
enum site_place { SITE_PLACES(LEAF_ENUM) SITE_COUNTS };
#undef LEAF_ENUM

enum vial_state { VIAL_SEALED = 1, VIAL_OPEN, VIAL_FINISHED, VIAL_ISSUED, VIAL_VOID };
enum dose_state { DOSE_IS_DRAWN = 1, DOSE_IS_RUNNING, DOSE_IS_PAUSED, DOSE_IS_STOPPED, DOSE_IS_HELD, DOSE_IS_SETTLED, DOSE_IS_VOID };
enum session_state { SESSION_IS_OPEN = 1, SESSION_IS_CLOSED, SESSION_IS_VOID };
enum case_state { CASE_IS_OPEN = 1, CASE_IS_RESOLVED, CASE_WAITS_OUTSIDE };

/* Per source of a dose, from DOSE_SOURCES on. */
enum dose_source { SOURCE_VIAL, SOURCE_PRODUCT, SOURCE_VOLUME, SOURCE_MASS, SOURCE_LEFT, SOURCE_PLACES, DOSE_SOURCE_LIMIT = 32 };

enum { CASE_PEOPLE_LIMIT = 8 };

enum { LEAF_BLIND_SIZE = 16, LEAF_STATE_LIMIT = 192, LEAF_SIZE_LIMIT = 64 + 9 * LEAF_STATE_LIMIT };

struct leaf {
    uint8_t table; /* a subject, or one of LEAF_TABLE_* */
    uint32_t id;
    uint32_t touches; /* entries that touched it; 0: it does not exist */
    uint32_t last;    /* the newest of them */
    uint8_t blind[LEAF_BLIND_SIZE];
    uint16_t count;   /* places in use */
    uint16_t capacity;
    int64_t *state; /* the holder's memory, room for `capacity` numbers */
};

struct leaf_place {
    const char *name;
    const char *unit;
};

/* The named places of a table, ending with name NULL; `capacity` is the most it can have. */
const struct leaf_place *leaf_places(unsigned table);
uint16_t leaf_place_count(unsigned table);
uint16_t leaf_capacity(unsigned table);

/* The leaf's one encoding, at most LEAF_SIZE_LIMIT bytes. */
void leaf_encode(const struct leaf *leaf, struct writer *writer);

/* Read an encoding into a leaf that has room for its table's capacity; false when it is not one. */
bool leaf_decode(struct bytes bytes, struct leaf *leaf);

#endif
