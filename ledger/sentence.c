#include "ledger/sentence.h"

#include <assert.h>
#include <string.h>

#include "ledger/telling.h"

static_assert(FACTS_LIMIT <= 64 && MEANING_LAST < 64, "what has been told is kept in 64 bits");

/* ---- people */

static const struct {
    const char *place;
    enum meaning meaning;
} parts[] = {
    { "doer", MEANING_DID }, { "witness", MEANING_WITNESSED }, { "taker", MEANING_TOOK_OVER },
    { "approver", MEANING_APPROVED }, { "prescriber", MEANING_PRESCRIBED },
};

static bool part_of(struct bytes place, enum meaning *meaning)
{
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (bytes_equal_text(place, parts[i].place)) {
            *meaning = parts[i].meaning;
            return true;
        }
    return false;
}

/* Everybody among these with this meaning, "A and B"; false when there is none. */
static bool say_people(struct phrase *phrase, const struct event_signer *people, size_t count, enum meaning meaning)
{
    size_t left = 0;
    bool is_first = true;

    for (size_t i = 0; i < count; i++)
        left += people[i].meaning == meaning;
    for (size_t i = 0; i < count; i++) {
        if (people[i].meaning != meaning)
            continue;
        left--;
        phrase_text(phrase, is_first ? "" : left == 0 ? " and " : ", ");
        is_first = false;
        if (people[i].meaning == MEANING_NEW_KEY && people[i].person == PERSON_NEW)
            phrase_text(phrase, "the person enrolled");
        else
            phrase_person(phrase, people[i].person);
    }
    return !is_first;
}

/* Who played a part: those who sign that they did, else those who are said to have; who did it is at last
 * the one who reports it. */
static void say_part(struct phrase *phrase, struct telling *telling, enum meaning meaning)
{
    const struct event *event = telling->event;

    if (say_people(phrase, event->signers, event->signer_count, meaning)) {
        telling->told_meanings |= UINT64_C(1) << meaning;
        return;
    }
    if (say_people(phrase, event->performed, event->performed_count, meaning))
        return;
    if (meaning != MEANING_DID || !say_people(phrase, event->signers, event->signer_count, MEANING_REPORTED))
        phrase_text(phrase, "somebody");
}

/* ---- templates */

static size_t field_place(const struct scope *scope, struct bytes name)
{
    const struct field *fields = scope->facts->fields;
    size_t index = 0;

    while (fields[index].name != NULL && !bytes_equal_text(name, fields[index].name))
        index++;
    assert(fields[index].name != NULL);
    return index;
}

/* An empty set is present in the bytes and still has nothing to say. */
static bool scope_has(void *context, struct bytes place)
{
    const struct scope *scope = context;
    enum meaning meaning;
    size_t index;

    if (part_of(place, &meaning))
        return true;
    index = field_place(scope, place);
    return scope->facts->values[index].present &&
           (scope->facts->fields[index].type != FIELD_SET || scope->facts->values[index].number != 0);
}

static void scope_say(void *context, struct phrase *phrase, struct bytes place, struct bytes noun)
{
    struct scope *scope = context;
    enum meaning meaning;
    size_t index;

    if (part_of(place, &meaning)) {
        say_part(phrase, scope->telling, meaning);
        return;
    }
    index = field_place(scope, place);
    scope->told |= UINT64_C(1) << index;
    if (scope->facts->values[index].present)
        say_value(phrase, scope, &scope->facts->fields[index], &scope->facts->values[index], noun);
    else
        phrase_text(phrase, "nothing");
}

void say_template(struct phrase *phrase, const char *sentence, struct scope *scope)
{
    struct places places = { scope, scope_has, scope_say };

    phrase_template(phrase, sentence, &places);
}

bool say_untold(struct phrase *phrase, struct scope *scope, const char *first, const char *between)
{
    const struct field *fields = scope->facts->fields;
    const char *before = first;

    for (size_t i = 0; fields[i].name != NULL; i++) {
        if (!scope->facts->values[i].present || (scope->told >> i & 1))
            continue;
        phrase_text(phrase, before);
        before = between;
        phrase_text(phrase, fields[i].name);
        if (fields[i].type == FIELD_YES)
            continue;
        phrase_text(phrase, " ");
        say_value(phrase, scope, &fields[i], &scope->facts->values[i], bytes_of(NULL, 0));
    }
    return before != first;
}

