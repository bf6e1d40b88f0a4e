/* Who and what is meant: handles, ids, short names and codes, looked up in the book. */
#include "ledger/words_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ledger/names.h"

/* Whether the book has this one. */
static bool exists(const struct words *words, enum subject subject, uint32_t id)
{
    return view_leaf(words->view, subject, id) != NULL;
}

/* What the book calls each of a subject, offered as what may have been meant. */
static void offer_all(const struct words *words, enum subject subject, struct nearest *nearest)
{
    char name[NAME_TEXT_SIZE];
    uint32_t count = view_count(words->view, subject);

    for (uint32_t i = 0; i < count; i++)
        if (short_name_of(words->view, subject, i + 1, name))
            nearest_offer(nearest, name);
}

static void suggest_name(const struct words *words, enum subject subject, const char *typed, struct error *error)
{
    struct nearest nearest;

    nearest_begin(&nearest, typed);
    offer_all(words, subject, &nearest);
    nearest_suggest(&nearest, error);
}

/* The id that a name of this class bears, or 0. */
static uint32_t named(const struct words *words, enum name_class name_class, const char *text)
{
    struct name name;

    return view_name(words->view, name_class, bytes_of_text(text), &name) ? name.id : 0;
}

/* ---- people */

static enum ledger_status refuse_person(const struct words *words, const char *typed, struct error *error)
{
    char shown[WORD_SHOWN_SIZE];
    enum ledger_status status = view_status(words->view, error);

    if (status != LEDGER_OK)
        return status;
    status = error_set(error, REFUSAL_UNKNOWN_HANDLE, "nobody at this site is called \"%s\".",
                       word_shown(bytes_of_text(typed), shown));
    suggest_name(words, SUBJECT_CREDENTIAL, typed, error);
    return status;
}

enum ledger_status words_read_person(const struct words *words, const char *text, int64_t *person, struct error *error)
{
    char word[WORD_SIZE];
    uint32_t id = 0;

    if (!word_copy(text, word))
        return word_refuse(error, REFUSAL_UNKNOWN_HANDLE, NULL, text, "is too long for a handle");
    if (!word_is_digits(word)) {
        word_lower(word);
        id = named(words, NAME_HANDLE, word);
    } else if (entry_number_parse(word, &id) != IDENT_OK || !exists(words, SUBJECT_CREDENTIAL, id)) {
        id = 0;
    }
    if (id == 0)
        return refuse_person(words, word, error);
    *person = id;
    return LEDGER_OK;
}

/* ---- ids */

/* Where all of them can be seen. */
static const char *list_of(enum subject subject)
{
    switch (subject) {
    case SUBJECT_DOSE:
        return "phial pending";
    case SUBJECT_SESSION:
        return "phial session list";
    case SUBJECT_PATIENT:
        return "phial patient list";
    case SUBJECT_PRODUCT:
        return "phial product list";
    case SUBJECT_PLACE:
        return "phial place list";
    case SUBJECT_PARTY:
        return "phial party list";
    case SUBJECT_ORDER:
        return "phial order list";
    case SUBJECT_COUNT:
    case SUBJECT_CASE:
        return "phial status";
    case SUBJECT_POLICY:
        return "phial policy show";
    default:
        return "phial stock";
    }
}

static enum ledger_status refuse_unknown(const struct words *words, enum subject subject, uint32_t id,
                                         struct error *error)
{
    char name[NAME_TEXT_SIZE], newest[NAME_TEXT_SIZE];
    uint32_t count = view_count(words->view, subject);
    enum ledger_status status = view_status(words->view, error);

    if (status != LEDGER_OK)
        return status;
    if (subject_letter(subject) != '-')
        (void)ident_format(subject, id, name);
    else
        (void)snprintf(name, sizeof name, "%" PRIu32, id);
    status = error_set(error, REFUSAL_UNKNOWN_ID, "there is no %s %s at this site.", subject_name(subject), name);
    if (count == 0)
        error_book(error, "the book", "has no %s yet", subject_name(subject));
    else
        error_book(error, "newest", "%s", name_of_subject(words->view, subject, count, newest));
    error_next(error, "%s          or scan the label again", list_of(subject));
    return status;
}

