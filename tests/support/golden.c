#include "tests/support/golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/place.h"
#include "schema/ident.h"

enum { GOLDEN_LIMIT = 400, LINE_SIZE = 256, ROOT_SIZE = 2 * DIGEST_SIZE + 1 };

static const char table[] = "tests/vectors/rules.txt";
static const char *const hows[] = { [GOLDEN_SKIPPED] = "skipped", [GOLDEN_OWNED] = "owned" };

static struct golden {
    unsigned code;
    enum golden_how how;
    bool is_alone;
    bool has_row; /* in the table, of this program or another */
    uint32_t entries;
    char root[ROOT_SIZE];
} goldens[GOLDEN_LIMIT];
static size_t golden_count;

static struct golden *find(unsigned code, enum golden_how how)
{
    for (size_t i = 0; i < golden_count; i++)
        if (goldens[i].code == code && goldens[i].how == how)
            return &goldens[i];
    return NULL;
}

/* Where a directory is named for it. */
static void write_entries(const char *name, struct store_txn *txn, uint32_t entries)
{
    const char *directory = getenv("PHIAL_LEDGERS");
    char path[PATH_MAX];
    struct bytes bytes;
    struct entry entry;
    struct error error;
    FILE *file;

    if (directory == NULL)
        return;
    snprintf(path, sizeof path, "%s/%s.%s", directory, name, program_invocation_short_name);
    file = fopen(path, "w");
    assert_non_null(file);
    for (uint32_t number = 1; number <= entries; number++) {
        assert_int_equal(LEDGER_OK, place_read(txn, number, &bytes, &entry, &error));
        assert_int_equal(bytes.size, fwrite(bytes.data, 1, bytes.size, file));
    }
    assert_int_equal(0, fclose(file));
}

void golden_note(unsigned code, enum golden_how how, bool is_alone, struct store_txn *txn, uint32_t entries)
{
    struct golden *golden = find(code, how);
    struct digest root;
    struct error error;
    char name[32];

    if (golden != NULL && (golden->is_alone || !is_alone))
        return;
    if (golden == NULL) {
        assert_true(golden_count < GOLDEN_LIMIT);
        golden = &goldens[golden_count++];
    }
    *golden = (struct golden){ .code = code, .how = how, .is_alone = is_alone, .entries = entries };
    assert_int_equal(LEDGER_OK, place_root(txn, entries, &root, &error));
    hex_encode(bytes_of(root.bytes, DIGEST_SIZE), golden->root);
    snprintf(name, sizeof name, "PH%04u-%s", code, hows[how]);
    write_entries(name, txn, entries);
}

void golden_whole(struct store_txn *txn, uint32_t entries)
{
    static unsigned count;
    char name[32];

    snprintf(name, sizeof name, "PH0000-whole-%u", ++count);
    write_entries(name, txn, entries);
}

/* ---- the table */

struct row {
    unsigned code;
    char how[16], program[64], root[ROOT_SIZE];
    uint32_t entries;
};

static bool read_row(const char *line, struct row *row)
{
    return sscanf(line, "PH%4u %15s %63s %u %64s", &row->code, row->how, row->program, &row->entries, row->root) == 5;
}

/* Whether a row of the table is so, as far as this program knows. */
static bool is_so(const struct row *row)
{
    struct golden *golden = find(row->code, strcmp(row->how, hows[GOLDEN_OWNED]) == 0 ? GOLDEN_OWNED : GOLDEN_SKIPPED);

    if (golden != NULL)
        golden->has_row = true;
    if (strcmp(row->program, program_invocation_short_name) != 0)
        return true;
    if (golden != NULL && golden->entries == row->entries && strcmp(golden->root, row->root) == 0)
        return true;
    print_error("PH%04u %s: the ledger of %u entries has root %s, and not what %s says\n", row->code, row->how,
                golden != NULL ? golden->entries : 0, golden != NULL ? golden->root : "none", table);
    return false;
}

static unsigned compare_with(FILE *file)
{
    char line[LINE_SIZE];
    struct row row;
    unsigned faults = 0;

    while (fgets(line, sizeof line, file) != NULL)
        if (read_row(line, &row))
            faults += !is_so(&row);
    for (size_t i = 0; i < golden_count; i++)
        if (!goldens[i].has_row) {
            print_error("PH%04u %s has no row in %s\n", goldens[i].code, hows[goldens[i].how], table);
            faults++;
        }
    if (faults > 0)
        print_error("where bytes or tests were meant to change: scripts/rules-vectors makes the table anew\n");
    return faults;
}

static void add_to(const char *path)
{
    FILE *file = fopen(path, "a");

    assert_non_null(file);
    setvbuf(file, NULL, _IOLBF, LINE_SIZE); /* other programs add to it too: a line at a time */
    for (size_t i = 0; i < golden_count; i++)
        fprintf(file, "PH%04u %s %s %u %s %s\n", goldens[i].code, hows[goldens[i].how], program_invocation_short_name,
                goldens[i].entries, goldens[i].root, goldens[i].is_alone ? "alone" : "beside");
    fclose(file);
}

unsigned golden_compare(void)
{
    const char *path = getenv("PHIAL_RULES");
    FILE *file;
    unsigned faults;

    if (path != NULL) {
        add_to(path);
        return 0;
    }
    file = fopen(table, "r");
    if (file == NULL) {
        print_message("skipped: the table of roots is not here\n");
        return 0;
    }
    faults = compare_with(file);
    fclose(file);
    return faults;
}
