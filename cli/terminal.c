#include "cli/terminal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>

#include "crypto/crypto.h"
#include "schema/text.h"

/* One process has one terminal. */
static struct {
    bool can_ask, is_hushed, can_repaint, is_quiet, is_verbose, is_accessible;
    bool colours_out, colours_err;
    FILE *news;       /* between news_begin and news_end: what is said is kept here */
    char *news_text;
    size_t news_size;
    bool has_saved_news; /* standard output did not take it */
    int output_errno;    /* why */
} terminal;

static volatile sig_atomic_t interrupted;

/* ---- starting */

static void on_interrupt(int signal_number)
{
    (void)signal_number;
    interrupted = 1;
}

/* What asks us to end. Ctrl-\ does so as Ctrl-C does: it may come while a passphrase is typed unseen, and would
 * otherwise leave the terminal so. */
static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
enum { END_COUNT = sizeof ends / sizeof ends[0] };

/* Reads are not restarted, so that a question ends at once; writes to the store go on to their end. */
static void catch_signals(void)
{
    static const int ignored[] = { SIGPIPE, SIGXFSZ };
    struct sigaction action = { .sa_handler = on_interrupt };

    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < END_COUNT; i++)
        sigaction(ends[i], &action, NULL);
    action.sa_handler = SIG_IGN;
    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++)
        sigaction(ignored[i], &action, NULL);
}

/* A stream that was closed before we began stays so: the next file that is opened would get its number, and the first of
 * them is the ledger's. What is written on standard output then fails, and is told of. */
static void hold_streams(void)
{
    static const int modes[] = { O_RDONLY, O_RDONLY, O_WRONLY };

    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++)
        if (fcntl(stream, F_GETFD) < 0 && errno == EBADF && open("/dev/null", modes[stream]) != stream)
            _exit(7); /* no number is free, or no /dev/null: nothing could be said either */
}

/* A core file would hold keys and passphrases. */
static void refuse_core_files(void)
{
    struct rlimit none = { 0, 0 };

    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static bool has_colours(int stream, const char *when)
{
    const char *term = getenv("TERM"), *no_colour = getenv("NO_COLOR");

    if (when != NULL && strcmp(when, "auto") != 0)
        return strcmp(when, "always") == 0;
    return isatty(stream) == 1 && term != NULL && strcmp(term, "dumb") != 0 && (no_colour == NULL || *no_colour == '\0');
}

enum ledger_status terminal_start(const struct call *call, struct error *error)
{
    const char *when = call_value(call, "color"), *term = getenv("TERM");

    hold_streams();
    refuse_core_files();
    catch_signals();
    if (when != NULL && strcmp(when, "always") != 0 && strcmp(when, "never") != 0 && strcmp(when, "auto") != 0)
        return error_set(error, REFUSAL_BAD_VALUE, "--color is always, never or auto, not `%s`", when);
    terminal.can_ask = !call_flag(call, "no-input") && isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
    /* A program that asked for JSON gets nothing else, on either stream. */
    terminal.is_quiet = call_flag(call, "quiet") || (call_flag(call, "json") && !terminal.can_ask);
    terminal.is_verbose = call_flag(call, "verbose");
    terminal.is_accessible = call_flag(call, "accessible");
    terminal.can_repaint = terminal.can_ask && !terminal.is_accessible && term != NULL && strcmp(term, "dumb") != 0;
    terminal.colours_out = has_colours(STDOUT_FILENO, when);
    terminal.colours_err = has_colours(STDERR_FILENO, when);
    return LEDGER_OK;
}

bool terminal_can_ask(void)
{
    return terminal.can_ask && !terminal.is_hushed;
}

void terminal_hush(bool hush)
{
    terminal.is_hushed = hush;
}

bool terminal_is_verbose(void)
{
    return terminal.is_verbose;
}

bool terminal_is_quiet(void)
{
    return terminal.is_quiet;
}

bool terminal_is_accessible(void)
{
    return terminal.is_accessible;
}

bool terminal_can_repaint(void)
{
    return terminal.can_repaint;
}

enum { COLUMNS_LEAST = 40, COLUMNS_MOST = 500 };

size_t terminal_columns(void)
{
    const char *columns = getenv("COLUMNS");
    struct winsize size;
    long told;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= COLUMNS_LEAST)
        return size.ws_col < COLUMNS_MOST ? size.ws_col : COLUMNS_MOST;
    if (isatty(STDOUT_FILENO) == 1)
        return 80;
    told = columns != NULL ? strtol(columns, NULL, 10) : 0;
    return told >= COLUMNS_LEAST && told <= COLUMNS_MOST ? (size_t)told : 200;
}

