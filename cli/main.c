/* phial: the table of commands, and the way from a command line to an exit status. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/complain.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "crypto/crypto.h"

/* clang-format off */
const struct command commands[] = {
    { "init", .run = cmd_init, .kinds = { KIND_GENESIS, KIND_POLICY }, .records = true, .options = init_options,
      .fields = "site address zone training recovery-needed name-1 name-2 name-3 name-4",
      .synopsis = "DIR --site NAME --registration dea:NUMBER --officer HANDLE[:ROLES[:LICENCE]] … --recovery FILE.pub --zone ZONE",
      .help = "begin a new ledger" },
    { "person add", .run = cmd_record, .kinds = { KIND_PERSON }, .records = true, .shape = shape_person_add,
      .options = person_add_options, .fields = "handle roles from until licence licence-until name",
      .words = "handle", .synopsis = "HANDLE --roles ROLE,ROLE [--key-file FILE.pub] -w OFFICER",
      .help = "enrol a person" },
    { "person roles", .run = cmd_record, .kinds = { KIND_PERSON }, .records = true, .shape = shape_person_roles,
      .fields = "roles from until licence licence-until person name", .words = "person",
      .synopsis = "HANDLE [--roles ROLE,ROLE] [--until TIME] -w OFFICER", .help = "change what a person may do" },
    { "person revoke", .run = cmd_record, .kinds = { KIND_REVOKE }, .records = true, .synopsis = "HANDLE",
      .help = "end a person's rights" },
    { "person rekey", .run = cmd_record, .kinds = { KIND_REKEY }, .records = true, .shape = shape_person_rekey,
      .options = person_rekey_options, .synopsis = "HANDLE --key-file FILE.pub [--old-key FILE.pem] -w OFFICER",
      .help = "give a person a new key" },
    { "person list", .run = cmd_list, .lists = SUBJECT_CREDENTIAL, .options = list_options, .synopsis = "[--all]",
      .help = "list the staff and what they may do" },
    { "product add", .run = cmd_record, .kinds = { KIND_PRODUCT }, .records = true,
      .synopsis = "NAME --label TEXT --drug DRUG --form FORM --strength 50mg/mL --volume 10mL --overfill 0.5mL --schedule III",
      .help = "define what is stocked" },
    { "product list", .run = cmd_list, .lists = SUBJECT_PRODUCT, .options = list_options, .synopsis = "[--all]",
      .help = "list what is stocked" },
    { "place add", .run = cmd_record, .kinds = { KIND_PLACE }, .records = true,
      .synopsis = "NAME --type TYPE [--within PLACE]", .help = "define a place of the site" },
    { "place list", .run = cmd_list, .lists = SUBJECT_PLACE, .options = list_options, .synopsis = "[--all]",
      .help = "list the places of the site" },
    { "party add", .run = cmd_record, .kinds = { KIND_PARTY }, .records = true,
      .synopsis = "NAME --type TYPE --label TEXT [--registration dea:NUMBER]",
      .help = "define from or to whom stock goes" },
    { "party list", .run = cmd_list, .lists = SUBJECT_PARTY, .options = list_options, .synopsis = "[--all]",
      .help = "list suppliers and recipients" },
    { "patient add", .run = cmd_record, .kinds = { KIND_PATIENT }, .records = true, .words = "patient",
      .synopsis = "[P-NUMBER] [--name TEXT] [--may-not-act HANDLE]…",
      .help = "enter a patient, or who may not act for one" },
    { "patient list", .run = cmd_list, .lists = SUBJECT_PATIENT, .options = list_options, .synopsis = "[--all]",
      .help = "list the patients" },
    { "order add", .run = cmd_record, .kinds = { KIND_ORDER }, .records = true, .words = "patient",
      .asks = "patient drug route",
      .fields = "patient drug route protocol dose dose-per-kg weight weighed sessions interval lapse from until indication",
      .synopsis = "P-NUMBER --drug DRUG --route ROUTE (--dose 40mg | --dose-per-kg 0.5mg --weight 70kg --weighed DATE)",
      .help = "order a drug for a patient" },
    { "order cancel", .run = cmd_record, .kinds = { KIND_ORDER }, .records = true, .words = "cancels",
      .fields = "cancels", .synopsis = "O-NUMBER", .help = "end an order" },
    { "order list", .run = cmd_list, .lists = SUBJECT_ORDER, .options = list_options, .synopsis = "[--all]",
      .help = "list the orders that hold" },
    { "policy show", .run = cmd_policy_show, .columns = policy_columns, .help = "show the rules in force" },
    { "policy set", .run = cmd_record, .kinds = { KIND_POLICY }, .records = true, .shape = shape_policy_set,
      .synopsis = "--NAME NUMBER … -w OFFICER", .help = "change the numbers of the rules" },
    { "receive", .run = cmd_record, .kinds = { KIND_RECEIVE }, .records = true, .shape = shape_receive,
      .options = receive_options, .fields = "from document-type document invoiced place patient lines",
      .words = "",
      .synopsis = "PRODUCT COUNT --lot LOT --expiry DATE … --from PARTY --document-type TYPE --document NUMBER --place PLACE -w HANDLE",
      .help = "take stock in" },
    { "move", .run = cmd_record, .kinds = { KIND_MOVE }, .records = true, .synopsis = "V-NUMBER … --to PLACE",
      .help = "move containers to another place" },
    { "hold", .run = cmd_record, .kinds = { KIND_HOLD, KIND_HELD }, .records = true, .shape = shape_hold,
      .synopsis = "V-NUMBER … --why REASON | D-NUMBER --seal BAG",
      .help = "let nobody draw from containers; seal a remainder" },
    { "release", .run = cmd_record, .kinds = { KIND_RELEASE }, .records = true,
      .synopsis = "V-NUMBER … --officer HANDLE", .help = "end a hold" },
    { "found", .run = cmd_record, .kinds = { KIND_FOUND }, .records = true, .shape = shape_found,
      .words = "product containers volume",
      .synopsis = "PRODUCT COUNT [VOLUME|--sealed] --place PLACE [--lot LOT] [--expiry DATE] [--origin opening] [--case X-NUMBER] -w HANDLE",
      .help = "book stock that nobody booked" },
    { "recover", .run = cmd_record, .kinds = { KIND_RECOVER }, .records = true, .words = "vial volume",
      .synopsis = "V-NUMBER VOLUME --place PLACE [--case X-NUMBER] -w HANDLE", .help = "book lost stock that is back" },
    { "loss", .run = cmd_record, .kinds = { KIND_LOSS }, .records = true, .shape = shape_out, .asks = "vials",
      .synopsis = "V-NUMBER|D-NUMBER … --discovered TIME [--volume VOLUME] [--significant] [--case X-NUMBER] -w HANDLE",
      .help = "report theft or loss" },
    { "ship", .run = cmd_record, .kinds = { KIND_SHIP }, .records = true,
      .fields = "vials to document why", .synopsis = "V-NUMBER … --to PARTY --document NUMBER [--why WHY] -w HANDLE",
      .help = "send stock to a supplier, reverse distributor or registrant" },
    { "destroy", .run = cmd_record, .kinds = { KIND_DESTROY }, .records = true, .shape = shape_out, .asks = "vials",
      .synopsis = "V-NUMBER|D-NUMBER … --method TEXT --form-41 NUMBER -w HANDLE", .help = "destroy stock on site" },
    { "surrender", .run = cmd_record, .kinds = { KIND_SURRENDER }, .records = true,
      .synopsis = "V-NUMBER … --to PARTY [--document NUMBER]", .help = "hand stock to an authority" },
    { "session open", .run = cmd_record, .kinds = { KIND_SESSION_OPEN }, .records = true,
      .words = "patient order place", .asks = "order place",
      .synopsis = "--patient P-NUMBER --order O-NUMBER --place PLACE", .help = "begin a treatment" },
    { "session close", .run = cmd_record, .kinds = { KIND_SESSION_CLOSE }, .records = true,
      .synopsis = "S-NUMBER --outcome OUTCOME", .help = "end a treatment" },
    { "session list", .run = cmd_list, .lists = SUBJECT_SESSION, .options = list_options, .synopsis = "[--all]",
      .help = "list the sessions" },
    { "draw", .run = cmd_record, .kinds = { KIND_DRAW }, .records = true, .shape = shape_draw,
      .options = draw_options, .words = "sources session into", .asks = "session",
      .synopsis = "V-NUMBER AMOUNT [V-NUMBER AMOUNT]… --session S-NUMBER [--dilute VOLUME]",
      .help = "draw a dose" },
    { "administer", .alias = "give", .run = cmd_record, .kinds = { KIND_ADMINISTER }, .records = true,
      .shape = shape_administer, .asks = "read",
      .synopsis = "D-NUMBER --route ROUTE [--start TIME] [--stop TIME] [--read AMOUNT]",
      .help = "give a dose, or one step of it" },
    { "waste", .run = cmd_record, .kinds = { KIND_WASTE }, .records = true, .words = "dose vial amount",
      .synopsis = "D-NUMBER|V-NUMBER AMOUNT|rest --method METHOD -w HANDLE", .help = "waste what is left" },
    { "residual", .run = cmd_record, .kinds = { KIND_RESIDUAL }, .records = true,
      .synopsis = "D-NUMBER AMOUNT|rest --where PLACE", .help = "book what stays in hub or line" },
    { "empty", .run = cmd_record, .kinds = { KIND_EMPTY }, .records = true, .synopsis = "V-NUMBER [-w HANDLE]",
      .help = "finish a vial" },
    { "return", .run = cmd_record, .kinds = { KIND_RETURN }, .records = true,
      .synopsis = "D-NUMBER --place PLACE --seal-whole -w HANDLE", .help = "put a sealed item back" },
    { "observe", .run = cmd_record, .kinds = { KIND_OBSERVE }, .records = true,
      .synopsis = "S-NUMBER [--systolic …] [--ready]", .help = "note vitals and how the patient is" },
    { "handover", .run = cmd_record, .kinds = { KIND_HANDOVER }, .records = true, .shape = shape_handover,
      .words = "dose session", .synopsis = "D-NUMBER|S-NUMBER --to HANDLE|PARTY",
      .help = "hand over a dose, a session or keys" },
    { "notice", .run = cmd_record, .kinds = { KIND_NOTICE }, .records = true, .words = "type about",
      .synopsis = "TYPE [--about ENTRY] [--number NUMBER]", .help = "note what was filed with an authority" },
    { "correct", .run = cmd_record, .kinds = { KIND_CORRECT }, .records = true, .shape = shape_correct,
      .options = correct_options, .corrects = true, .words = "entries", .examples = correct_examples,
      .synopsis = "ENTRY … --change|--add WORDS OPTIONS | ENTRY … --void … --reason REASON [--remark TEXT] -w OFFICER",
      .help = "put right what was entered wrongly" },
    { "override", .run = cmd_record, .kinds = { KIND_OVERRIDE }, .records = true, .shape = shape_override,
      .words = "rule patient",
      .synopsis = "CODE --patient P-NUMBER --reason TEXT --officer HANDLE", .help = "set a rule aside for one session" },
    { "note", .run = cmd_record, .kinds = { KIND_NOTE }, .records = true, .shape = shape_note, .options = note_options,
      .fields = "about text", .words = "about", .synopsis = "[ENTRY] --text TEXT [--guest FILE.pub]",
      .help = "add a remark, also of somebody from outside" },
    { "countersign", .run = cmd_record, .kinds = { KIND_COUNTERSIGN }, .records = true, .synopsis = "ENTRY",
      .help = "approve or check an earlier entry" },
    { "erase", .run = cmd_record, .kinds = { KIND_ERASE }, .records = true, .shape = shape_erase,
      .synopsis = "ENTRY FIELD --ground TEXT -w OFFICER", .help = "destroy what was said in private" },
    { "closing", .run = cmd_closing, .records = true, .options = seal_options, .help = "close the day" },
    { "clock", .run = cmd_clock, .records = true, .options = seal_options, .synopsis = "--as HANDLE",
      .help = "vouch for a clock that has jumped" },
    { "seal change", .run = cmd_seal_change, .kinds = { KIND_SEAL_CHANGE }, .records = true, .shape = shape_seal_change,
      .synopsis = "-w OFFICER | --as SAFE-KEY --key SAFE-KEY=FILE.pem",
      .help = "put in a new seal, where its key is lost or stolen" },
    { "checkpoint", .run = cmd_checkpoint, .help = "print the seal's newest statement, to keep elsewhere" },
    { "status", .run = cmd_status, .help = "say how the book stands and what is open" },
    { "pending", .alias = "report pending", .run = cmd_pending, .columns = pending_columns, .help = "list what waits for somebody" },
    { "stock", .alias = "report stock", .word_limit = 1, .run = cmd_stock, .columns = stock_columns, .options = stock_options,
      .synopsis = "[PRODUCT] [--place PLACE]", .help = "list what is on the shelf" },
    { "log", .word_limit = CALL_LIMIT, .run = cmd_log, .columns = log_columns, .options = log_options,
      .synopsis = "[ID]… [--place PLACE] [--person HANDLE] [--since TIME]", .help = "list entries, newest first" },
    { "show", .word_limit = CALL_LIMIT, .run = cmd_show, .synopsis = "ENTRY|ID|HANDLE|NAME …",
      .help = "show all of an entry, a vial, a dose, a person" },
    { "count", .run = cmd_record, .kinds = { KIND_COUNT }, .records = true, .shape = shape_count, .options = count_options,
      .words = "place", .synopsis = "PLACE [V-NUMBER|D-NUMBER|PRODUCT]… [--whole] [--method METHOD] -w HANDLE",
      .help = "count stock, two people, each alone" },
    { "count list", .run = cmd_list, .lists = SUBJECT_COUNT, .options = list_options, .synopsis = "[--all]", .help = "list the counts" },
    { "certify", .run = cmd_record, .kinds = { KIND_CERTIFY }, .records = true, .shape = shape_certify, .words = "type counts",
      .synopsis = "initial|biennial|closing [C-NUMBER]… --basis BASIS [--as-of ENTRY] -w HANDLE [--officer HANDLE]",
      .help = "certify an inventory, resting on counts of all there is" },
    { "case open", .run = cmd_record, .kinds = { KIND_CASE }, .records = true, .words = "about-vial about-dose",
      .synopsis = "[V-NUMBER|D-NUMBER] [--about-entry ENTRY] [--difference AMOUNT] --text TEXT", .help = "ask what happened" },
    { "case resolve", .run = cmd_record, .kinds = { KIND_RESOLVE }, .records = true,
      .synopsis = "X-NUMBER --cause CAUSE --text TEXT [--officer HANDLE]", .help = "say what came of a case" },
    { "adjust", .run = cmd_record, .kinds = { KIND_ADJUST }, .records = true, .shape = shape_adjust, .options = adjust_options,
      .fields = "case vial dose", .words = "case vial dose",
      .synopsis = "X-NUMBER V-NUMBER|D-NUMBER --less AMOUNT|--more AMOUNT [--officer HANDLE]",
      .help = "compensate a difference under its case" },
    { "register", .alias = "report register", .run = cmd_register, .columns = register_columns, .options = register_options,
      .synopsis = "[--product PRODUCT] [--place PLACE] [--vial V-NUMBER] [--from DATE] [--to DATE]",
      .help = "write every movement with the balance after it" },
    { "register dispensing", .run = cmd_register_dispensing, .columns = dispensing_columns, .options = register_form_options,
      .synopsis = "[--product PRODUCT] [--from DATE] [--to DATE] [--names]",
      .help = "write what was given to whom, as 21 CFR 1304.22(c) asks" },
    { "register uk", .run = cmd_register_uk, .columns = register_uk_columns, .options = register_form_options,
      .synopsis = "[--product PRODUCT] [--from DATE] [--to DATE] [--names]",
      .help = "write the register under the headings of the United Kingdom" },
    { "report accountability", .run = cmd_accountability, .columns = accountability_columns, .options = accountability_options,
      .synopsis = "[--product PRODUCT] [--from DATE] [--to DATE]",
      .help = "show that what came is what went and is left, and what was counted" },
    { "report biennial", .word_limit = 1, .run = cmd_biennial, .columns = biennial_columns, .synopsis = "[ENTRY]",
      .help = "show a certified inventory, the newest unless said: what the book had beside what was counted" },
    { "report exceptions", .run = cmd_exceptions, .columns = exceptions_columns, .options = exceptions_options,
      .synopsis = "[--from DATE] [--to DATE]", .help = "list the entries that somebody should look at" },
    { "report waste", .run = cmd_report_waste, .columns = waste_columns, .options = acts_options,
      .synopsis = "[--from DATE] [--to DATE]", .help = "list the wastes, with what both typed" },
    { "report late", .run = cmd_report_late, .columns = late_columns, .options = acts_options,
      .synopsis = "[--from DATE] [--to DATE]", .help = "list what was recorded late" },
    { "report corrections", .run = cmd_report_corrections, .columns = corrections_columns, .options = acts_options,
      .synopsis = "[--from DATE] [--to DATE]", .help = "list what was corrected, by whom and why" },
    { "report discrepancies", .run = cmd_report_discrepancies, .columns = discrepancies_columns, .options = acts_options,
      .synopsis = "[--from DATE] [--to DATE]", .help = "list the cases, what came of them and how long it took" },
    { "report receipts", .run = cmd_report_receipts, .columns = receipts_columns, .options = acts_options,
      .synopsis = "[--from DATE] [--to DATE]", .help = "list what came, line by line" },
    { "report form41", .run = cmd_report_form41, .columns = form41_columns, .options = acts_options,
      .synopsis = "[--from DATE] [--to DATE]", .help = "list what was destroyed here, as DEA form 41 asks" },
    { "report form106", .run = cmd_report_form106, .columns = form106_columns, .options = acts_options,
      .synopsis = "[--from DATE] [--to DATE]", .help = "list what was lost or stolen, as DEA form 106 asks" },
    { "report vial-life", .word_limit = 64, .run = cmd_vial_life, .columns = vial_life_columns, .options = vial_life_options,
      .synopsis = "[V-NUMBER]… [--product PRODUCT]", .help = "show what became of each container" },
    { "report variance", .run = cmd_variance, .columns = variance_columns, .options = variance_options,
      .synopsis = "[--from DATE] [--to DATE]", .help = "show what was lost at the end of containers and in lines, by person" },
    { "case list", .run = cmd_list, .lists = SUBJECT_CASE, .options = list_options, .synopsis = "[--all]", .help = "list the cases" },
    { "verify", .word_limit = 1, .run = cmd_verify, .options = verify_options,
      .synopsis = "[DIR|EXPORT|STATEMENT] [--key SITE.pub] [--against DIR|EXPORT]",
      .help = "check every byte, signature and rule of a ledger or an export, or a statement" },
    { "attest", .run = cmd_attest, .options = attest_options,
      .synopsis = "[--from DATE] [--to DATE] [-o FILE] [--as OFFICER]",
      .help = "state in eight lines what the book shows, as a signed file" },
    { "export", .run = cmd_export, .records = true, .options = export_options,
      .synopsis = "-o FILE --as HANDLE [--purpose TEXT] [--recipient TEXT] [--certify HANDLE]",
      .help = "write the whole book as one signed file" },
    { "inspect", .word_limit = 1, .run = cmd_inspect, .synopsis = "FILE",
      .help = "say what a file is, without judging it" },
    { "import", .word_limit = 1, .run = cmd_import, .records = true, .options = import_options,
      .synopsis = "FILE.ndjson [--resume | --each] [--opening] [--transcribe KIND:FILE --form NUMBER -w OFFICER]",
      .help = "record acts from a file, one JSON object a line" },
    { "downtime print", .run = cmd_downtime, .options = downtime_options, .synopsis = "[-o FILE] [--sheets NUMBER]",
      .help = "print what is open, and forms for when the computer is down" },
    { "key new", .word_limit = 1, .run = cmd_key_new, .options = key_new_options,
      .synopsis = "HANDLE [--key FILE]", .help = "make a key" },
    { "key show", .word_limit = 1, .run = cmd_key_show, .options = key_show_options,
      .synopsis = "[HANDLE] | --seal [--all]", .help = "show a public key, and where keys lie" },
    { "key check", .word_limit = 1, .run = cmd_key_check, .synopsis = "HANDLE",
      .help = "see whether a key opens and is the right one" },
    { "key recovery", .word_limit = 1, .run = cmd_key_recovery, .options = key_new_options,
      .synopsis = "NAME [--key FILE]", .help = "make a recovery key, for a safe" },
    { "explain", .word_limit = CALL_LIMIT, .run = cmd_explain, .columns = refusal_columns, .synopsis = "[CODE]…",
      .help = "say what a code means and what to do" },
    { "help", .word_limit = 2, .run = cmd_help, .columns = help_columns, .synopsis = "[COMMAND|formats]",
      .help = "list the commands, what one takes, or the columns of tables" },
    { "version", .alias = "--version", .run = cmd_version, .help = "say which program this is" },
    { .name = NULL } };
