"""The tokenizer: splits text into tokens as Elixir 1.14 does.

One regular expression finds the next token; everything it cannot determine (terminators, the text
after an identifier, newlines before an operator) is handled here.
"""

import re
from collections.abc import Callable
from typing import Any, ClassVar

from kvshell.elixir.syntax.faults import Fault
from kvshell.elixir.syntax.strings import escaped_char
from kvshell.elixir.syntax.tokenizing import sentences
from kvshell.elixir.syntax.tokenizing.quoted import Quotes
from kvshell.elixir.syntax.tokenizing.scan import (
    Scan,
    identifier_kind_before,
    last_place,
    newlines_before,
)
from kvshell.elixir.syntax.tokenizing.terminators import Terminators
from kvshell.elixir.syntax.tokenizing.tokens import (
    KINDS,
    MASTER,
    OPERATOR,
    PREFIX_KINDS,
    WORDS,
    Interpolation,
    SourceToken,
)
from kvshell.terms import Atom

_SPACES = re.compile(r"[ \t]*")
_TO_OPERATOR_OR_NAME = re.compile(r"(?:[ \t]|#[^\n]*|\r?\n)*")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_AFTER_BINARY_SIGN = frozenset(["", *" \t\r\n([<{%+-/>:"])
_DIGITS = frozenset("0123456789")


