/* Recording: from the words of a command to an entry of the book, the same way for every kind.
 *
 *     words → facts (gather.c) → who signs (people.c) → what is missing (ask.c) → prepare
 *           → what the book says (holdings.c), the sentence, passphrases (unlock.c), signatures, commit (signing.c)
 *           → what stands now (recorded.c)
 *
 * The table of kinds says what fields there are and who signs; a command may have a `shape` that puts its
 * words in order before they are read. Everything is asked for before anybody's key is unlocked, and what
 * a person is to type blind is asked before any figure of the book is shown. */
#ifndef CLI_RECORD_H
#define CLI_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/book.h"
#include "cli/command.h"
#include "cli/unlock.h"
#include "ledger/ledger.h"

enum { RECORD_ROOM = 65536, RECORD_SENTENCE_SIZE = 8192 };

/* Somebody who signs: by the book's number, or PERSON_NEW. */
struct signatory {
    int64_t person;
    char handle[KEY_NAME_SIZE];
    enum meaning meaning;
    const char *path; /* of the key file, where the command names one */
    bool is_actor;    /* the one that --as names: --key FILE without a handle is theirs */
};

struct recording {
    struct call *call;
    struct book book;
    const struct kind *kind;
    struct act_list *list;
    struct act *act;                 /* the one that words fill */
    struct words words;
    uint8_t room[RECORD_ROOM];
    size_t signatory_count;
    struct signatory signatories[EVENT_SIGNERS_LIMIT];
    int64_t subject;                 /* the person a rekey is about; 0 otherwise */
    const char *key_files[2];        /* new key and old key, where the command names them */
    struct ring ring;
};

/* Any kind that one act records: the whole way, by the command's row. */
enum ledger_status cmd_record(struct call *call, struct error *error);

/* ---- the steps, for the few commands that go their own way */

/* Memory for a recording, with a list of `count` acts of which the first is to be filled; NULL without memory.
 * record_end closes the book and wipes the keys. Safe on NULL. */
struct recording *record_begin(struct call *call, size_t count);
void record_end(struct recording *recording);

/* Begin the act as one of this kind, at the time --at says; a shape may begin it anew as another. */
enum ledger_status record_as(struct recording *recording, enum kind_number kind, struct error *error);

/* gather.c: fill the act from the words and options that are not used yet. Fields that have a value already
 * are left alone; a word that fits nowhere is refused. */
enum ledger_status gather(struct recording *recording, struct error *error);

/* The next word that is not used yet, now used; NULL when there is none. */
const char *gather_take_word(struct recording *recording);

/* `10 vials` typed without quotes is two words: the unit joins the number before it. */
enum ledger_status gather_join_units(struct call *call, struct error *error);

/* Read a text as this field's value and put it in the act, its facts or its private fields. */
enum ledger_status gather_put(struct recording *recording, const struct field *field, const char *const *texts,
                              size_t count, struct error *error);

/* Whether the act has a value for the field. */
bool gather_has(const struct recording *recording, const struct field *field);

/* envelope.c: what an act of any kind may carry: reason, source, and that it was irregular. */
enum ledger_status envelope_take(struct recording *recording, struct error *error);

/* people.c: who signs, and who did it. */
enum ledger_status people_name(struct recording *recording, struct error *error);

/* The one who signs with this meaning, or NULL. */
const struct signatory *people_with(const struct recording *recording, enum meaning meaning);

/* ask.c: where nobody can be asked, say by name what is missing, before anybody is. PH1007, PH1003. */
enum ledger_status refuse_missing(struct recording *recording, struct error *error);

/* ask.c: ask for fields that must be there and are not, then for what is typed blind. PH1007, PH1003. */
enum ledger_status ask_missing(struct recording *recording, struct error *error);

/* holdings.c: the vials and doses that the acts name, in order, the first of them at least; and, on standard error,
 * what the book says of each, and what the earlier entries say that the acts name. */
enum { THINGS_LIMIT = 8 };

struct thing {
    enum subject subject;
    uint32_t id;
};

struct things {
    size_t count, more;
    struct thing rows[THINGS_LIMIT];
};

void things_add(struct things *things, enum subject subject, uint32_t id);
void things_named(const struct act_list *list, struct things *things);
void holdings_print(struct recording *recording);

/* confirm.c: a yes that is neither a bare Enter nor a scan: the amount is typed again, or the word yes. */
enum ledger_status confirm_list(struct recording *recording, struct error *error);

/* signing.c: the way of a prepared list through sentence, passphrases and signatures into the book, with what is said
 * of it at the end. Failed unlocks are noted in the book. */
enum ledger_status sign_and_commit(struct recording *recording, struct error *error);

/* recorded.c: what was recorded and what it means. */
void remark_open(struct view *view); /* what is still open at the site, in one line; nothing where nothing is */
enum ledger_status recorded_print(struct recording *recording, const struct placed *placed, struct error *error);

#endif
