/* What the files of `phial import` share.
 *
 *     the file, read whole and checked line by line (import_lines.c)
 *     → lists, each all or nothing: line → a call like a typed one → the recording path of the command line (cmd_import.c)
 *     → what stands now, line by line (import_told.c)
 *
 * A line is read as its act would be typed, over the effects of the lines before it in its list; nothing is asked. */
#ifndef CLI_IMPORT_H
#define CLI_IMPORT_H

#include "cli/ndjson.h"
#include "cli/record.h"
#include "cli/roll.h"

enum {
    IMPORT_ONE_LIST = EVENT_LIST_LIMIT, /* lines that may be recorded together or not at all */
    IMPORT_LIST = 1000,                 /* lines of a list, where there are several */
};

/* A line of the file. */
struct line {
    struct ndjson_line text;
    bool has_act;          /* it names its act itself */
    uint8_t act[ACT_SIZE];
    int64_t told_ms;       /* recorded_at; 0 for now */
    int32_t day;           /* of it, by the site's clock */
    bool begins, is_alone; /* a list, where there are several: begins one, is one */
    const char *command;   /* its name, from the table */
};

/* What a line changed, as it stood after it. */
struct told_thing {
    enum subject subject;
    uint32_t id, count;    /* a run of newborns */
    bool is_born;
    int64_t amount;        /* uL left of a vial, ng open of a dose */
};

struct told {
    uint32_t entry;        /* of a line that was in the book before; else 0 */
    size_t count;
    const struct told_thing *things; /* the roll's */
    uint32_t case_id; /* the first of case_count */
    size_t case_count;
};

struct import {
    struct call *call;     /* of the import itself */
    struct call *line_call;
    struct recording *recording;
    struct ndjson file;
    size_t line_count;
    struct line *lines;
    struct roll roll;      /* of the list in hand */
    struct told *told;     /* of the list in hand, NULL where nobody asked */
    bool in_lists, is_each, is_transcribed, is_opening;
    size_t at;             /* the line in hand, whom a refusal is about */
    size_t recorded_count, known_count, refused_count; /* lines */
    struct error first_refusal; /* of --each */
    size_t signatory_count;     /* of the list in hand: each person once */
    struct signatory signatories[RECORD_SIGNATORIES];
};

/* import_lines.c: read and check the whole file. Nothing is looked up in the book but whether it is told the time. */
enum ledger_status import_read(struct import *import, const char *path, struct error *error);

/* Where the list that begins with this line ends: the index behind its last line. */
size_t import_list_end(const struct import *import, size_t begin);

/* Put a line into import->line_call as if it had been typed; its texts are the roll's. */
enum ledger_status import_type(struct import *import, const struct line *line, struct error *error);

/* Say in front of a refusal which line it is about. Hands the status back. */
enum ledger_status import_wrap(const struct line *line, struct error *error);

/* import_told.c: keep what a prepared act changed; say it of a list that was recorded; say that a line was refused. */
enum ledger_status told_keep(struct import *import, const struct act *act, struct told *told, struct error *error);
enum ledger_status told_print(struct import *import, size_t begin, const struct act_list *list, const struct placed *placed,
                              struct error *error);
enum ledger_status told_known(struct import *import, size_t begin, size_t end, const uint32_t *entries, struct error *error);
enum ledger_status told_refusal(const struct import *import, const struct line *line, const struct error *refusal,
                                struct error *error);

#endif
