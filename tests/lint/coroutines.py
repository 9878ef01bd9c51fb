"""g++ 12 silently miscompiles some full expressions with co_await. In one there must be no braced
or aggregate temporary, no capturing lambda and no conditional operator: name everything on the
line before. Coroutines live in server/net only."""

import re

from sources import code_of, files, read

HOME = ("server/net/", "tests/unit/net/", "tests/support/")
# What may stand before a brace that opens a block (else it opens a braced temporary).
BLOCK_BEFORE = re.compile(r"([;{})>:]|\b(else|do|try|noexcept|mutable|const|override))\s*$")
HEAD = re.compile(r"\b(if|while|for|switch)\s*(constexpr\s*)?$")


def start_of(code, at):
    """Where the full expression around `at` begins; walks back over balanced brackets."""
    depth = 0
    i = at
    while i > 0:
        c = code[i - 1]
        if c in ")]}":
            if c == "}" and depth == 0:
                return i
            depth += 1
        elif c in "([{":
            if depth == 0:
                if c == "(" and HEAD.search(code[:i - 1]):
                    return i
                if c == "{" and BLOCK_BEFORE.search(code[:i - 1]):
                    return i
            else:
                depth -= 1
        elif c == ";" and depth == 0:
            return i
        i -= 1
    return 0


def end_of(code, begin):
    """Where the full expression that begins at `begin` ends."""
    depth = 0
    for i in range(begin, len(code)):
        c = code[i]
        if c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
            if depth < 0:
                return i
        elif c == ";" and depth == 0:
            return i
    return len(code)


def faults(expression):
    """What is wrong in one full expression that contains co_await."""
    if re.search(r"(?<![\w\])])\[[^\]\[]+\]\s*(\(|\{|mutable)", expression):
        yield "a capturing lambda"
    # A lambda's body is a block of its own; blank it before looking for braces.
    while True:
        lambda_head = re.search(r"(?<![\w\])])\[[^\]\[]*\]\s*(\([^()]*\))?[^;{}]*\{", expression)
        if not lambda_head:
            break
        close = end_of(expression, lambda_head.end())
        expression = expression[:lambda_head.start()] + "0" + expression[close + 1:]
    if "{" in expression:
        yield "a braced temporary or initializer list"
    if re.search(r"\?(?!\?)", expression):
        yield "a conditional operator"


def check_text(path, text):
    code = code_of(text)
    seen = set()
    for match in re.finditer(r"\bco_await\b", code):
        line = code.count("\n", 0, match.start()) + 1
        if not str(path).startswith(HOME):
            yield line, "co_await outside server/net"
            continue
        begin = start_of(code, match.start())
        if begin in seen:
            continue
        seen.add(begin)
        for fault in faults(code[begin:end_of(code, begin)]):
            yield line, f"{fault} in a full expression with co_await: name it on the line before"


def check():
    for path in files(".h", ".cc"):
        for line, message in check_text(path, read(path)):
            yield path, line, message
