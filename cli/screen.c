#include "cli/screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/terminal.h"
#include "schema/text.h"

enum { BLOCK_ROWS = 500, GAP = 2, FOLD_INDENT = 6, REST_LEAST = 24, LABEL_COLUMNS = 12, HEADED_COLUMNS = 3 };

/* A row that is kept: where its texts begin in the room, 0 for nothing. */
struct kept {
    enum { KEPT_ROW, KEPT_LINE } sort;
    enum row_style style;
    size_t texts[ROW_CELLS];
};

struct screen {
    const struct column *columns;
    size_t column_count;
    size_t widths[ROW_CELLS]; /* 0: nothing stands in it, so it is not drawn */
    size_t inline_count;      /* columns before this one stand side by side, the others below */
    bool is_laid_out;
    size_t kept_count;
    struct kept *kept;        /* BLOCK_ROWS */
    size_t used, size;
    char *room;               /* begins with one '\0', the text of nothing */
};

static size_t width_of(const char *text)
{
    return text_columns(bytes_of_text(text));
}

/* ---- keeping */

struct screen *screen_new(const struct column *columns, size_t count)
{
    struct screen *screen = calloc(1, sizeof *screen);

    if (screen == NULL)
        return NULL;
    *screen = (struct screen){ .columns = columns, .column_count = count, .used = 1, .size = 4096 };
    screen->kept = calloc(BLOCK_ROWS, sizeof screen->kept[0]);
    screen->room = calloc(1, screen->size);
    if (screen->kept != NULL && screen->room != NULL)
        return screen;
    screen_free(screen);
    return NULL;
}

void screen_free(struct screen *screen)
{
    if (screen == NULL)
        return;
    free(screen->kept);
    free(screen->room);
    free(screen);
}

/* Where a copy of the text begins; 0 for "", and `*failed` for want of memory. */
static size_t keep_text(struct screen *screen, const char *text, bool *failed)
{
    size_t size = strlen(text) + 1, at = screen->used;

    if (size == 1)
        return 0;
    if (size > screen->size - screen->used) {
        size_t grown = 2 * screen->size + size;
        char *room = realloc(screen->room, grown);

        if (room == NULL) {
            *failed = true;
            return 0;
        }
        screen->room = room;
        screen->size = grown;
    }
    memcpy(screen->room + at, text, size);
    screen->used += size;
    return at;
}

static struct kept *keep(struct screen *screen)
{
    if (screen->kept_count == BLOCK_ROWS)
        screen_flush(screen);
    return &screen->kept[screen->kept_count++];
}

bool screen_row(struct screen *screen, const struct row *row, enum row_style style)
{
    struct kept *kept = keep(screen);
    char out[ROW_ROOM];
    bool failed = false;

    kept->sort = KEPT_ROW;
    kept->style = style;
    for (size_t i = 0; i < screen->column_count; i++) {
        const char *text = row_screen_text(row, i, out);

        kept->texts[i] = (screen->columns[i].flags & COLUMN_RECORD) != 0 ? 0 : keep_text(screen, text, &failed);
    }
    return !failed;
}

bool screen_line(struct screen *screen, const char *text)
{
    struct kept *kept = keep(screen);
    bool failed = false;

    kept->sort = KEPT_LINE;
    kept->texts[0] = keep_text(screen, text, &failed);
    return !failed;
}

/* ---- laying out */

static bool is_rest(const struct screen *screen, size_t index)
{
    return (screen->columns[index].flags & COLUMN_REST) != 0;
}

static bool is_number(enum column_type type)
{
    return type == COLUMN_NUMBER || type == COLUMN_MASS || type == COLUMN_VOLUME || type == COLUMN_WEIGHT;
}

static void measure(struct screen *screen)
{
    char heading[KEY_SIZE];

    for (size_t r = 0; r < screen->kept_count; r++)
        for (size_t i = 0; screen->kept[r].sort == KEPT_ROW && i < screen->column_count; i++) {
            size_t width = width_of(screen->room + screen->kept[r].texts[i]);

            screen->widths[i] = width > screen->widths[i] ? width : screen->widths[i];
        }
    for (size_t i = 0; i < screen->column_count; i++) {
        size_t width = width_of(column_heading(&screen->columns[i], heading));

        if (screen->widths[i] != 0 && screen->widths[i] < width)
            screen->widths[i] = width;
    }
}

