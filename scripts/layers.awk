# Judge the sources named as arguments: print `rule file:line what` for everything that scripts/layers
# refuses. Comments and the contents of strings are taken out first, so that only code is judged.
# Written for any POSIX awk; \047 is an apostrophe.

function list(text, into,    i, n, words) {
    n = split(text, words, " ")
    for (i = 1; i <= n; i++)
        into[words[i]] = 1
}

BEGIN {
    list("schema crypto ledger cli", floors)
    list("schema>schema crypto>crypto ledger>ledger ledger>schema ledger>crypto " \
         "cli>cli cli>ledger cli>schema cli>crypto", may_include)

    home["cbor"] = "schema/cbor.c";      home["utf8proc"] = "schema/text.c"
    home["openssl"] = "crypto/*.c";      home["lmdb"] = "ledger/store.c"
    home["jansson"] = "cli/*.c";         home["cmocka"] = "tests/*.c"

    list("assert.h ctype.h dirent.h errno.h fcntl.h getopt.h grp.h inttypes.h langinfo.h limits.h " \
         "locale.h poll.h pthread.h pwd.h sched.h signal.h stdalign.h stdarg.h stdatomic.h stdbool.h " \
         "stddef.h stdint.h stdio.h stdlib.h stdnoreturn.h string.h strings.h termios.h time.h unistd.h " \
         "wchar.h wctype.h sys/file.h sys/ioctl.h sys/mman.h sys/prctl.h sys/random.h sys/resource.h " \
         "setjmp.h libgen.h sys/stat.h sys/statvfs.h sys/time.h sys/types.h sys/uio.h sys/wait.h", system_headers)

    list("strcpy strcat sprintf vsprintf stpcpy gets strncpy strncat strtok alloca sscanf scanf fscanf " \
         "vsscanf atoi atol atoll atof strtod strtof strtold rand srand random srandom drand48 system " \
         "popen execlp execvp tmpnam tempnam mktemp getpass localtime gmtime ctime asctime", refused)
    list("float double", floating)
    list("printf vprintf puts putchar putc perror psignal exit quick_exit", printing)
    list("time clock_gettime gettimeofday clock localtime_r gmtime_r mktime timegm tzset getenv " \
         "secure_getenv fopen open openat read pread getrandom getentropy", impure)
}

function complain(rule, what) {
    printf "%s %s:%d %s\n", rule, FILENAME, FNR, what
}

# The code of a line: comments gone, strings and characters emptied. Remembers an open comment.
function code_of(line,    code, at, mark) {
    code = ""
    while (line != "") {
        if (in_comment) {
            at = index(line, "*/")
            if (!at)
                return code
            line = substr(line, at + 2)
            in_comment = 0
            code = code " "
        }
        if (!match(line, /\/\*|\/\/|"|\047/))
            return code line
        mark = substr(line, RSTART, RLENGTH)
        code = code substr(line, 1, RSTART - 1)
        line = substr(line, RSTART + RLENGTH)
        if (mark == "//")
            return code
        if (mark == "/*") {
            in_comment = 1
            continue
        }
        if (mark == "\"")
            match(line, /^([^"\\]|\\.)*"/)
        else
            match(line, /^([^\047\\]|\\.)*\047/)
        line = substr(line, RLENGTH + 1)
        code = code mark mark
    }
    return code
}

function judge_our_include(name,    floor, own) {
    floor = name
    sub(/\/.*/, "", floor)
    if (name !~ /^[a-z]+\/[a-z0-9_]+\.[a-z]+$/ || !(floor in floors))
        complain("below", "\"" name "\" is not the path of a file from the root of the tree")
    else if (!((here ">" floor) in may_include))
        complain("below", here " must not include " floor)
    if (FILENAME ~ /\.c$/ && !includes++) {
        own = FILENAME
        sub(/\.c$/, ".h", own)
        if (name != own && (getline ignored < own) >= 0)
            complain("own-first", "should include \"" own "\" first")
        close(own)
    }
}

function judge_their_include(name,    library, folder) {
    library = name
    sub(/[\/.].*/, "", library)
    if (!(library in home)) {
        if (!(name in system_headers))
            complain("system", "<" name "> is not among the headers listed in scripts/layers.awk")
        return
    }
    if (FILENAME ~ /\.h$/) {
        complain("headers", "a header of ours includes <" name ">")
        return
    }
    folder = home[library]
    sub(/\*\.c$/, "", folder)
    if (index(FILENAME, folder) != 1)
        complain("home", "<" name "> belongs in " home[library])
}

function judge_include(line,    name, part) {
    name = line
    sub(/^[ \t]*#[ \t]*include[ \t]*/, "", name)
    if (name ~ /^"[^"]*"/) {
        split(name, part, "\"")
        name = part[2]
        judge_our_include(name)
    } else if (name ~ /^<[^>]*>/) {
        split(name, part, /[<>]/)
        name = part[2]
        judge_their_include(name)
    } else {
        complain("below", "an include must name its file")
    }
}

# libcbor hands floats to the callbacks that refuse them; their prototypes have to say so.
function is_callback_parameter(before) {
    return FILENAME == "schema/cbor.c" && before ~ /\(void \*[a-z]+, $/
}

function names_theirs(word) {
    return word ~ /^(cbor_|mdb_|MDB_|CRYPTO_|EVP_|OSSL_|utf8proc_|json_)/
}

# A header's guard carries its path, CRYPTO_KEY_H, and the library has no such names.
function is_guard(word) {
    return word ~ /^[A-Z]+_[A-Z0-9_]+_H$/
}

function judge_word(word, before, after,    is_call) {
    is_call = after ~ /^[ \t]*\(/ && before !~ /(\.|->)[ \t]*$/
    if (is_call && word in refused)
        complain("calls", word " is refused here")
    if (word in floating && !is_callback_parameter(before))
        complain("floats", word)
    if (here != "cli" && ((is_call && word in printing) || word == "stdout" || word == "stderr"))
        complain("prints", word " below cli")
    if (is_call && word in impure && (here == "schema" || FILENAME ~ /^ledger\/rules/))
        complain("pure", word " in a file that must give the same answer everywhere")
    if (word == "NDEBUG")
        complain("assert", "NDEBUG")
    if (FILENAME ~ /\.h$/ && names_theirs(word) && !is_guard(word))
        complain("headers", word " in a header of ours")
    if (word ~ /_t$/ && before ~ /(struct|enum|union)[ \t]+$/)
        complain("names", word " ends in _t")
    if (names_theirs(word) && is_call && before ~ /^[a-z][A-Za-z0-9_ \t*]*$/ && before !~ /return/)
        complain("names", word " has the prefix of a library")
}

FNR == 1 {
    in_comment = 0
    includes = 0
    here = FILENAME
    sub(/\/.*/, "", here)
}

/(^|[^A-Za-z0-9_])(TODO|FIXME|XXX|HACK)([^A-Za-z0-9_]|$)/ { complain("finished", $0) }

!in_comment && /^[ \t]*#[ \t]*include/ {
    judge_include($0)
    code_of($0)
    next
}

{
    code = code_of($0)
    if (code ~ /^typedef .*_t[ \t]*;/)
        complain("names", "a type of ours ends in _t")
    passed = ""
    while (match(code, /[A-Za-z_][A-Za-z0-9_]*/)) {
        word = substr(code, RSTART, RLENGTH)
        passed = passed substr(code, 1, RSTART - 1)
        code = substr(code, RSTART + RLENGTH)
        judge_word(word, passed, code)
        passed = passed word
    }
}