class Tokenizer(Scan):
    """Tokenizes a text; `tokens` holds the tokens when `run` returns or raises a Fault."""

    def __init__(self, text: str, line: int = 1) -> None:
        super().__init__(text, line)
        self.quotes = Quotes(self)
        self._outer: list[list[SourceToken]] = []

    def levels(self) -> list[list[SourceToken]]:
        """Return the tokens of the text and of each open interpolation, outermost first."""
        return [*self._outer, self.tokens]

    def run(self) -> list[SourceToken]:
        """Return the tokens of the whole text, `eof` last."""
        self._until_end(inner=False)
        self.terminators.require_none(self.line, self.column)
        end = SourceToken("eof", "", *self._end_place(), self.column)
        self.tokens.append(end)
        return self.tokens

    def interpolation(self, line: int, column: int) -> Interpolation:
        """Read the tokens after `#{`, and skip the `}` that closes it."""
        outer, self.tokens = self.tokens, []
        self._outer.append(outer)
        outer_terminators, self.terminators = self.terminators, Terminators()
        closed = self._until_end(inner=True)
        if not closed:
            self.terminators.require_none(self.line, self.column)
            problem = 'missing interpolation terminator: "}"'
            raise Fault(line, column, problem)
        inner, self.tokens = self.tokens, outer
        self._outer.pop()
        self.terminators = outer_terminators
        inner.append(SourceToken("eof", "", *last_place(inner, line, column), self.column))
        end_line, end_column = self.line, self.column
        self.at += 1
        return Interpolation(inner, line, column, end_line, end_column)

    def _until_end(self, *, inner: bool) -> bool:
        """Read to the end of the text, or if `inner` to the `}` that closes an interpolation."""
        text, match, handlers = self.text, MASTER.match, self._handlers
        size = len(text)
        while self.at < size:
            found = match(text, self.at)
            if found is None:
                raise self._unexpected_character()
            kind = found.lastgroup
            assert kind is not None
            if inner and kind == "bracket" and found[0] == "}" and not self.terminators.open:
                return True
            handlers[kind](self, found[0])
        return False

    def _end_place(self) -> tuple[int, int]:
        return last_place(self.tokens, self.line, self.column)

    def _unexpected_character(self) -> Fault:
        char = self.text[self.at]
        if char == "\\" and self.text[self.at + 1 :] in {"", "\n", "\r\n"}:
            return Fault(self.line, self.column, "invalid escape \\ at end of file")
        return Fault(
            self.line,
            self.column,
            "unexpected token: ",
            sentences.char_name(char, self.column),
        )

    # --- one method for each group of the regular expression ---------------------------------

    def _space(self, found: str) -> None:
        self.at += len(found)
        text, at, tokens = self.text, self.at, self.tokens
        if (
            tokens
            and tokens[-1].kind == "identifier"
            and text[at : at + 1] in {"+", "-"}
            and text[at + 1 : at + 2] not in _AFTER_BINARY_SIGN
        ):  # `foo -1` is a call, `foo - 1` an operation
            tokens[-1].kind = "op_identifier"
            self.add("dual_op", text[at], 1)

    def _word(self, found: str) -> None:
        text, tokens, size = self.text, self.tokens, len(found)
        after = text[self.at + size : self.at + size + 2]
        if after[:1] == ":" and len(after) == 2:
            if after[1] in " \t\r\n":
                self.add("kw_identifier", self.atom(found), size)
                self._step_colon()
                return
            if after[1] != ":":
                self._check_name(found)
                problem = "keyword argument must be followed by space after: "
                raise Fault(self.line, self.column, problem, found + ":")
        if after != ":" and found in WORDS and not (tokens and tokens[-1].kind == "."):
            self._reserved_word(found, WORDS[found])
            return
        self._check_name(found)
        if "A" <= found[0] <= "Z":
            self.add("alias", self.atom(found), size)
            return
        if after[:1] == "=" and found[-1] in "!?":
            self.warn(self.line, self.column, sentences.ambiguous("identifier", found))
        self.atom(found)
        self.add(identifier_kind_before(after[:1]), found, size)

    def _check_name(self, found: str) -> None:
        place = (self.line, self.column)
        first = found[0]
        if first > "\x7f" and first.isupper():
            raise Fault(*place, "unexpected token: ", sentences.char_name(first, self.column))
        if "@" in found:
            what = "alias" if "A" <= first <= "Z" else "identifier"
            raise Fault(*place, sentences.bad_character("@", what), found)
        if "A" <= first <= "Z":
            wrong = next((c for c in found if c in "!?" or c > "\x7f"), None)
            if wrong:
                raise Fault(*place, sentences.bad_alias(wrong), found)
        elif found in {"__aliases__", "__block__"}:
            raise Fault(*place, "reserved token: ", found)
        elif not found.isascii() and not found.rstrip("!?").isidentifier():
            wrong = next(c for c in found if not ("a" + c).isidentifier())
            raise Fault(*place, "unexpected token: ", sentences.char_name(wrong, self.column))

    def _reserved_word(self, word: str, kind: str) -> None:
        tokens = self.tokens
        if kind == word:
            if word == "do":
                self._check_do()
            self._terminator(word)
            return
        if kind == "block_identifier":
            self.add(kind, word, len(word))
        elif self.slash_follows(len(word)):
            self.add("identifier", word, len(word))
        elif kind == "unary_op":
            self.add(kind, word, len(word))
        elif (
            word == "in" and tokens and tokens[-1].value == "not" and tokens[-1].kind == "unary_op"
        ):
            before = tokens.pop()
            token = self.operator_token(kind, "not in", 2)
            token.line, token.column = before.line, before.column
        else:
            self.operator_token(kind, word, len(word))

    def _check_do(self) -> None:
        if not self.tokens:
            return
        last = self.tokens[-1]
        if last.kind == "identifier":
            last.kind = "do_identifier"
        elif last.kind == "fn":
            raise Fault(self.line, self.column, sentences.DO_AFTER_FN, "do")
        elif last.kind in {",", ";"}:
            raise Fault(
                self.line, self.column, sentences.invalid_do("unexpected reserved word: "), "do"
            )

    def _terminator(self, text: str) -> None:
        token = SourceToken(text, text, self.line, self.column, self.column + len(text))
        if text in {")", "]", "}", ">>"}:
            token.newlines = newlines_before(self.tokens)
        self.terminators.check(token)
        if text == "do":
            self.drop_eol()
        self.tokens.append(token)
        self.at += len(text)

    def _newline(self, found: str) -> None:
        tokens = self.tokens
        if tokens and tokens[-1].kind in {",", ";", "eol"}:
            tokens[-1].newlines += 1
        else:
            token = SourceToken("eol", "eol", self.line, self.column, self.column)
            token.newlines = 1
            tokens.append(token)
        self._next_line(found)

    def _next_line(self, found: str) -> None:
        start = self.at + found.index("\n") + 1
        self.at += len(found)
        self.newline(start)
        self.terminators.indentation = self.at - start

    def _comment(self, found: str) -> None:
        wrong = _BIDI.search(found)
        if wrong:
            problem = "invalid bidirectional formatting character in comment: "
            raise Fault(self.line, self.column, problem, f"\\u{ord(wrong[0]):04X}")
        if self.tokens and self.tokens[-1].kind == "eol":
            self.tokens[-1].newlines = 0
        self.at += len(found.removesuffix("\r"))
        if self.at == len(self.text):
            self.line_start += len(found)  # the end is reported at the comment

    def _based(self, found: str) -> None:
        base = {"x": 16, "b": 2, "o": 8}[found[1]]
        token = self.add("int", int(found[2:].replace("_", ""), base), len(found))
        token.extra = {"text": found}

    def _number(self, found: str) -> None:
        after = self.text[self.at + len(found) : self.at + len(found) + 1]
        if after and (after == "_" or (after.isascii() and after.isalpha())):
            raise Fault(self.line, self.column, sentences.bad_number(after, found), after)
        digits = found.replace("_", "")
        if "." in found:
            value = float(digits)
            if value == float("inf"):
                raise Fault(self.line, self.column, "invalid float number ", found)
            token = self.add("flt", value, len(found))
        else:
            token = self.add("int", _integer(digits), len(found))
        token.extra = {"text": found}

    def _char(self, found: str) -> None:
        char = found[-1]
        code = escaped_char(char) if len(found) == 3 else ord(char)
        warning = sentences.char_warning(char, code, escaped=len(found) == 3)
        if warning:
            self.warn(self.line, self.column, warning)
        self.add("char", code, len(found))

    def _heredoc(self, found: str) -> None:
        self.quotes.heredoc(found)

    def _quote(self, found: str) -> None:
        self.quotes.string(found)

    def _sigil(self, found: str) -> None:
        self.quotes.sigil(found)

    def _quoted(self, found: str) -> None:
        self.quotes.atom(found)

    def _keyword(self, found: str) -> None:
        self.add("kw_identifier", Atom(found[:-1]), len(found) - 1)
        self._step_colon()

    def _step_colon(self) -> None:
        self.at += 1
        self.tokens[-1].end_column += 1

    def _atom_literal(self, found: str) -> None:
        name = found[1:]
        if name[-1] in "!?" and self.text[self.at + len(found) : self.at + len(found) + 1] == "=":
            self.warn(self.line, self.column, sentences.ambiguous("atom", found))
        self.add("atom", self.atom(name), len(found))

    def _ellipsis(self, found: str) -> None:
        after = self.text[self.at + 3 : self.at + 4]
        self.add(identifier_kind_before(after), found, 3)

    def _operator(self, found: str) -> None:
        kind = KINDS[found]
        if found == "<<<" and self.column == 1 and self.text.startswith("<<<<<<<", self.at):
            marker = self.text[self.at :].split("\n")[0].rstrip("\r")
            raise Fault(self.line, 1, sentences.VERSION_CONTROL, marker)
        if found == "&" and self.text[self.at + 1 : self.at + 2] in _DIGITS:
            self.add("capture_int", found, 1)
        elif found == "&":
            follows = self.slash_follows(1) and not self.slash_follows(1, "//")
            self.add("identifier" if follows else kind, found, 1)
        elif found != "//" and self.slash_follows(len(found)):
            self.add("identifier", found, len(found))
        elif kind in PREFIX_KINDS:
            self.add(kind, found, len(found))
        else:
            self.operator_token(kind, found, len(found))

    def _bracket(self, found: str) -> None:
        if found == "(" and self.tokens and self.tokens[-1].kind == "alias":
            problem = sentences.after_alias(self.tokens[-1].value.name)
            raise Fault(self.line, self.column + 1, problem, "(")
        self._terminator(found)

    def _other(self, found: str) -> None:
        if found == ".":
            self._dot()
        elif found[0] == "\\":
            if self.at + len(found) == len(self.text) and not found.endswith((" ", "\t")):
                raise self._unexpected_character()
            self._next_line(found)
        elif found == ";" and self.tokens and self.tokens[-1].kind == ";":
            raise Fault(
                self.line,
                self.column,
                "unexpected token: ",
                sentences.char_name(";", self.column),
            )
        elif found == "%":
            after = self.text[self.at + 1 : self.at + 2]
            if after and after in "([":
                raise Fault(
                    self.line, self.column, "expected %{ to define a map, got: ", "%" + after
                )
            name = "%{}" if after == "{" else "%"
            self.add(name, name, 1)
        else:
            self.add(found, found, 1)

    def _dot(self) -> None:
        line, column = self.line, self.column
        self.at += 1
        gap = _TO_OPERATOR_OR_NAME.match(self.text, self.at)
        assert gap is not None
        for index in range(gap.start(), gap.end()):
            if self.text[index] == "\n":
                self.newline(index + 1)
        self.at = gap.end()
        after = self.text[self.at : self.at + 1]
        self.drop_eol()
        token = SourceToken("dot_call_op" if after == "(" else ".", ".", line, column, column + 1)
        self.tokens.append(token)
        if after in {'"', "'"}:
            self.quotes.call(after)
            return
        found = OPERATOR.match(self.text, self.at)
        if found and found[0] not in {"->", "=>", "//"} and not found[0].startswith("<<>"):
            name = found[0]
            ahead = self.text[found.end() : found.end() + 1]
            self.add(identifier_kind_before(ahead), name, len(name))

    _handlers: ClassVar[dict[str, Callable[[Any, str], None]]] = {
        "space": _space,
        "word": _word,
        "newline": _newline,
        "comment": _comment,
        "based": _based,
        "number": _number,
        "char": _char,
        "heredoc": _heredoc,
        "quote": _quote,
        "sigil": _sigil,
        "quoted": _quoted,
        "keyword": _keyword,
        "atom": _atom_literal,
        "ellipsis": _ellipsis,
        "operator": _operator,
        "bracket": _bracket,
        "other": _other,
    }


def _integer(digits: str) -> int:
    if len(digits) > 4000:  # Python's own limit for turning text into a number
        high = _integer(digits[:-4000])
        return high * 10**4000 + int(digits[-4000:])
    return int(digits)