/* What is no id of this subject. */
static enum ledger_status refuse_id(enum subject subject, const char *text, struct error *error)
{
    enum ledger_status status =
        word_refuse(error, REFUSAL_UNKNOWN_ID, NULL, text, "is no %s", subject_name(subject));

    if (word_is_digits(text) && strlen(text) <= 10)
        error_next(error, "%c-%s, if that was meant\n%s", subject_letter(subject), text, list_of(subject));
    else
        error_next(error, "ids are written as %c-12; see %s", subject_letter(subject), list_of(subject));
    return status;
}

/* An id with the letter of its subject. `*id` is 0 when the book has no such one. */
static enum ledger_status read_ident(const struct words *words, enum subject subject, const char *text, uint32_t *id,
                                     struct error *error)
{
    enum subject other = subject;
    uint32_t number = 0;

    switch (ident_parse(text, &other, &number)) {
    case IDENT_OK:
        break;
    case IDENT_CHECK_LETTER:
        return word_refuse(error, REFUSAL_CHECK_LETTER, NULL, text, "has a check letter that does not fit");
    default:
        return refuse_id(subject, text, error);
    }
    if (other != subject) {
        enum ledger_status status = word_refuse(error, REFUSAL_UNKNOWN_ID, NULL, text, "is a %s, and a %s is asked for",
                                                subject_name(other), subject_name(subject));

        error_next(error, "%s          or scan the other label", list_of(subject));
        return status;
    }
    if (!exists(words, subject, number))
        return refuse_unknown(words, subject, number, error);
    *id = number;
    return LEDGER_OK;
}

enum ledger_status word_read_entry(const struct words *words, const struct field *field, const char *text,
                                   struct value *value, struct error *error)
{
    int64_t newest = view_site(words->view, SITE_ENTRIES);
    enum ledger_status status = view_status(words->view, error);
    uint32_t number = 0;

    if (status != LEDGER_OK)
        return status;
    if (word_is_act(text))
        return word_read_act_entry(words, field, text, value, error);
    if (entry_number_parse(text, &number) != IDENT_OK) {
        status = word_refuse(error, REFUSAL_BAD_VALUE, field, text, "is no entry number");
        error_next(error, "write it as 48206 or #48,206; see phial log");
        return status;
    }
    if (number > newest) {
        status = error_set(error, REFUSAL_UNKNOWN_ID, "%s: there is no entry #%" PRIu32 " in this book.", field->name,
                           number);
        error_book(error, "newest", "#%" PRId64, newest);
        error_next(error, "look up the number: phial log");
        return status;
    }
    value->number = number;
    return LEDGER_OK;
}

/* ---- products, places and parties */

static enum name_class class_of(enum subject subject)
{
    return subject == SUBJECT_PRODUCT ? NAME_PRODUCT : subject == SUBJECT_PLACE ? NAME_PLACE : NAME_PARTY;
}

static enum ledger_status refuse_name(const struct words *words, enum subject subject, const char *text,
                                      struct error *error)
{
    char lower[WORD_SIZE];
    enum ledger_status status =
        word_refuse(error, REFUSAL_UNKNOWN_NAME, NULL, text, "is no %s of this site", subject_name(subject));

    memcpy(lower, text, strlen(text) + 1);
    word_lower(lower);
    error_next(error, "%s; a new one: phial %s add NAME", list_of(subject), subject_name(subject));
    suggest_name(words, subject, lower, error);
    return status;
}

