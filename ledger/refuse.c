#include "ledger/refuse.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ledger/names.h"
#include "ledger/sentence.h"
#include "schema/amount.h"

/* The newest entries that touched what this is about: the first place to look. */
static void tell_last_entries(struct view *view, const struct broken *broken, struct error *error)
{
    const struct leaf *leaf = broken->subject != 0 ? view_leaf(view, broken->subject, broken->id) : NULL;
    char line[ERROR_BOOK_SIZE] = "";
    size_t size = 0;

    for (uint32_t n = leaf != NULL ? leaf->touches : 0, shown = 0; n > 0 && shown < 3; n--, shown++) {
        char who[NAME_TEXT_SIZE];
        struct at recorded;
        struct civil_time local;
        struct bytes bytes;
        struct entry entry;
        struct event event;
        struct facts_fault fault;
        uint32_t number;
        int written;

        if (!view_touched_by(view, (enum subject)broken->subject, broken->id, n, &number) ||
            !view_entry(view, number, &bytes) || entry_decode(bytes, &entry) != EVENT_OK ||
            event_decode(entry.message.payload, &event, &fault) != EVENT_OK)
            break;
        recorded = (struct at){ entry.header.recorded_ms, event.occurred.offset_min };
        local = at_local_time(recorded);
        written = snprintf(line + size, sizeof line - size, "%s#%" PRIu32 " %s %02d:%02d %s", shown > 0 ? " · " : "", number,
                           event.kind->name, (int)local.hour, (int)local.minute,
                           name_of_person(view, rules_doer(&event), who));
        if (written < 0 || (size_t)written >= sizeof line - size)
            break;
        size += (size_t)written;
    }
    line[size] = '\0';
    if (size > 0)
        error_book(error, "last entries", "%s", line);
}

/* How much is missing, and whether overfill could explain it. */
static void tell_shortage(struct view *view, const struct broken *broken, struct error *error)
{
    uint32_t product = (uint32_t)view_number(view, SUBJECT_VIAL, broken->id, VIAL_PRODUCT);
    int64_t bound_ul = view_number(view, SUBJECT_PRODUCT, product, PRODUCT_OVERFILL) -
                       view_number(view, SUBJECT_VIAL, broken->id, VIAL_GAINED);
    uint64_t short_ul = (uint64_t)(broken->a - broken->b), mass_ng = 0;
    char pair[AMOUNT_TEXT_SIZE], bound[AMOUNT_TEXT_SIZE];

    if (broken->code != REFUSAL_OVERDRAWN || broken->a <= broken->b)
        return;
    (void)mass_of_volume(short_ul, (uint64_t)view_number(view, SUBJECT_PRODUCT, product, PRODUCT_STRENGTH), &mass_ng);
    format_amount_pair(mass_ng, short_ul, pair);
    format_volume(bound_ul > 0 ? (uint64_t)bound_ul : 0, bound);
    if ((int64_t)short_ul <= bound_ul)
        error_book(error, "short by", "%s, within the overfill this container may have (up to %s)", pair, bound);
    else
        error_book(error, "short by", "%s, more than the overfill this container may have (up to %s)", pair, bound);
}

/* The other rules that are broken too: the whole set, so that nobody meets them one by one. */
static void tell_others(const struct verdict *verdict, const struct broken *broken, const struct namer *namer,
                        struct error *error)
{
    for (size_t i = 0; i < verdict->broken_count; i++) {
        const struct broken *other = &verdict->broken[i];
        enum refusal_class class_ = refusal_find(other->code)->class_;
        char sentence[ERROR_BOOK_SIZE], code[ERROR_LABEL_SIZE];

        /* That a reason is wanted goes without saying beside the rule it is wanted for. */
        if (other->code == broken->code || other->code == REFUSAL_NEEDS_REASON || class_ == CLASS_NOTE || class_ == CLASS_CASE || class_ == CLASS_FINDING)
            continue;
        refusal_sentence(other, namer, sentence, sizeof sentence);
        snprintf(code, sizeof code, "also PH%04u", other->code);
        error_book(error, code, "%s", sentence);
    }
}

/* ---- what to type next, with what is known put in */

/* What the rule that decides is about, and what follows from it: a dose is of a session, that is of a patient. */
static uint32_t known_id(struct view *view, const struct broken *broken, enum subject subject)
{
    uint32_t session = broken->subject == SUBJECT_SESSION ? broken->id : 0;

    if (broken->subject == subject)
        return broken->id;
    if (broken->subject == SUBJECT_DOSE)
        session = (uint32_t)view_number(view, SUBJECT_DOSE, broken->id, DOSE_SESSION);
    if (subject == SUBJECT_SESSION)
        return session;
    if (subject == SUBJECT_PATIENT && broken->subject == SUBJECT_ORDER)
        return (uint32_t)view_number(view, SUBJECT_ORDER, broken->id, ORDER_PATIENT);
    return subject == SUBJECT_PATIENT && session != 0 ? (uint32_t)view_number(view, SUBJECT_SESSION, session, SESSION_PATIENT)
                                                      : 0;
}

/* What a word in capitals stands for here; false where that is the reader's to know. */
static bool fill_word(struct view *view, const struct broken *broken, struct bytes word, char out[static NAME_TEXT_SIZE])
{
    static const struct {
        const char *word;
        enum subject subject;
    } words[] = { { "VIAL", SUBJECT_VIAL }, { "DOSE", SUBJECT_DOSE }, { "SESSION", SUBJECT_SESSION }, { "ORDER", SUBJECT_ORDER },
                  { "PATIENT", SUBJECT_PATIENT }, { "CASE", SUBJECT_CASE } };

    if (bytes_equal_text(word, "ENTRY") && broken->entry != 0)
        return snprintf(out, NAME_TEXT_SIZE, "%" PRIu32, broken->entry) > 0;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        uint32_t id = bytes_equal_text(word, words[i].word) ? known_id(view, broken, words[i].subject) : 0;

        if (id != 0) {
            name_of_subject(view, words[i].subject, id, out);
            return true;
        }
    }
    return false;
}

static size_t word_size(const char *text)
{
    return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-");
}

static void tell_next(struct view *view, const struct broken *broken, struct error *error)
{
    const char *from = refusal_find(broken->code)->next;
    char next[ERROR_TEXT_SIZE], name[NAME_TEXT_SIZE];
    size_t size = 0;

    while (*from != '\0' && size + NAME_TEXT_SIZE < sizeof next) {
        size_t word = word_size(from), taken = word > 0 ? word : 1;

        if (word > 0 && fill_word(view, broken, bytes_of(from, word), name))
            size += (size_t)snprintf(next + size, sizeof next - size, "%s", name);
        else
            size += (size_t)snprintf(next + size, sizeof next - size, "%.*s", (int)taken, from);
        from += taken;
    }
    if (*from == '\0') /* else it would be cut short: the words as they are say more */
        error_next(error, "%s", next);
}

enum ledger_status refuse(struct view *view, const struct verdict *verdict, const struct broken *broken, int32_t offset_min,
                          struct error *error)
{
    struct namer namer = namer_of_view(view);
    char sentence[ERROR_TEXT_SIZE];
    enum ledger_status status;

    namer.offset_min = offset_min;
    refusal_sentence(broken, &namer, sentence, sizeof sentence);
    status = error_set(error, (enum refusal_code)broken->code, "%s", sentence);
    tell_last_entries(view, broken, error);
    tell_shortage(view, broken, error);
    tell_others(verdict, broken, &namer, error);
    tell_next(view, broken, error);
    return status;
}
