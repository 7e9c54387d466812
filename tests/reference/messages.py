"""messages.py MANUAL SOURCE... - compare the messages of the sources with the manual

The sources have formats in calls of message() and message_errno(), reasons in number.c
and bash_array.c, and explanations in hint.c.  DIAGNOSTICS must have an item for each
of them, and no item that no source can print.
"""

import re
import sys

CONVERSIONS = {"%d": r"-?\d+", "%zu": r"\d+", "%s": ".+", "%.*s": ".+"}


def literal(text):
    """Join adjacent string literals."""
    return "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', text)).replace('\\"', '"')


def pattern(form):
    return "".join(CONVERSIONS.get(part) or re.escape(part)
                   for part in re.split(r"(%d|%zu|%s|%\.\*s)", form))


def forms(source):
    """Yield regular expressions for the messages of a source."""
    strings = r'((?:\s*"(?:[^"\\]|\\.)*")+)'
    for errno, text in re.findall(r"\bmessage(_errno)?\(" + strings, source):
        form = literal(text)
        # Skip a format of arguments alone; they are other messages.
        if re.sub(r"%(d|zu|s|\.\*s)|[\W_]", "", form) in ("", "p"):
            continue
        yield pattern(form) + (": .+" if errno else "")
    for reason in re.findall(r"(?:\.(?:malformed|outside) =|(?<=\treturn)|\?\s*NULL :) *" + strings, source):
        yield ".+: " + re.escape(literal(reason)) + r"(: try \d+)?"
    for before, behind in re.findall(r"\[[A-Z_]+\] = \{" + strings + r",\s*(NULL|" + strings[1:-1] + ")", source):
        process = "" if behind == "NULL" else r"\d+( \(.+\))?" + re.escape(literal(behind))
        cure = ".+" if literal(behind).endswith("try ") else ""
        yield r"[\d-]+: " + re.escape(literal(before)) + process + cure


def items(manual):
    section = re.search(r"^\.Sh DIAGNOSTICS$.*?^\.Sh ", manual, re.M | re.S)[0]
    return [item.replace('""', '"') for item in re.findall(r'^\.It "(.*)"$', section, re.M)]


def main():
    with open(sys.argv[1]) as file:
        diagnostics = items(file.read())
    patterns = set()
    for name in sys.argv[2:]:
        with open(name) as file:
            patterns.update(forms(file.read()))
    missing = [p for p in patterns if not any(re.fullmatch(p, item) for item in diagnostics)]
    stray = [item for item in diagnostics if not any(re.fullmatch(p, item) for p in patterns)]
    print("\n".join([f"not in the manual: {p}" for p in missing] + [f"in no source: {item}" for item in stray]))
    print(f"{len(patterns)} messages")
    return 1 if missing or stray or len(patterns) < 50 else 0


sys.exit(main())
