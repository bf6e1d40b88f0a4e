/* The functions and options that the table of commands in main.c names, by the file they are in. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/command.h"
#include "cli/record.h"
#include "cli/row.h"
#include "cli/shapes.h"

/* cmd_help.c */
extern const struct column help_columns[];
enum ledger_status cmd_help(struct call *call, struct error *error);
enum ledger_status cmd_version(struct call *call, struct error *error);

/* cmd_explain.c */
extern const struct column refusal_columns[];
enum ledger_status cmd_explain(struct call *call, struct error *error);

/* cmd_key.c */
extern const struct option key_new_options[], key_show_options[];
enum ledger_status cmd_key_new(struct call *call, struct error *error);
enum ledger_status cmd_key_recovery(struct call *call, struct error *error);
enum ledger_status cmd_key_show(struct call *call, struct error *error);
enum ledger_status cmd_key_check(struct call *call, struct error *error);

/* cmd_init.c */
extern const struct option init_options[];
enum ledger_status cmd_init(struct call *call, struct error *error);

/* cmd_status.c, cmd_pending.c */
extern const struct column pending_columns[];
enum ledger_status cmd_status(struct call *call, struct error *error);
enum ledger_status cmd_pending(struct call *call, struct error *error);

/* cmd_stock.c, cmd_log.c, cmd_show.c */
extern const struct option stock_options[], log_options[];
extern const struct column stock_columns[], log_columns[];
enum ledger_status cmd_stock(struct call *call, struct error *error);
enum ledger_status cmd_log(struct call *call, struct error *error);
enum ledger_status cmd_show(struct call *call, struct error *error);

/* cmd_register.c, register_forms.c */
extern const struct option register_options[], register_form_options[];
extern const struct column register_columns[], dispensing_columns[], register_uk_columns[];
enum ledger_status cmd_register(struct call *call, struct error *error);
enum ledger_status cmd_register_dispensing(struct call *call, struct error *error);
enum ledger_status cmd_register_uk(struct call *call, struct error *error);

/* cmd_downtime.c */
extern const struct option downtime_options[];
enum ledger_status cmd_downtime(struct call *call, struct error *error);

/* cmd_accountability.c */
extern const struct option accountability_options[];
extern const struct column accountability_columns[];
enum ledger_status cmd_accountability(struct call *call, struct error *error);

/* report_acts.c, report_papers.c, report_cases.c */
extern const struct option acts_options[];
extern const struct column waste_columns[], late_columns[], corrections_columns[], receipts_columns[], form41_columns[],
    form106_columns[], discrepancies_columns[];
enum ledger_status cmd_report_waste(struct call *call, struct error *error);
enum ledger_status cmd_report_late(struct call *call, struct error *error);
enum ledger_status cmd_report_corrections(struct call *call, struct error *error);
enum ledger_status cmd_report_receipts(struct call *call, struct error *error);
enum ledger_status cmd_report_form41(struct call *call, struct error *error);
enum ledger_status cmd_report_form106(struct call *call, struct error *error);
enum ledger_status cmd_report_discrepancies(struct call *call, struct error *error);

/* cmd_biennial.c */
extern const struct column biennial_columns[];
enum ledger_status cmd_biennial(struct call *call, struct error *error);

/* cmd_exceptions.c, cmd_vials.c */
extern const struct option exceptions_options[], vial_life_options[], variance_options[];
extern const struct column exceptions_columns[], vial_life_columns[], variance_columns[];
enum ledger_status cmd_exceptions(struct call *call, struct error *error);
enum ledger_status cmd_vial_life(struct call *call, struct error *error);
enum ledger_status cmd_variance(struct call *call, struct error *error);

/* cmd_list.c: one function for every list of things; cmd_policy.c */
extern const struct option list_options[];
extern const struct column policy_columns[];
enum ledger_status cmd_list(struct call *call, struct error *error);
enum ledger_status cmd_policy_show(struct call *call, struct error *error);

/* cmd_seal.c */
extern const struct option seal_options[];
enum ledger_status cmd_closing(struct call *call, struct error *error);
enum ledger_status cmd_clock(struct call *call, struct error *error);
enum ledger_status cmd_checkpoint(struct call *call, struct error *error);

/* cmd_seal_change.c */
enum ledger_status cmd_seal_change(struct call *call, struct error *error);

/* cmd_import.c */
extern const struct option import_options[];
enum ledger_status cmd_import(struct call *call, struct error *error);

/* cmd_verify.c, cmd_attest.c, cmd_export.c, cmd_inspect.c */
extern const struct option verify_options[], attest_options[], export_options[];
enum ledger_status cmd_attest(struct call *call, struct error *error);
enum ledger_status cmd_verify(struct call *call, struct error *error);
enum ledger_status cmd_export(struct call *call, struct error *error);
enum ledger_status cmd_inspect(struct call *call, struct error *error);

#endif