/* Columns that those before `end` take side by side, the rest at its least. */
static size_t taken_by(const struct screen *screen, size_t end)
{
    size_t taken = 0;

    for (size_t i = 0; i < end; i++) {
        size_t width = screen->widths[i];

        if (width != 0)
            taken += (taken > 0 ? GAP : 0) + (is_rest(screen, i) && width > REST_LEAST ? REST_LEAST : width);
    }
    return taken;
}

/* From the right, columns go below until the others have room; the rest gets what is over. */
static void lay_out(struct screen *screen)
{
    size_t columns = terminal_columns(), end = screen->column_count;

    if (screen->is_laid_out)
        return;
    screen->is_laid_out = true;
    measure(screen);
    while (end > 1 && taken_by(screen, end) > columns)
        end--;
    screen->inline_count = terminal_is_accessible() ? 0 : end;
    for (size_t i = 0; i < end; i++) {
        size_t over = columns > taken_by(screen, end) ? columns - taken_by(screen, end) : 0;

        if (is_rest(screen, i) && screen->widths[i] > REST_LEAST + over)
            screen->widths[i] = REST_LEAST + over;
    }
}

/* ---- printing */

static void say_spaces(size_t count)
{
    say("%*s", (int)count, "");
}

size_t screen_say_words(const char *text, size_t used, size_t indent, size_t columns)
{
    size_t room = columns > indent ? columns - indent : 1;

    while (*text != '\0') {
        size_t free_columns = columns > used ? columns - used : 0, size = bytes_within(text, free_columns), end = size;

        /* Back to the end of a word; a word that is longer than a line is broken where the line ends. */
        while (text[size] != '\0' && end > 0 && text[end] != ' ')
            end--;
        if (text[size] != '\0' && end == 0)
            end = width_of(text) > room && used <= indent ? (size > 0 ? size : 1) : 0;
        say("%.*s", (int)end, text);
        text += end;
        used += text_columns(bytes_of(text - end, end));
        text += strspn(text, " ");
        if (*text != '\0') {
            say("\n");
            say_spaces(indent);
            used = indent;
        }
    }
    return used;
}

static const char *style_of(enum row_style style, enum column_type type)
{
    if (type == COLUMN_MARKS)
        return style_out(STYLE_BAD);
    if (style == ROW_STRUCK)
        return style_out(STYLE_STRUCK);
    return style == ROW_TOTAL ? style_out(STYLE_LOUD) : "";
}

static void say_styled(const char *text, const char *style)
{
    say("%s%s%s", style, text, style[0] != '\0' ? style_out(STYLE_PLAIN) : "");
}

/* The text of a column that takes the rest: cut to its width, or on as many lines as it needs. */
static size_t say_rest(const struct screen *screen, size_t index, const char *text, size_t at)
{
    size_t width = screen->widths[index];
    char fitted[FIT_SIZE];

    if (width_of(text) > width && (screen->columns[index].flags & COLUMN_CUT) != 0 && !terminal_is_verbose()) {
        say("%s", fit_columns(text, width, fitted));
        return at + width;
    }
    return screen_say_words(text, at, at, at + width);
}

static bool has_more(const struct screen *screen, const struct kept *kept, size_t from)
{
    for (size_t i = from; i < screen->inline_count; i++)
        if (kept->texts[i] != 0)
            return true;
    return false;
}

/* The columns that stand side by side. */
static void say_inline(const struct screen *screen, const struct kept *kept)
{
    size_t at = 0, start = 0;

    for (size_t i = 0; i < screen->inline_count && has_more(screen, kept, i); i++) {
        const char *text = screen->room + kept->texts[i], *style = style_of(kept->style, screen->columns[i].type);
        size_t width = width_of(text), pad = screen->widths[i] > width ? screen->widths[i] - width : 0;

        if (screen->widths[i] == 0)
            continue;
        say_spaces(start > at ? start - at : 0);
        at = at > start ? at : start;
        if (is_number(screen->columns[i].type)) {
            say_spaces(pad);
            at += pad;
        }
        if (is_rest(screen, i)) {
            at = say_rest(screen, i, text, at);
        } else {
            say_styled(text, text[0] != '\0' ? style : "");
            at += width;
        }
        start += screen->widths[i] + GAP;
    }
    if (screen->inline_count > 0)
        say("\n");
}

