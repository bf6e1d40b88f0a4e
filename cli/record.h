/* Recording: from the words of a list of acts to entries of the book, the same way for every kind. One act is a list of
 * one.
 *
 *     for each act: words → facts (gather.c)
 *     who signs, and as what, for all of them (people.c) → what is missing (ask.c) → what is typed blind (ask.c)
 *     prepare → what the book says (holdings.c), all sentences, what will be left
 *             → each person's passphrase once (unlock.c), signatures, one commit (signing.c) → what stands now (recorded.c)
 *
 * The table of kinds says what fields there are and who signs; a command may have a `shape` that puts its
 * words in order before they are read. Everything is asked for before anybody's key is unlocked, and what
 * a person is to type blind is asked, for every act, before any figure of the book is shown. */
#ifndef CLI_RECORD_H
#define CLI_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/book.h"
#include "cli/command.h"
#include "cli/unlock.h"
#include "crypto/digest.h"
#include "ledger/ledger.h"

enum {
    RECORD_ROOM = 65536, /* of the words of one act */
    RECORD_SENTENCE_SIZE = 8192,
    RECORD_DOERS = 64,
    RECORD_SIGNATORIES = CALL_PARTS * EVENT_SIGNERS_LIMIT
};

/* Somebody who signs an act of the list: by the book's number, or PERSON_NEW. */
struct signatory {
    size_t index; /* of the act */
    int64_t person;
    char handle[KEY_NAME_SIZE];
    enum meaning meaning;
    const char *path; /* of the key file, where the command names one */
    bool is_actor;    /* the one that --as names: --key FILE without a handle is theirs */
};

/* What the words of an act leave for those who sign it. */
struct part {
    int64_t subject;          /* the person a rekey is about; 0 otherwise */
    const char *key_files[2]; /* new key and old key, where the command names them */
    bool is_timeless;         /* nothing says yet when it happened, and now would be a guess */
    size_t doer_count;        /* who may sign as doers beside the actor: those who recorded what a correction is about */
    int64_t doers[RECORD_DOERS];
};

struct recording {
    struct call *call;
    struct book book;
    struct at now; /* what the times of all acts are measured from */
    struct act_list *list;

    /* the act in hand: record_turn */
    size_t index;
    struct act *act;
    const struct kind *kind; /* NULL before record_as */
    const struct facts *kept; /* what an entry says that is being corrected: it holds where nothing else is said; else NULL */
    struct part *part;
    size_t announced;        /* the place, from 1, of the act that was said last to be asked about */

    struct part parts[CALL_PARTS];
    struct words words;
    struct word_births births;
    uint8_t *room;
    size_t room_size;
    size_t signatory_count;
    struct signatory signatories[RECORD_SIGNATORIES];
    struct ring ring;
    bool is_long; /* a list from a file: what it comes to is shown before it is signed, not each sentence */
};

/* Any acts, each of any kind that one act records: the whole way, by the rows of their commands. */
enum ledger_status cmd_record(struct call *call, struct error *error);

/* The same for a recording that has begun, in a ledger opened like this. */
enum ledger_status record_whole(struct recording *recording, enum ledger_mode mode, struct error *error);

/* ---- the steps, for the few commands that go their own way */

/* Memory for a recording, with a list of `count` acts of which the first is in hand; NULL without memory.
 * record_end closes the book and wipes the keys. Safe on NULL. */
struct recording *record_begin(struct call *call, size_t count);
void record_end(struct recording *recording);

/* Look at the book as it is for reading words: the view they are looked up in, and the time. */
void record_take_words(struct recording *recording);

/* From words to acts with all their facts and signers. What nobody has to answer comes first. */
enum ledger_status record_read(struct recording *recording, struct error *error);

/* Take up another act of the list, and its part of the command line where it has one of its own. */
void record_turn(struct recording *recording, size_t index);

/* Begin the act as one of this kind, at the time that is said for it; a shape may begin it anew as another. */
enum ledger_status record_as(struct recording *recording, enum kind_number kind, struct error *error);

/* When the act happened, where its words say so. */
void record_happened(struct recording *recording, const struct value *at);

/* Say in front of a refusal which act of the list it is about; of a list of one nothing. Hands the status back. */
enum ledger_status record_wrap(const struct recording *recording, size_t index, struct error *error);