/* One by its short name, another by its id: `l2` and L-2. */
static enum ledger_status refuse_ambiguous(enum subject subject, const char *text, uint32_t by_name, uint32_t by_id,
                                           struct error *error)
{
    char first[IDENT_TEXT_SIZE], second[IDENT_TEXT_SIZE];
    enum ledger_status status =
        word_refuse(error, REFUSAL_AMBIGUOUS, NULL, text, "could be two %s",
                    subject == SUBJECT_PARTY ? "parties" : subject == SUBJECT_PLACE ? "places" : "products");

    ident_format(subject, by_name, first);
    ident_format(subject, by_id, second);
    error_book(error, "either", "%s, of which it is the short name", first);
    error_book(error, "or", "%s, of which it is the id", second);
    error_next(error, "type %s or %s, with the capital letter", first, second);
    return status;
}

static enum ledger_status read_barcode(const struct words *words, const char *text, uint32_t *id, struct error *error)
{
    char gtin[GTIN_SIZE];
    enum ledger_status status = word_read_gtin(words, NULL, text, gtin, error);

    if (status != LEDGER_OK)
        return status;
    *id = named(words, NAME_GTIN, gtin);
    if (*id != 0)
        return LEDGER_OK;
    status = view_status(words->view, error);
    return status != LEDGER_OK
               ? status
               : error_set(error, REFUSAL_UNKNOWN_BARCODE, "no product of this site has the barcode %s.", gtin);
}

static enum ledger_status read_drug_code(const struct words *words, const char *text, uint32_t *id,
                                         struct error *error)
{
    struct ndc ndc;
    enum ledger_status status = word_read_ndc(NULL, text, &ndc, error);

    if (status != LEDGER_OK)
        return status;
    *id = named(words, NAME_NDC, ndc.label);
    if (*id != 0)
        return LEDGER_OK;
    status = view_status(words->view, error);
    if (status == LEDGER_OK) {
        status = error_set(error, REFUSAL_UNKNOWN_NAME, "no product of this site has the NDC %s.", ndc.label);
        error_next(error, "phial product list; a new one: phial product add NAME");
    }
    return status;
}

/* What is neither a short name nor an id: codes of products are told by their look. */
static enum ledger_status read_code(const struct words *words, enum subject subject, const char *text, uint32_t *id,
                                    struct error *error)
{
    bool has_digits_only = text[0] != '\0' && text[strspn(text, "0123456789-")] == '\0';
    bool has_hyphen = strchr(text, '-') != NULL;
    size_t size = strlen(text);
    bool is_ndc_like = has_digits_only && (size == 10 || size == 11 || (has_hyphen && size < NDC_TEXT_SIZE));

    if (subject != SUBJECT_PRODUCT)
        return refuse_name(words, subject, text, error);
    if (is_ndc_like)
        return read_drug_code(words, text, id, error);
    if (text[0] == ']' || text[0] == '(' || (text[0] >= '0' && text[0] <= '9') || text[0] == '\x1d')
        return read_barcode(words, text, id, error);
    return refuse_name(words, subject, text, error);
}

static enum ledger_status read_defined(const struct words *words, enum subject subject, const char *text, uint32_t *id,
                                       struct error *error)
{
    enum subject other = subject;
    char lower[WORD_SIZE];
    uint32_t number = 0, by_id = 0, by_name;
    enum ident_status form = ident_parse(text, &other, &number);
    enum ledger_status status;

    memcpy(lower, text, strlen(text) + 1);
    word_lower(lower);
    by_name = named(words, class_of(subject), lower);
    if (form == IDENT_OK && other == subject && exists(words, subject, number))
        by_id = number;
    status = view_status(words->view, error);
    if (status != LEDGER_OK)
        return status;
    /* Short names have no capitals, so a capital letter says that an id is meant. */
    if (by_id != 0 && text[0] >= 'A' && text[0] <= 'Z')
        by_name = 0;
    if (by_id != 0 && by_name != 0 && by_id != by_name)
        return refuse_ambiguous(subject, text, by_name, by_id, error);
    *id = by_name != 0 ? by_name : by_id;
    if (*id != 0)
        return LEDGER_OK;
    if (form == IDENT_OK || form == IDENT_CHECK_LETTER)
        return read_ident(words, subject, text, id, error);
    return read_code(words, subject, text, id, error);
}

