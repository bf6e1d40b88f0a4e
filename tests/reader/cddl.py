"""Enough of CDDL (RFC 8610) to hold decoded values against schema/ledger.cddl."""

import re

from cbor import Malformed, Tag, decode_whole

TOKEN = re.compile(r"""
    \s+ | ;[^\n]*                                     # white space, comments
  | (?P<text>"[^"]*") | (?P<bytes>h'[0-9a-f]*')
  | (?P<occurs>\d*\*\d*(?=[\s(a-z\[])|\?)             # ? * 1* 1*4
  | (?P<number>-?\d+) | (?P<tag>\#6\.\d+)
  | (?P<sign>=>|\.\.|[=/:,()\[\]{}<>&])
  | (?P<control>\.[a-z]+)
  | (?P<name>[A-Za-z$@_][A-Za-z0-9$@_-]*)
""", re.VERBOSE)


def _tokens(text):
    at, tokens = 0, []
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise ValueError("cddl: cannot read " + text[at:at + 40])
        if match.lastgroup:
            tokens.append((match.lastgroup, match.group()))
        at = match.end()
    return tokens


class Parser:
    """Turns tokens into rules: nested tuples whose first place says what they are."""

    def __init__(self, text):
        self.tokens, self.at = _tokens(text), 0

    def peek(self, ahead=0):
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else ("end", "")

    def take(self, value=None):
        token = self.peek()
        if value is not None and token[1] != value:
            raise ValueError("cddl: %r where %r was expected" % (token[1], value))
        self.at += 1
        return token[1]

    def accept(self, value):
        if self.peek()[1] != value:
            return False
        self.at += 1
        return True

    def rules(self):
        rules = {}
        while self.peek()[0] != "end":
            name, parameters = self.take(), ()
            if self.accept("<"):
                parameters = tuple(self.listed(self.take))
            self.take("=")
            if name in rules:
                raise ValueError("cddl: %s is there twice" % name)
            rules[name] = (parameters, self.type())
        return rules

    def listed(self, one):
        items = [one()]
        while self.accept(","):
            items.append(one())
        self.take(">")
        return items

    def type(self):
        choices = [self.type1()]
        while self.accept("/"):
            choices.append(self.type1())
        return choices[0] if len(choices) == 1 else ("choice", choices)

    def type1(self):
        left = self.type2()
        if self.accept(".."):
            return ("range", left[1], self.type2()[1])
        if self.peek()[0] == "control":
            return ("control", self.take(), left, self.type2())
        return left

    def type2(self):
        sort, word = self.peek()
        if sort == "number":
            return ("value", int(self.take()))
        if sort == "text":
            return ("value", self.take()[1:-1])
        if sort == "bytes":
            return ("value", bytes.fromhex(self.take()[2:-1]))
        if sort == "tag":
            number = int(self.take()[3:])
            self.take("(")
            inner = self.type()
            self.take(")")
            return ("tag", number, inner)
        if sort == "name":
            name = self.take()
            return ("name", name, self.listed(self.type1) if self.accept("<") else [])
        self.take()
        if word == "(":
            inner = self.type()
            self.take(")")
            return inner
        if word == "&":
            self.take("(")
            return ("choice", [entry[2] for entry in self.group(")")])
        if word in "[{":
            return ("array" if word == "[" else "map", self.group("]" if word == "[" else "}"))
        raise ValueError("cddl: %r where a type was expected" % word)

    def group(self, end):
        """Entries (occurs, key, type): of a group in parentheses the type is ("group", entries)."""
        entries = []
        while not self.accept(end):
            entries.append(self.entry())
            self.accept(",")
        return entries

    def entry(self):
        occurs, key = (1, 1), None
        if self.peek()[0] == "occurs":
            word = self.take()
            low, high = ("0", "1") if word == "?" else word.split("*")
            occurs = (int(low or 0), int(high) if high else None)
        if self.peek()[1] == "(":
            self.take()
            return (occurs, None, ("group", self.group(")")))
        if self.peek(1)[1] == ":":
            sort, word = self.peek()
            key = ("value", int(word)) if sort == "number" else ("label", word)
            self.take()
            self.take(":")
            return (occurs, key, self.type())
        kind = self.type()
        if self.accept("=>"):
            return (occurs, kind, self.type())
        return (occurs, None, kind)