/* clang-format on */

/* The exit statuses: the one place where they are decided. */
static int exit_status(enum ledger_status status, const struct error *error)
{
    enum { DONE = 0, NO = 1, USAGE = 2, REFUSED = 3, IDENTITY = 4, BUSY = 5, UNKNOWN_ID = 6, STORAGE = 7, UNPROVEN = 8,
           FAULT = 70, INTERRUPTED = 130 };

    if (status != LEDGER_OK && error->code == REFUSAL_INTERRUPTED)
        return INTERRUPTED;
    switch (status) {
    case LEDGER_OK:
        return DONE;
    case LEDGER_NO:
        return NO;
    case LEDGER_USAGE:
        return USAGE;
    case LEDGER_REFUSED:
        return REFUSED;
    case LEDGER_IDENTITY:
        return IDENTITY;
    case LEDGER_BUSY:
        return BUSY;
    case LEDGER_UNKNOWN:
        return UNKNOWN_ID;
    case LEDGER_STORAGE:
    case LEDGER_UNCERTAIN:
        return STORAGE;
    case LEDGER_UNPROVEN:
        return UNPROVEN;
    case LEDGER_FAULT:
        return FAULT;
    }
    return FAULT;
}

/* What is not understood is not passed over. */
static enum ledger_status check_words(const struct call *call, struct error *error)
{
    const struct command *command = call->command;
    const char *word = NULL;
    size_t place = 0;

