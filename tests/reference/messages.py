"""messages.py MANUAL SOURCE... - compare the messages of the sources with DIAGNOSTICS

A message must be explained by an item of DIAGNOSTICS, unless it is of a kind that needs
no word: about wrong arguments (cli/, entry/, base/), about an array (host/, told in
pollwait-builtin(1)), about a failed system call, about a closed descriptor (the table in
hint.c), one that gives the reason why something is not known, one that says what to try,
one that says what is not there or not ready, or one about a list that may lack something.  An item that no source can print is stray.
"""

import re
import sys

NEEDS_NO_WORD = ("/cli/", "/entry/", "/base/", "/host/")
SAYS_ENOUGH = re.compile(
    r"\b(?:try|see|needs|no such|no open|not ready|is ending|has ended|may lack|is not mounted|belongs to)\b"
    r"|is not known: ")
STRINGS = r'((?:\s*"(?:[^"\\]|\\.)*")+)'
CONVERSION = r"%(?:d|zu|s|\.\*s)"


def literal(text):
    """Join adjacent string literals."""
    return "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', text)).replace('\\"', '"')


def is_text(form):
    """Tell a message from a list of arguments: it has two words."""
    return len(re.findall(r"[A-Za-z]+", re.sub(CONVERSION, "", form))) > 1


def pattern(form):
    return ".+".join(re.escape(part) for part in re.split(CONVERSION, form))


def messages(source):
    """Yield (format, pattern, whether it needs no word by its kind) for a source."""
    for errno, text in re.findall(r"\bmessage(_errno)?\(" + STRINGS, source):
        form = literal(text)
        yield form, pattern(form) + (": .+" if errno else ""), bool(errno)
    # A message that is gathered in a text.
    for arguments in re.findall(r"\btext_string\(&?line,((?:\"(?:[^\"\\]|\\.)*\"|[^;\"])*)\);", source):
        for text in re.findall(STRINGS, arguments):
            yield literal(text), ".*" + re.escape(literal(text)) + ".*", False
    # The table of hints: in front of the process, and behind it.
    for before, behind in re.findall(r"\[HINT_\w+\] = \{" + STRINGS + "," + STRINGS, source):
        yield (literal(before) + literal(behind),
               r"[\d-]+: " + re.escape(literal(before)) + ".*" + re.escape(literal(behind)) + ".*", True)


def items(manual):
    section = re.search(r"^\.Sh DIAGNOSTICS$.*?^\.Sh ", manual, re.M | re.S)[0]
    return [item.replace('""', '"') for item in re.findall(r'^\.It "(.*)"$', section, re.M)]


def main():
    with open(sys.argv[1]) as file:
        diagnostics = items(file.read())
    known = {}      # the pattern: does it need no word
    for name in sys.argv[2:]:
        with open(name) as file:
            for form, regex, needs_no_word in messages(file.read()):
                if is_text(form):
                    known[regex] = (needs_no_word or any(folder in name for folder in NEEDS_NO_WORD)
                                    or SAYS_ENOUGH.search(form) is not None)
    missing = [regex for regex, needs_no_word in known.items()
               if not needs_no_word and not any(re.fullmatch(regex, item) for item in diagnostics)]
    stray = [item for item in diagnostics if not any(re.fullmatch(regex, item) for regex in known)]
    for regex in missing:
        print("not in the manual:", regex)
    for item in stray:
        print("in no source:", item)
    print(f"{len(known)} messages, {len(diagnostics)} items")
    return 1 if missing or stray or len(known) < 60 else 0


sys.exit(main())
