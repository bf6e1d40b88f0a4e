# What one run of the program said of which code, a line each:
#
#     refused PH0210     it ended badly and named this rule: alone, beside another, for a line of a file, or as a finding
#     irregular PH0401   it recorded something that goes against this rule, as what it is
#     told PH0511        it named the code otherwise: a note, or a case that opens
#
#     awk -v status=STATUS -f gather.awk OUT ERR
function each(what, text,    code)
{
    while (match(text, /PH[0-9][0-9][0-9][0-9]/)) {
        code = what " " substr(text, RSTART, 6)
        if (!(code in said))
            print code
        said[code] = 1
        text = substr(text, RSTART + 6)
    }
}

/RECORDED #|"recorded":\[\{/ { recorded = 1 }

/^phial: PH|^ +(also|why) +.*PH|^(REFUSED|FAIL|UNPROVEN) |"(refused|code)":"PH/ {
    if (status != 0)
        each("refused", $0)
}

match($0, /IRREGULAR: [^"]*/) { irregular = irregular substr($0, RSTART, RLENGTH) }

/PH[0-9]/ { each("told", $0) }

END {
    if (recorded)
        each("irregular", irregular)
}