bool terminal_was_interrupted(void)
{
    return interrupted != 0;
}

enum ledger_status terminal_check(struct error *error)
{
    return interrupted ? error_set(error, REFUSAL_INTERRUPTED, "interrupted") : LEDGER_OK;
}

/* ---- saying */

void say(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vfprintf(terminal_out(), format, arguments);
    va_end(arguments);
}

FILE *terminal_out(void)
{
    return terminal.news != NULL ? terminal.news : stdout;
}

void terminal_news_begin(void)
{
    assert(terminal.news == NULL);
    terminal.news = open_memstream(&terminal.news_text, &terminal.news_size);
}

void terminal_news_end(void)
{
    bool is_kept = terminal.news != NULL && fclose(terminal.news) == 0;

    terminal.news = NULL;
    if (is_kept)
        fputs(terminal.news_text, stdout);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        terminal.output_errno = errno;
        terminal.has_saved_news = true;
        if (is_kept)
            fputs(terminal.news_text, stderr);
    }
    free(terminal.news_text);
    terminal.news_text = NULL;
}

static void vremark(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

static void vremark(const char *format, va_list arguments)
{
    fflush(stdout); /* what was said before stands before */
    vfprintf(stderr, format, arguments);
}

void remark(const char *format, ...)
{
    va_list arguments;

    if (terminal.is_quiet)
        return;
    va_start(arguments, format);
    vremark(format, arguments);
    va_end(arguments);
}

void tell(const char *format, ...)
{
    va_list arguments;

    if (terminal.is_quiet && !terminal.can_ask)
        return;
    va_start(arguments, format);
    vremark(format, arguments);
    va_end(arguments);
}

static bool is_safe(const char *text)
{
    size_t size = strlen(text);

    if (size > TEXT_SIZE_LIMIT)
        return false;
    switch (text_check(bytes_of(text, size), TEXT_SIZE_LIMIT)) {
    case TEXT_OK:
    case TEXT_EMPTY:
    case TEXT_SPACE:
    case TEXT_NOT_NFC:
        return true;
    default:
        return false;
    }
}

void print_typed(const char *text)
{
    bool is_whole = is_safe(text);

    for (; *text != '\0'; text++)
        fputc(is_whole || (*text >= ' ' && *text <= '~') ? *text : '?', stderr);
}

void remark_typed(const char *text)
{
    if (!terminal.is_quiet)
        print_typed(text);
}

static const char *style_text(enum style style, bool has_colour)
{
    static const char *const texts[] = {
        [STYLE_PLAIN] = "\033[0m", [STYLE_GOOD] = "\033[32m", [STYLE_BAD] = "\033[31m",
        [STYLE_LOUD] = "\033[1m", [STYLE_FAINT] = "\033[2m", [STYLE_STRUCK] = "\033[9m" };

    return has_colour ? texts[style] : "";
}

const char *style_out(enum style style)
{
    return style_text(style, terminal.colours_out);
}

const char *style_err(enum style style)
{
    return style_text(style, terminal.colours_err);
}

size_t bytes_within(const char *text, size_t columns)
{
    size_t end = 0, used = 0;

    while (text[end] != '\0') {
        size_t next = end + 1;

        while (((unsigned char)text[next] & 0xC0) == 0x80)
            next++;
        used += text_columns(bytes_of(text + end, next - end));
        if (used > columns)
            break;
        end = next;
    }
    return end;
}

const char *fit_columns(const char *text, size_t columns, char out[static FIT_SIZE])
{
    static const char ellipsis[] = "\u2026";
    size_t width = text_columns(bytes_of_text(text)), used;
    bool is_cut = width > columns && columns > 0;

    used = bytes_within(text, is_cut ? columns - 1 : columns);
    if (used > FIT_SIZE - sizeof ellipsis)
        used = FIT_SIZE - sizeof ellipsis;
    memcpy(out, text, used);
    width = text_columns(bytes_of(text, used));
    if (is_cut) {
        memcpy(out + used, ellipsis, sizeof ellipsis - 1);
        used += sizeof ellipsis - 1;
        width++;
    }
    for (; width < columns && used < FIT_SIZE - 1; width++)
        out[used++] = ' ';
    out[used] = '\0';
    return out;
}

enum ledger_status terminal_finish(struct error *error)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return LEDGER_OK;
    if (terminal.has_saved_news)
        return error_set(error, REFUSAL_IO, "standard output could not be written: %s. What was recorded stands",
                         strerror(terminal.output_errno));
    if (errno == EPIPE)
        return LEDGER_STORAGE;
    return error_set(error, REFUSAL_IO, "standard output could not be written: %s", strerror(errno));
}