/* Before the first question about an act of several: which one it is. */
void record_announce(struct recording *recording);

/* gather.c: fill the act from the words and options that are not used yet. Fields that have a value already
 * are left alone; a word that fits nowhere is refused. */
enum ledger_status gather(struct recording *recording, struct error *error);

/* The next word that is not used yet, now used; NULL when there is none. */
const char *gather_take_word(struct recording *recording);

/* `10 vials` typed without quotes is two words: the unit joins the number before it. */
enum ledger_status gather_join_units(struct call *call, struct error *error);

/* Read a text as a value of this field. A time that could be meant in two ways is asked about, where there is somebody to
 * ask, and the answer takes its place on the command line. PH1009 and whatever else words_read refuses. */
enum ledger_status gather_read(struct recording *recording, const struct field *field, const char *text,
                               struct value *value, struct error *error);

/* Read a text as this field's value and put it in the act, its facts or its private fields. */
enum ledger_status gather_put(struct recording *recording, const struct field *field, const char *const *texts,
                              size_t count, struct error *error);

/* Put a key that no text says into facts, which borrow room of the recording. */
void gather_put_key(struct recording *recording, struct facts *facts, uint64_t key, const struct public_key *public_key);

/* Whether the act has a value for the field. */
bool gather_has(const struct recording *recording, const struct field *field);

/* The act's value for a public field; else that of the entry which is being corrected; NULL where neither has one. */
const struct value *gather_value(const struct recording *recording, const struct field *field);

/* envelope.c: what an act of any kind may carry: reason, source, and that it was irregular. */
enum ledger_status envelope_take(struct recording *recording, struct error *error);

/* people.c: who signs each act of the list, and who did it. A witness or officer named in one act serves every act of the
 * list that has a part for one and names nobody; one who finds no part approves what has a reason, or is refused. */
enum ledger_status people_name(struct recording *recording, struct error *error);

/* The one who signs the act in hand with this meaning, or NULL. */
const struct signatory *people_with(const struct recording *recording, enum meaning meaning);

/* ask.c: where nobody can be asked, say by name what is missing, before anybody is. PH1007, PH1003. */
enum ledger_status refuse_missing(struct recording *recording, struct error *error);

/* ask.c: ask for fields that must be there and are not, and for what is typed blind. PH1007, PH1003. */
enum ledger_status ask_missing(struct recording *recording, struct error *error);
enum ledger_status ask_blind(struct recording *recording, struct error *error);

/* shape_count.c: what both counters found, each thing in turn, typed blind. PH1003, PH1007. */
enum ledger_status ask_count(struct recording *recording, struct error *error);

/* holdings.c: the vials, doses and counts that acts name by number, in order, the first of them at least. */
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
void things_of_facts(const struct facts *facts, struct things *things); /* adds to them */
void things_of_entry(const struct entry *entry, struct things *things); /* the same, of all it touches */

/* holdings.c: before anybody signs, on standard error: what the book says of the vials and doses that the list names and
 * of the entries it is about; and, as far as it changes that, what will be left of them and of the doses it makes. */
void holdings_print(struct recording *recording);
enum ledger_status outcome_print(struct recording *recording, struct error *error);

/* summary.c: what a long list comes to, on standard error where `print` says so. The digest tells whether it has changed. */
enum ledger_status summary_print(struct recording *recording, bool print, struct digest *digest, struct error *error);

/* confirm.c: a yes that is neither a bare Enter nor a scan: the amount is typed again, or the word yes. */
enum ledger_status confirm_list(struct recording *recording, struct error *error);

/* signing.c: the way of a prepared list through sentence, passphrases and signatures into the book, with what is said
 * of it at the end. Failed unlocks are noted in the book. */
enum ledger_status sign_and_commit(struct recording *recording, struct error *error);

/* The part of it between a list that is prepared and what is said at the end. Keys stay on the ring for the next list. */
enum ledger_status sign_and_place(struct recording *recording, struct placed *placed, struct error *error);

/* recorded.c: what was recorded and what it means. */
void remark_open(struct view *view); /* what is still open at the site, in one line; nothing where nothing is */
enum ledger_status recorded_print(struct recording *recording, const struct placed *placed, struct error *error);

#endif
