#!/usr/bin/env python3
"""Whether every command in the advice of `phial explain` is one that phial knows, with options that it has."""

import json, re, subprocess, sys

phial = sys.argv[1]


def said(*words):
    return subprocess.run((phial,) + words, capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout


rows = json.loads(said("explain", "--json"))
rows = rows if isinstance(rows, list) else next(value for value in rows.values() if isinstance(value, list))
helps, wrong, seen = {}, [], 0
for row in rows:
    for line in row["next"] if isinstance(row["next"], list) else row["next"].split("\n"):
        for words in re.findall(r"\bphial ([^,;:()]*)", line):
            words, seen = words.split(), seen + 1
            for size in (2, 1):
                name = " ".join(words[:size])
                if name not in helps:
                    helps[name] = said("help", *words[:size])
                if helps[name].startswith("phial " + name) or "\nphial " + name in helps[name] or "also: phial " + name in helps[name]:
                    break
            else:
                wrong.append((row.get("code"), "no command", words))
                continue
            for option in (word for word in words if re.match("--[a-z]", word)):
                if not re.search(re.escape(option) + r"\b", helps[name]):
                    wrong.append((row.get("code"), name, option))
for one in wrong:
    print(one)
print("%d commands are sound" % seen if not wrong else "%d are not" % len(wrong))
sys.exit(len(wrong) > 0 or seen == 0)