    for (unsigned count = 0; command->kinds[0] == 0 && count <= command->word_limit; count++)
        word = call_next(call, NULL, &place);
    if (word == NULL)
        return LEDGER_OK;
    error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "phial %s does not know what to do with `%s`", command->name, word);
    error_next(error, "phial help %s", command->name);
    return error->status;
}

/* Only acts stand in a list: what one function records for every kind. */
static enum ledger_status check_list(const struct call *call, struct error *error)
{
    for (unsigned i = 0; call->part_count > 1 && i < call->part_count; i++)
        if (call->parts[i]->run != cmd_record)
            return error_set(error, REFUSAL_NOT_IN_LIST, "phial %s is no act that could stand in a list with others",
                             call->parts[i]->name);
    return LEDGER_OK;
}

/* The part that --help stands in: it asks about that one. */
static void turn_to_help(struct call *call)
{
    for (size_t i = 0; i < call->given_count; i++)
        if (call->given[i].name != NULL && strcmp(call->given[i].name, "help") == 0 && call->given[i].part > 0)
            call_turn(call, call->given[i].part);
}

/* --help with a command is help about it. */
static enum ledger_status run_command(struct call *call, struct error *error)
{
    if (!call_flag(call, "help")) {
        if (check_list(call, error) != LEDGER_OK || check_words(call, error) != LEDGER_OK ||
            table_check(call, command_columns(call->command) != NULL, error) != LEDGER_OK)
            return error->status;
        return call->command->run(call, error);
    }
    turn_to_help(call);
    call->given_count = 0;
    for (const char *word = call->command->name; *word != '\0';) {
        size_t size = strcspn(word, " ");
        char one[32];

        snprintf(one, sizeof one, "%.*s", (int)size, word);
        if (call_add(call, NULL, one, error) != LEDGER_OK)
            return error->status;
        word += size + (word[size] == ' ');
    }
    return cmd_help(call, error);
}

int main(int count, char **texts)
{
    static struct call call;
    struct error error = { .code = 0 }, end = { .code = 0 };
    enum ledger_status status = call_parse(&call, count, texts, &error);

    if (terminal_start(&call, status == LEDGER_OK ? &error : &end) != LEDGER_OK && status == LEDGER_OK)
        status = LEDGER_USAGE;
    if (status == LEDGER_OK && crypt_start() != CRYPT_OK)
        status = error_set(&error, REFUSAL_FAULT, "the cryptographic library does not start");
    if (status == LEDGER_OK)
        status = run_command(&call, &error);
    if (status != LEDGER_OK && error.code != 0)
        complain(&call, &error);
    if (terminal_finish(&end) != LEDGER_OK && status == LEDGER_OK) {
        status = LEDGER_STORAGE;
        if (end.code != 0)
            complain(&call, &end);
    }
    return exit_status(status, &error);
}