/* ---- asking */

/* Wait for input, or for an interruption, which comes through here and nowhere else: between a look at
 * the flag and a read it would be lost until the next key. */
static void wait_for_input(void)
{
    struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
    sigset_t blocked, before;

    sigemptyset(&blocked);
    for (size_t i = 0; i < END_COUNT; i++)
        sigaddset(&blocked, ends[i]);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    if (!interrupted)
        ppoll(&input, 1, NULL, &before);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

/* Read to the end of the line. The kernel edits it where it is a terminal; what does not fit is read too. */
static enum ledger_status read_line(char *line, size_t size, bool *found, struct error *error)
{
    size_t used = 0;
    char one;

    *found = false;
    for (;;) {
        ssize_t got;

        wait_for_input();
        if (interrupted)
            return terminal_check(error);
        got = read(STDIN_FILENO, &one, 1);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got < 0)
            return error_set(error, REFUSAL_IO, "standard input: %s", strerror(errno));
        if (got == 0)
            break;
        *found = true;
        if (one == '\n')
            break;
        if (used < size)
            line[used] = one;
        used++;
    }
    if (used >= size)
        return error_set(error, REFUSAL_TOO_LONG, "this line has %zu bytes, and %zu are taken", used, size - 1);
    line[used] = '\0';
    return LEDGER_OK;
}

static void trim(char *line)
{
    size_t begin = strspn(line, " \t\r"), end = strlen(line);

    while (end > begin && strchr(" \t\r", line[end - 1]) != NULL)
        end--;
    memmove(line, line + begin, end - begin);
    line[end - begin] = '\0';
}

static enum ledger_status ask(const char *prompt, char *line, size_t size, struct error *error)
{
    enum ledger_status status;
    bool found;

    tcflush(STDIN_FILENO, TCIFLUSH);
    fputs(prompt, stderr);
    fflush(stderr);
    status = read_line(line, size, &found, error);
    if (status == LEDGER_OK && !found)
        status = error_set(error, REFUSAL_INTERRUPTED, "the input ended before there was an answer");
    if (status != LEDGER_OK)
        fputc('\n', stderr);
    return status;
}

enum ledger_status terminal_ask(const char *prompt, char line[static LINE_SIZE], struct error *error)
{
    enum ledger_status status;

    assert(terminal.can_ask);
    status = ask(prompt, line, LINE_SIZE, error);
    if (status == LEDGER_OK)
        trim(line);
    return status;
}

enum ledger_status terminal_ask_blind(const char *prompt, char line[static LINE_SIZE], struct error *error)
{
    enum ledger_status status = terminal_ask(prompt, line, error);

    if (status == LEDGER_OK && terminal.can_repaint)
        fprintf(stderr, "\033[1A\r\033[2K%s(typed)\n", prompt);
    return status;
}

/* How the terminal was before a secret was asked for. */
struct hidden {
    struct termios before;
    void (*on_stop)(int signal_number);
};

/* Without echo, and without a way to stop the program while it is off: whoever took over the terminal would type unseen. */
static bool hide_echo(struct hidden *hidden)
{
    struct termios mode;

    if (tcgetattr(STDIN_FILENO, &hidden->before) != 0)
        return false;
    mode = hidden->before;
    mode.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
    mode.c_cc[VSUSP] = _POSIX_VDISABLE;
    hidden->on_stop = signal(SIGTSTP, SIG_IGN);
    if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &mode) == 0)
        return true;
    signal(SIGTSTP, hidden->on_stop);
    return false;
}

static void show_echo(const struct hidden *hidden)
{
    tcsetattr(STDIN_FILENO, TCSANOW, &hidden->before);
    signal(SIGTSTP, hidden->on_stop);
}

enum ledger_status terminal_ask_secret(const char *prompt, char secret[static SECRET_SIZE], struct error *error)
{
    struct hidden hidden;
    enum ledger_status status;

    if (!terminal.can_ask || !hide_echo(&hidden))
        return error_set(error, REFUSAL_NO_PASSPHRASE, "there is no terminal to ask for a passphrase at");
    status = ask(prompt, secret, SECRET_SIZE, error);
    show_echo(&hidden);
    if (status == LEDGER_OK)
        fputc('\n', stderr);
    else
        secret_wipe(secret, SECRET_SIZE);
    return status;
}

enum ledger_status terminal_read_scan(char line[static LINE_SIZE], bool *found, struct error *error)
{
    enum ledger_status status = read_line(line, LINE_SIZE, found, error);

    if (status == LEDGER_OK)
        trim(line);
    return status;
}