/* ---- what an earlier act of the list gives birth to */

bool word_is_newborn(enum subject subject, const char *text, uint32_t *nth)
{
    bool is_capital = text[0] >= 'A' && text[0] <= 'Z';
    bool has_names = subject == SUBJECT_PRODUCT || subject == SUBJECT_PLACE || subject == SUBJECT_PARTY;
    enum subject other;

    /* `l-new` may be the short name of a place; no such name has a capital. */
    return newborn_parse(text, &other, nth) && other == subject && (is_capital || !has_names);
}

static enum ledger_status refuse_newborn(enum subject subject, const char *text, uint32_t count, struct error *error)
{
    const char *name = subject_name(subject);
    char letter = subject_letter(subject);
    enum ledger_status status;

    if (count == 0) {
        status = word_refuse(error, REFUSAL_UNKNOWN_ID, NULL, text,
                             "stands for a new %s of the same list, and no act before this one gives birth to any", name);
        error_next(error, "record both in one list: phial ACT … + ACT …\nor give the number: %s", list_of(subject));
        return status;
    }
    status = word_refuse(error, REFUSAL_AMBIGUOUS, NULL, text,
                         "is not clear: the acts before this one give birth to %" PRIu32 " of its kind (%s)", count, name);
    error_next(error, "%c-new.1 for the first, to %c-new.%" PRIu32 " for the last", letter, letter, count);
    return status;
}

enum ledger_status word_read_newborn(struct words *words, enum subject subject, const char *text, uint32_t nth,
                                     struct value *value, struct error *error)
{
    const struct word_births *births = words->births;
    struct value ref = { .present = true };
    uint32_t count = births != NULL ? births->newborn(births->context, subject, nth > 0 ? nth - 1 : 0, &ref) : 0;

    if (count == 0 || nth > count || (nth == 0 && count > 1))
        return refuse_newborn(subject, text, count, error);
    *value = ref;
    return word_keep(words, ref.bytes, &value->bytes, error);
}

/* ---- any subject */

static enum ledger_status read_person_as_subject(const struct words *words, const char *text, uint32_t *id,
                                                 struct error *error)
{
    int64_t person = 0;
    enum ledger_status status = words_read_person(words, text, &person, error);

    if (status == LEDGER_OK)
        *id = (uint32_t)person;
    return status;
}

/* Policies have no letter: a number. */
static enum ledger_status read_policy(const struct words *words, const char *text, uint32_t *id, struct error *error)
{
    uint32_t number = 0;

    if (!word_is_digits(text) || entry_number_parse(text, &number) != IDENT_OK) {
        enum ledger_status status = word_refuse(error, REFUSAL_UNKNOWN_ID, NULL, text, "is no policy");

        error_next(error, "policies go by number, as 1; see %s", list_of(SUBJECT_POLICY));
        return status;
    }
    if (!exists(words, SUBJECT_POLICY, number))
        return refuse_unknown(words, SUBJECT_POLICY, number, error);
    *id = number;
    return LEDGER_OK;
}

enum ledger_status words_read_subject(const struct words *words, enum subject subject, const char *text, uint32_t *id,
                                      struct error *error)
{
    char word[WORD_SIZE];

    if (!word_copy(text, word))
        return word_refuse(error, REFUSAL_UNKNOWN_ID, NULL, text, "is too long for a name");
    switch (subject) {
    case SUBJECT_PERSON_ACTS:
    case SUBJECT_CREDENTIAL:
        return read_person_as_subject(words, word, id, error);
    case SUBJECT_PRODUCT:
    case SUBJECT_PLACE:
    case SUBJECT_PARTY:
        return read_defined(words, subject, word, id, error);
    case SUBJECT_POLICY:
        return read_policy(words, word, id, error);
    default:
        return read_ident(words, subject, word, id, error);
    }
}