/* What had no room: each value behind its heading. */
static void say_below(const struct screen *screen, const struct kept *kept)
{
    size_t columns = terminal_columns(), at = 0, indent = screen->inline_count > 0 ? FOLD_INDENT : 0;
    char heading[KEY_SIZE];

    for (size_t i = screen->inline_count; i < screen->column_count; i++) {
        const char *text = screen->room + kept->texts[i];
        size_t width;

        if (kept->texts[i] == 0)
            continue;
        column_heading(&screen->columns[i], heading);
        width = width_of(heading) + 1 + width_of(text);
        if (at > 0 && at + GAP + width > columns) {
            say("\n");
            at = 0;
        }
        say_spaces(at > 0 ? GAP : indent);
        at += at > 0 ? GAP : indent;
        say("%s ", heading);
        at += width_of(heading) + 1;
        at = screen_say_words(text, at, indent + GAP, columns);
    }
    if (at > 0)
        say("\n");
}

/* Two columns say by themselves what they are. */
static void say_headings(const struct screen *screen)
{
    size_t gap = 0, used = 0, drawn = 0;
    char heading[KEY_SIZE], line[4 * FIT_SIZE];

    for (size_t i = 0; i < screen->inline_count; i++) {
        size_t width = screen->widths[i];
        int pad;

        if (width == 0)
            continue;
        column_heading(&screen->columns[i], heading);
        pad = is_number(screen->columns[i].type) ? (int)width : -(int)width;
        used += (size_t)snprintf(line + used, sizeof line - used, "%*s%*s", (int)gap, "", pad, heading);
        gap = GAP;
        drawn++;
        if (used >= sizeof line)
            return;
    }
    if (drawn < HEADED_COLUMNS)
        return;
    while (used > 0 && line[used - 1] == ' ')
        used--;
    line[used] = '\0';
    say("%s%s%s\n", style_out(STYLE_FAINT), line, style_out(STYLE_PLAIN));
}

void screen_flush(struct screen *screen)
{
    bool is_first;

    if (screen == NULL)
        return;
    is_first = !screen->is_laid_out && screen->kept_count > 0;
    lay_out(screen);
    if (is_first && !terminal_is_quiet())
        say_headings(screen);
    for (size_t r = 0; r < screen->kept_count; r++) {
        const struct kept *kept = &screen->kept[r];

        if (kept->sort == KEPT_ROW) {
            say_inline(screen, kept);
            say_below(screen, kept);
        } else if (!terminal_is_quiet()) {
            say("%s", style_out(STYLE_LOUD));
            screen_say_words(screen->room + kept->texts[0], 0, FOLD_INDENT, terminal_columns());
            say("%s\n", style_out(STYLE_PLAIN));
        }
    }
    screen->kept_count = 0;
    screen->used = 1;
}

void screen_say_part(const char *label, const char *text)
{
    size_t at = 3 + (width_of(label) > LABEL_COLUMNS ? width_of(label) : LABEL_COLUMNS);

    say("  %-*s ", LABEL_COLUMNS, label);
    screen_say_words(text, at, LABEL_COLUMNS + 3, terminal_columns());
    say("\n");
}

static bool is_zero(const struct row *row, size_t index)
{
    enum column_type type = row->columns[index].type;

    return (is_number(type) || type == COLUMN_PER_KG || type == COLUMN_STRENGTH) && row->cells[index].number == 0;
}

void screen_say_row(const struct row *row)
{
    char heading[KEY_SIZE], out[ROW_ROOM];

    for (size_t i = 1; i < row->count; i++)
        if (row_has(row, i) && !is_zero(row, i) && (row->columns[i].flags & COLUMN_REST) == 0)
            screen_say_part(column_heading(&row->columns[i], heading), row_screen_text(row, i, out));
}
