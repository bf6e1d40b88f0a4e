/* The terminal: what stands where, what is typed, and what happens when somebody leaves.
 *
 * Results go to standard output, everything else to standard error. Nothing is printed that could steer
 * a terminal but what is written here. Only a person at a terminal is ever asked anything. */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "cli/options.h"
#include "ledger/error.h"

/* Hold the places of closed streams, look at them and at --color, --no-input, --accessible; make the program safe to interrupt, without
 * core files, and deaf to the signals of closed pipes and full disks, which show as failed writes. */
enum ledger_status terminal_start(const struct call *call, struct error *error);

/* Whether there is a person to ask; whether --verbose asks for more. */
bool terminal_can_ask(void);
bool terminal_is_verbose(void);

/* Ask nothing for a while, since what is read from a file is complete or refused; then ask again, if there is anybody. */
void terminal_hush(bool hush);

/* Whether --quiet asks for results alone, and --accessible for lines that can be read out. */
bool terminal_is_quiet(void);
bool terminal_is_accessible(void);

/* Whether lines may be repainted, and how many columns there are: on a terminal 80 where it does not say, elsewhere
 * what COLUMNS says, else 200. */
bool terminal_can_repaint(void);
size_t terminal_columns(void);

/* Whether Ctrl-C, a hang-up or a request to end has come since the start. */
bool terminal_was_interrupted(void);

/* PH1010, when it was. */
enum ledger_status terminal_check(struct error *error);

/* ---- saying */

enum style { STYLE_PLAIN, STYLE_GOOD, STYLE_BAD, STYLE_LOUD, STYLE_FAINT, STYLE_STRUCK };

/* A result, on standard output; a remark, on standard error, without one for --quiet. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void remark(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Where results go: standard output, or what keeps the news. */
FILE *terminal_out(void);

/* What a commit has achieved must not be lost: what is said between these goes to standard output, or to standard error
 * where that does not take it, and terminal_finish then says PH0710. */
void terminal_news_begin(void);
void terminal_news_end(void);

/* What people must have seen before they sign: on standard error even for --quiet, if there is anybody. */
void tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Text that somebody typed or that a file held, on standard error: what could steer a terminal becomes `?`. */
void remark_typed(const char *text);
void print_typed(const char *text); /* for --quiet too */

/* The sequences that begin and end a style on standard output or standard error, "" where it has no colour. */
const char *style_out(enum style style);
const char *style_err(enum style style);

/* `text` cut or filled up with spaces to `columns`, in a buffer of the caller; an ellipsis shows a cut. */
enum { FIT_SIZE = 2048 };
const char *fit_columns(const char *text, size_t columns, char out[static FIT_SIZE]);

/* Bytes of the whole characters of `text` that stand within `columns`. */
size_t bytes_within(const char *text, size_t columns);

/* PH0710 when standard output could not be written; not for a reader who left early. */
enum ledger_status terminal_finish(struct error *error);

/* ---- asking. What lies typed ahead is thrown away first: it answers nothing. */

enum { LINE_SIZE = 4096 };

/* A line, without its end and without spaces around it. PH1010: interrupted or the end of input. */
enum ledger_status terminal_ask(const char *prompt, char line[static LINE_SIZE], struct error *error);

/* The same, and then wiped from the screen where that can be done. */
enum ledger_status terminal_ask_blind(const char *prompt, char line[static LINE_SIZE], struct error *error);

/* A secret, without echo. `secret` is the caller's to wipe. PH0809 when there is nobody to ask. */
enum { SECRET_SIZE = 1024 };
enum ledger_status terminal_ask_secret(const char *prompt, char secret[static SECRET_SIZE], struct error *error);

/* A line of standard input, which need not be a terminal: a scan. False at its end; PH1011 when too long. */
enum ledger_status terminal_read_scan(char line[static LINE_SIZE], bool *found, struct error *error);

#endif