def _any_of(*types):
    return lambda value: isinstance(value, types) and not isinstance(value, bool)


PRELUDE = {"tstr": _any_of(str), "bstr": _any_of(bytes), "int": _any_of(int), "nil": lambda value: value is None,
           "null": lambda value: value is None, "uint": lambda value: isinstance(value, int) and value >= 0}


class Schema:
    """The rules of a CDDL document. `checks` holds, by the name of a rule, what CDDL cannot say of it."""

    def __init__(self, text, checks):
        self.rules, self.checks = Parser(text).rules(), checks

    def labels(self, name):
        """The names of the places of an array rule."""
        return [key[1] for _, key, _ in self.rules[name][1][1] if key is not None]

    def require(self, name, value):
        """Malformed unless the value is as the rule says."""
        if not self.fits(("name", name, []), value, {}):
            raise Malformed("not as the rule %s says" % name)

    def fits(self, rule, value, given):
        return getattr(self, "fits_" + rule[0])(rule, value, given)

    def fits_value(self, rule, value, given):
        return type(value) is type(rule[1]) and value == rule[1]

    def fits_range(self, rule, value, given):
        return isinstance(value, int) and rule[1] <= value <= rule[2]

    def fits_choice(self, rule, value, given):
        return any(self.fits(one, value, given) for one in rule[1])

    def fits_tag(self, rule, value, given):
        return isinstance(value, Tag) and value.number == rule[1] and self.fits(rule[2], value.value, given)

    def fits_name(self, rule, value, given):
        name, arguments = rule[1], rule[2]
        if name in given:
            return self.fits(given[name][0], value, given[name][1])
        if name in PRELUDE:
            return PRELUDE[name](value)
        parameters, inner = self.rules[name]
        inside = dict(zip(parameters, ((argument, given) for argument in arguments)))
        return self.fits(inner, value, inside) and (name not in self.checks or self.checks[name](value))

    def fits_control(self, rule, value, given):
        word, target, argument = rule[1], rule[2], rule[3]
        if not self.fits(target, value, given):
            return False
        if word == ".size":
            size = len(value.encode("utf-8")) if isinstance(value, str) else len(value)
            return self.fits(argument, size, given)
        if word == ".regexp":
            return re.fullmatch(argument[1], value) is not None
        if word == ".cbor":
            return self.fits(argument, decode_whole(value), given)
        raise ValueError("cddl: unknown control " + word)

    def fits_array(self, rule, value, given):
        if not isinstance(value, list):
            return False
        return self.consumed(rule[1], value, 0, given) == len(value)

    def consumed(self, entries, items, at, given):
        """How far the entries of a group reach in `items` from `at` on; None where they do not fit."""
        for (low, high), _, inner in entries:
            count = 0
            while high is None or count < high:
                after = self.one_consumed(inner, items, at, given)
                if after is None:
                    break
                at, count = after, count + 1
            if count < low:
                return None
        return at

    def one_consumed(self, inner, items, at, given):
        if inner[0] == "group":
            return self.consumed(inner[1], items, at, given)
        return at + 1 if at < len(items) and self.fits(inner, items[at], given) else None

    def fits_map(self, rule, value, given):
        if not isinstance(value, dict):
            return False
        left = dict(value)
        for (low, high), key, inner in rule[1]:
            matching = [one for one in left if self.fits(key, one, given)]
            if len(matching) < low or (high is not None and len(matching) > high):
                return False
            if not all(self.fits(inner, left.pop(one), given) for one in matching):
                return False
        return not left