/* ---- what an entry is corrected to */

enum { TEMPLATE_SIZE = 512 };

/* The entry that a row is about. */
static bool entry_of_row(const struct phrase *phrase, const struct scope *row, struct event *event)
{
    const struct field *fields = row->facts->fields;

    for (size_t i = 0; fields[i].name != NULL; i++)
        if (fields[i].type == FIELD_ENTRY)
            return phrase->namer->event != NULL &&
                   phrase->namer->event(phrase->namer->context, (uint32_t)row->facts->values[i].number, event) &&
                   (event->kind->flags & KIND_IS_CORRECTABLE) != 0;
    return false;
}

/* All of the facts of a kind; or of its fields some, where they are added to others: nothing is wrong then but that
 * those are not there. */
static bool decode_facts(struct bytes bytes, const struct kind *kind, struct facts *facts, bool *is_whole)
{
    struct facts_fault fault;
    struct reader reader;

    reader_init(&reader, bytes, READ_DEPTH_LIMIT);
    *is_whole = facts_decode(&reader, kind->fields, facts, &fault);
    return (*is_whole || fault.status == FACTS_MISSING) && reader_end(&reader) == READ_OK;
}

/* Within another sentence, so without its full stop. */
static void say_clause(struct phrase *phrase, const char *sentence, struct scope *scope)
{
    char clause[TEMPLATE_SIZE];
    size_t size = strlen(sentence);

    assert(size > 0 && size < sizeof clause && sentence[size - 1] == '.');
    memcpy(clause, sentence, size - 1);
    clause[size - 1] = '\0';
    say_template(phrase, clause, scope);
}

static bool is_added(const struct scope *row)
{
    const struct field *how = field_named(row->facts->fields, "how");

    return how != NULL && facts_number(row->facts, how->key, 0) == CORRECT_ADD;
}

bool say_facts(struct phrase *phrase, const struct scope *row, struct bytes bytes)
{
    struct event event;
    struct telling telling = { .event = &event };
    struct facts facts;
    struct scope scope = { .telling = &telling, .facts = &facts };
    bool is_whole;

    if (!entry_of_row(phrase, row, &event) || !decode_facts(bytes, event.kind, &facts, &is_whole))
        return false;
    if (is_whole && !is_added(row)) {
        say_clause(phrase, event.kind->sentence, &scope);
        (void)say_untold(phrase, &scope, ", also ", "; ");
    } else {
        (void)say_untold(phrase, &scope, "", "; ");
    }
    return true;
}

/* ---- what follows the sentence itself */

static const struct opening_view *opening_of(const struct telling *telling, uint8_t key)
{
    for (size_t i = 0; i < telling->opening_count; i++)
        if (telling->openings[i].key == key)
            return &telling->openings[i];
    return NULL;
}

static void say_capitalised(struct phrase *phrase, const char *name)
{
    char first = (char)(name[0] - 'a' + 'A');

    assert(name[0] >= 'a' && name[0] <= 'z');
    phrase_bytes(phrase, bytes_of(&first, 1));
    phrase_text(phrase, name + 1);
}

static void say_privates(struct phrase *phrase, const struct telling *telling)
{
    const struct event *event = telling->event;

    for (size_t i = 0; i < event->private_count; i++) {
        const struct field *field = private_field(event->kind, event->privates[i].key);
        const struct opening_view *opening = opening_of(telling, event->privates[i].key);

        assert(field != NULL && field->type == FIELD_TEXT);
        phrase_text(phrase, " ");
        say_capitalised(phrase, field->name);
        phrase_text(phrase, ": ");
        if (opening != NULL)
            phrase_always_quoted(phrase, opening->value.bytes);
        else
            phrase_text(phrase, "sealed");
        phrase_text(phrase, ".");
    }
}

