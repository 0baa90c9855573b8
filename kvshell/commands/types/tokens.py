"""Splits a line into tokens with their offsets.

Any text can be tokenized: tokens are in order, do not overlap, and have only white space between
them. Words are separated by white space and `;`. A quote or bracket opens a group only at the start
of a word, so `don't` and `:)` are words. An unclosed token extends to the end of the text (`closed`
is False), as in a line that is still being typed.
"""

import re
from typing import Final, Literal, NamedTuple

Kind = Literal[
    "word",  # anything else: s1  :milk  2.5  #PID<0.104.0>  $b  :)
    "string",  # "shopping list"
    "charlist",  # 'abc'
    "literal",  # {:a, 1}  [1, 2]  %{"k" => 1}  <<1, 2>>
    "call",  # self()  v(3)  KV.Registry.lookup(KV.Registry, "shopping")
    "assign",  # the = of PATTERN = command
    "separator",  # ;
    "comment",  # # to the end
    "prompt",  # kv(3)>  pasted together with a line
]


class Token(NamedTuple):
    """A token of a line.

    Attributes:
        kind: its kind.
        text: the text, which is `line[start:end]`.
        start: the offset where it starts.
        end: the offset after it.
        closed: False if its quote or bracket is never closed.
    """

    kind: Kind
    text: str
    start: int
    end: int
    closed: bool = True


# kv>  kv(3)>  kv[b]>  iex(3)>  iex(node@host)3>  ...(3)>  at the start, one or several of them.
_PROMPTS: Final = re.compile(
    r"\s*((?:(?:kv|iex|\.\.\.)(?:\[[^\]\s]*\])?(?:\([^)\s]*\)\d*)?>(?:\s+|$))+)"
)

_TOKEN: Final = re.compile(
    r"""\s*(?:
      (?P<comment>\#(?=\s|$)[^\n]*|\A\#iex:break\s*\Z)  # the latter where nothing has begun
    | (?P<separator>;)
    | (?P<string>"[^"\\]*(?:\\.[^"\\]*)*")
    | (?P<charlist>'[^'\\]*(?:\\.[^'\\]*)*')
    | (?P<quoted>:"[^"\\]*(?:\\.[^"\\]*)*")
    | (?P<quote>["'])
    | (?P<literal>[\{\[]|%(?:[A-Z][\w.]*)?\{|<<)
    | (?P<call>:?[A-Za-z_][\w.:?!@]*\()
    | (?P<word>[^\s;]+)
    )""",
    re.VERBOSE | re.DOTALL,
)

_REST: Final = re.compile(r"[^\s;]*")
_ASSIGN: Final = re.compile(r"=(?![=~>])")
_NAME_ASSIGN: Final = re.compile(r"(\^?[a-z_]\w*[?!]?)=(?![=~>])")

# Inside brackets: quoted text is skipped, and an apostrophe inside a word is a letter.
NESTING: Final = re.compile(
    r"""
      "[^"\\]*(?:\\.[^"\\]*)*(?:"|$)
    | (?<![\w])'[^'\\]*(?:\\.[^'\\]*)*(?:'|$)
    | \?\\?[\[\](){}"'](?=[\s,\])}]|$)
    | (?P<open>[\[({]|<<)
    | (?P<close>[\])}]|>>)
    """,
    re.VERBOSE | re.DOTALL,
)


def tokenize(text: str) -> list[Token]:
    """Return the tokens of `text`; never raises."""
    tokens: list[Token] = []
    position = 0
    if prompt := _PROMPTS.match(text):
        position = prompt.end()
        tokens.append(_token("prompt", text, prompt.start(1), prompt.start(1) + len(prompt[1])))
    first = len(tokens)  # index of the first token of a command or pattern
    hopeless = False  # an optional closing bracket is missing: do not search for the next ones
    while found := _TOKEN.match(text, position):
        kind = found.lastgroup or "word"
        start, end = found.span(kind)
        closed = True
        if kind in {"string", "charlist"}:
            kind, end = _glue(kind, text, end)
        elif kind == "quoted":  # :"an atom"
            kind, end = "word", _rest(text, end)
        elif kind == "quote":
            kind, end, closed = _open_quote(text, start)
        elif kind == "literal":
            kind, end, closed = _literal(text, start, hopeless)
            hopeless = hopeless or (kind == "word" and text.startswith("<<", start))
        elif kind == "call":
            close = None if hopeless else closing(text, end - 1)
            hopeless = hopeless or close is None
            kind, end = ("word", _rest(text, end)) if close is None else _glue("call", text, close)
        index = len(tokens) - first
        if kind in {"word", "literal"} and index < 2:
            kind, end = _split_at_assign(kind, text, start, end, index)
        tokens.append(Token(kind, text[start:end], start, end, closed))  # type: ignore[arg-type]  # lastgroup is a str
        if kind in {"separator", "assign"}:
            first = len(tokens)
        position = end
    return tokens


def is_open(text: str) -> bool:
    """Whether `text` needs another line, because a bracket or quote is not closed.

    An empty last line ends the input anyway.
    """
    if text.endswith("\n"):
        return False
    return any(not token.closed for token in tokenize(text))


def _token(kind: Kind, text: str, start: int, end: int) -> Token:
    end = start + len(text[start:end].rstrip())
    return Token(kind, text[start:end], start, end)


def _rest(text: str, position: int) -> int:
    """Return the offset where the word that continues at `position` ends."""
    found = _REST.match(text, position)
    return found.end() if found else position


def _glue(kind: str, text: str, end: int) -> tuple[str, int]:
    """Return the kind and end of a quoted or bracketed token; `"a"b` is a plain word."""
    rest = _rest(text, end)
    if rest == end or _ASSIGN.match(text, end):
        return kind, end
    return "word", rest


def _open_quote(text: str, start: int) -> tuple[str, int, bool]:
    kind = "string" if text[start] == '"' else "charlist"
    return kind, len(text), False


def _literal(text: str, start: int, hopeless: bool) -> tuple[str, int, bool]:
    binary = text.startswith("<<", start)
    close = None if binary and hopeless else closing(text, start)
    if close is not None:
        kind, end = _glue("literal", text, close)
        return kind, end, True
    if binary:
        return "word", _rest(text, start), True
    return "literal", len(text), False


def closing(text: str, start: int) -> int | None:
    """Return the offset after the bracket that closes the one at offset `start`, or None."""
    depth = 0
    for found in NESTING.finditer(text, start):
        group = found.lastgroup
        if group == "open":
            depth += 1
        elif group == "close":
            depth -= 1
            if depth <= 0:
                return found.end()
    return None


def _split_at_assign(kind: str, text: str, start: int, end: int, index: int) -> tuple[str, int]:
    """Return the kind and end of a token at the `=` of `PATTERN = command`.

    The `=` may be spaced (`b = `) or attached (`b=`, `b =create`).
    """
    if index == 1:
        return ("assign", start + 1) if _ASSIGN.match(text, start) else (kind, end)
    if kind == "word" and (named := _NAME_ASSIGN.match(text, start, end)):
        return "word", named.end(1)
    return kind, end
