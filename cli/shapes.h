/* What has to be done to the words of some commands before the table of kinds can read them. Each is the `shape` of a
 * row in the table of commands, and may put values into the act, add options, or begin it as another kind. */
#ifndef CLI_SHAPES_H
#define CLI_SHAPES_H

#include "cli/options.h"
#include "ledger/error.h"

struct recording;

/* shape_dose.c: pairs of vial and amount, with the overfill split off; the phase of a gift; the taker of a handover;
 * a hold that is a sealed bag. */
extern const struct option draw_options[];
enum ledger_status shape_draw(struct recording *recording, struct error *error);
enum ledger_status shape_administer(struct recording *recording, struct error *error);
enum ledger_status shape_handover(struct recording *recording, struct error *error);
enum ledger_status shape_hold(struct recording *recording, struct error *error);

/* shape_people.c: keys from files; rights that are not named stay as they are; a policy likewise. */
extern const struct option person_add_options[], person_rekey_options[], note_options[];
enum ledger_status shape_person_add(struct recording *recording, struct error *error);
enum ledger_status shape_person_roles(struct recording *recording, struct error *error);
enum ledger_status shape_person_rekey(struct recording *recording, struct error *error);
enum ledger_status shape_note(struct recording *recording, struct error *error);
enum ledger_status shape_policy_set(struct recording *recording, struct error *error);

/* cmd_seal_change.c: the new key, made there and then. */
enum ledger_status shape_seal_change(struct recording *recording, struct error *error);

/* shape_receive.c: several lines of words and options; scans. */
extern const struct option receive_options[];
enum ledger_status shape_receive(struct recording *recording, struct error *error);

/* shape_stock.c: doses that stand among the vials that leave; the volume of what is found sealed. */
enum ledger_status shape_out(struct recording *recording, struct error *error);
enum ledger_status shape_found(struct recording *recording, struct error *error);

/* shape_book.c: the code of a rule, with or without PH; a private field by its name; the closing and the counts that an
 * inventory rests on where none are named. */
enum ledger_status shape_erase(struct recording *recording, struct error *error);
enum ledger_status shape_override(struct recording *recording, struct error *error);
enum ledger_status shape_certify(struct recording *recording, struct error *error);

/* shape_count.c: what is counted becomes lines, once both have typed their figures (ask_count of record.h). */
extern const struct option count_options[];
enum ledger_status shape_count(struct recording *recording, struct error *error);

/* shape_case.c: less or more, of a vial or a dose. */
extern const struct option adjust_options[];
enum ledger_status shape_adjust(struct recording *recording, struct error *error);

/* shape_correct.c: what is right in which entries, in the words of their own commands; the entries that rest on them. */
extern const struct option correct_options[];
extern const char correct_examples[];
enum ledger_status shape_correct(struct recording *recording, struct error *error);

#endif