static const char *const deeds[] = {
    [MEANING_DID] = "done by", [MEANING_WITNESSED] = "witnessed by", [MEANING_APPROVED] = "approved by",
    [MEANING_CHECKED] = "checked by", [MEANING_REPORTED] = "reported by", [MEANING_PRESCRIBED] = "prescribed by",
    [MEANING_TOOK_OVER] = "taken over by", [MEANING_COUNTED] = "counted by",
    [MEANING_NEW_KEY] = "signed with the new key by", [MEANING_OLD_KEY] = "signed with the old key by",
    [MEANING_RECOVERED] = "signed with the recovery key of", [MEANING_SEALED] = "sealed by",
    [MEANING_GUEST] = "told by",
};

static bool plays(const struct event_signer *people, size_t count, unsigned meaning)
{
    for (size_t i = 0; i < count; i++)
        if (people[i].meaning == meaning)
            return true;
    return false;
}

/* A sentence of the parts these people play, but for those told already. Without an opening it begins with the
 * first part: " Witnessed by L. Brandt." */
static void say_deeds(struct phrase *phrase, const struct event_signer *people, size_t count,
                      uint64_t told_meanings, const char *opening)
{
    bool is_first = true;

    for (unsigned meaning = MEANING_DID; meaning <= MEANING_LAST; meaning++) {
        if (!plays(people, count, meaning) || (told_meanings >> meaning & 1))
            continue;
        phrase_text(phrase, !is_first ? ", " : opening != NULL ? opening : " ");
        if (is_first && opening == NULL)
            say_capitalised(phrase, deeds[meaning]);
        else
            phrase_text(phrase, deeds[meaning]);
        is_first = false;
        phrase_text(phrase, " ");
        (void)say_people(phrase, people, count, (enum meaning)meaning);
    }
    if (!is_first)
        phrase_text(phrase, ".");
}

/* Who else signs, and whom the signers say to have acted without signing. */
static void say_people_beside(struct phrase *phrase, const struct telling *telling)
{
    const struct event *event = telling->event;
    uint64_t told = telling->told_meanings | UINT64_C(1) << MEANING_SEALED;

    say_deeds(phrase, event->signers, event->signer_count, told, NULL);
    say_deeds(phrase, event->performed, event->performed_count, 0, " By their account ");
}

static void say_source(struct phrase *phrase, const struct event *event)
{
    if (event->source_kind == 0)
        return;
    phrase_text(phrase, " Transcribed from ");
    phrase_text(phrase, choice_name(choices_source, event->source_kind));
    if (event->source_number.size != 0) {
        phrase_text(phrase, " ");
        phrase_quoted(phrase, event->source_number);
    }
    phrase_text(phrase, " (SHA-256 ");
    phrase_hex(phrase, bytes_of(event->source_hash, sizeof event->source_hash));
    phrase_text(phrase, ").");
}

static void say_irregular(struct phrase *phrase, const struct event *event)
{
    for (size_t i = 0; i < event->irregular_count; i++) {
        char words[64];

        phrase_text(phrase, i == 0 ? " IRREGULAR: " : ", ");
        phrase_code(phrase, event->irregular[i]);
        if (refusal_words(event->irregular[i], words, sizeof words) != 0) {
            phrase_text(phrase, " ");
            phrase_text(phrase, words);
        }
    }
    if (event->irregular_count != 0)
        phrase_text(phrase, ".");
}

size_t sentence_of_event(const struct event *event, const struct namer *namer, const struct opening_view *openings,
                         size_t opening_count, char *out, size_t size)
{
    struct telling telling = { .event = event, .openings = openings, .opening_count = opening_count };
    struct scope scope = { .telling = &telling, .facts = &event->facts };
    struct phrase phrase;

    phrase_init(&phrase, namer, out, size);
    say_template(&phrase, event->kind->sentence, &scope);
    if (say_untold(&phrase, &scope, " Also: ", "; "))
        phrase_text(&phrase, ".");
    phrase_text(&phrase, " Time: ");
    phrase_time(&phrase, event->occurred.ms, event->occurred.offset_min);
    phrase_text(&phrase, ".");
    say_privates(&phrase, &telling);
    if (event->reason != 0) {
        phrase_text(&phrase, " Reason: ");
        phrase_text(&phrase, choice_name(choices_reason, event->reason));
        phrase_text(&phrase, ".");
    }
    say_people_beside(&phrase, &telling);
    say_source(&phrase, event);
    say_irregular(&phrase, event);
    return phrase_end(&phrase);
}
