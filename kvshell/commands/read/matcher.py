"""The parser of command lines; a LINE argument is parsed by a nested call of `parse`."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from kvshell.commands.read import parse_errors as wrong
from kvshell.commands.read.guesses import may_be_bound, paths
from kvshell.commands.read.match import ArgumentSlot, Match, ParsedLine, Span
from kvshell.commands.table.row import Command
from kvshell.commands.types.node_types import KeywordType
from kvshell.commands.types.parameter import Param, Problem, excerpt
from kvshell.commands.types.patterns import Both, Pattern, PatternError, read_pattern, variables
from kvshell.commands.types.rest_types import RestType
from kvshell.commands.types.simple_types import TopicType
from kvshell.commands.types.tokens import Token, tokenize
from kvshell.commands.view import Role

DEEPEST: Final = 8  # nested commands inside `repeat`, `compare`, `as` and the like


class CommandReader:
    """Parses the command that begins at `tokens[index]`; `end` is where the next one begins."""

    def __init__(
        self,
        text: str,
        tokens: list[Token],
        index: int,
        depth: int,
        guesses: bool,
        parse: Callable[..., ParsedLine],
    ) -> None:
        self.parse = parse
        self.text = text
        self.tokens = tokens
        self.begin = self.index = self.end = index
        while self.end < len(tokens) and tokens[self.end].kind not in {"separator", "comment"}:
            self.end += 1
        self.depth = depth
        self.guesses = guesses
        self.pattern: Pattern | None = None
        self.command: Command | None = None
        self.args: dict[str, Any] = {}
        self.problems: list[Problem] = []
        self.expected: list[ArgumentSlot] = []
        self.roles: list[Span] = []
        self.bare: str | None = None
        self.current: int | None = None
        self.inner: ParsedLine | None = None

    def match(self) -> Match:
        """Return the command, parsed as far as possible; `end` is then the index after it."""
        if not self.tokens[self.end - 1].closed:
            self.problems.append(wrong.unclosed(self.text, self._start, self.tokens[self.end - 1]))
        self._left_side()
        if self.index < self.end:
            self._right_side()
        else:
            self.expected.append(ArgumentSlot("", len(self.text)))
            sentence = "a command is missing after =: type b = self"
            self._problem(len(self.text), len(self.text), sentence, "usage")
        return Match(
            self.text[self._start : self._stop],
            self._start,
            self.pattern,
            self.command,
            self.args,
            self.problems,
            self.expected,
            self.roles,
            not self.problems,
            self.bare,
            self.current,
            self.inner,
        )

    @property
    def _start(self) -> int:
        return self.tokens[self.begin].start

    @property
    def _stop(self) -> int:
        return self.tokens[self.end - 1].end

    def _problem(
        self, start: int, end: int, message: str, kind: str, fix: str | None = None
    ) -> None:
        self.problems.append(Problem(start, end, message, fix, kind))

    def _left_side(self) -> None:
        """Parse `PATTERN =`, or several in a row."""
        while self.index + 1 < self.end and self.tokens[self.index + 1].kind == "assign":
            token = self.tokens[self.index]
            self.index += 2
            role = Role.name
            try:
                pattern = read_pattern(token.text)
            except PatternError as error:
                role = Role.error
                self.problems.append(wrong.pattern(token, str(error)))
            else:
                self.pattern = pattern if self.pattern is None else Both(self.pattern, pattern)
                taken = [name for name in variables(pattern) if name in paths() and name != "h"]
                if taken:
                    role = Role.error
                    self.problems.append(wrong.taken(token, taken[0]))
            self.roles.append((token.start, token.end, role))

    def _right_side(self) -> None:
        first = self.tokens[self.index]
        word, inside = _call(first)
        found = self._find(word) if first.kind in {"word", "call"} else None
        if found is None or (inside and found[1].path != ("v",)):
            self._nothing(first)
            return
        path, command = found
        self.command = command
        after = self.index + len(path)
        words = self.tokens[self.index : after]
        self.roles.extend((token.start, token.end, Role.command) for token in words)
        last = words[-1]
        if last.end == len(self.text):
            before = tuple(token.text for token in words[:-1])
            self.expected.append(ArgumentSlot(last.text, last.start, path=before))
        if inside:
            self._argument(command.params[0], Token("word", inside, first.start, first.end))
        else:
            self._arguments(command, after)

    def _find(self, word: str) -> tuple[tuple[str, ...], Command] | None:
        """Return the path that begins at the current token and its row; the longest path wins."""
        for path, command in paths().get(word, ()):
            after = self.tokens[self.index + 1 : min(self.index + len(path), self.end)]
            if [token.text.removesuffix("()") for token in after] == list(path[1:]):
                return path, command
        return None

    def _arguments(self, command: Command, index: int) -> None:
        for number, param in enumerate(command.params):
            if index >= self.end:
                self._missing(number, param)
                continue
            if param.many:
                self._many(number, param, index)
                return
            if param.kind.rest:
                self._rest(number, param, index)
                return
            token = self.tokens[index]
            if isinstance(param.kind, KeywordType) and token.text not in param.kind.words:
                self._typing(token, param)
                break
            if self._left_out(command, number, token):
                self.args[param.name] = param.default
                continue
            if self._typing(token, param):
                self.current = number
                if number == 0 and len(command.path) == 1:  # `stop m`: perhaps `stop manager`
                    self.expected.append(ArgumentSlot(token.text, token.start, path=command.path))
            self._argument(param, token)
            index += 1
        if index < self.end:
            self._too_many(command, index)

    def _typing(self, token: Token, param: Param) -> bool:
        """Whether the line ends with `token`; if so, record that more of it may be typed."""
        if token.end == len(self.text):
            before = self.args.copy()
            self.expected.append(ArgumentSlot(token.text, token.start, param, before=before))
        return token.end == len(self.text)

    def _left_out(self, command: Command, number: int, token: Token) -> bool:
        """Whether an optional parameter before LINE is omitted, as the time in `watch tree`."""
        param, following = command.params[number], command.params[number + 1 : number + 2]
        if not (param.optional and following and following[0].kind.rest):
            return False
        return isinstance(param.kind.parse(token, self.args), Problem)

    def _argument(self, param: Param, token: Token) -> None:
        value = param.kind.parse(token, self.args)
        if not isinstance(value, Problem):
            self.args[param.name] = value
            self.roles.append((token.start, token.end, _role(token, param)))
            return
        self.args[param.name] = param.default
        self.roles.append((token.start, token.end, Role.error))
        fix = value.fix
        if fix is not None:
            fix = self.text[self._start : token.start] + fix + self.text[token.end : self._stop]
        self.problems.append(value._replace(fix=fix))

    def _missing(self, number: int, param: Param) -> None:
        params = self.command.params[max(number - 1, 0) : number + 1] if self.command else ()
        keywords = [each.name for each in params if isinstance(each.kind, KeywordType)]
        announced = any(name in self.args for name in keywords)
        if not keywords:  # otherwise both are optional and omitted
            self.args[param.name] = () if param.many else param.default
        if not self.expected:  # otherwise the text ends inside a word
            self.current = number
            self.expected.append(ArgumentSlot("", len(self.text), param, before=self.args.copy()))
            if number == 0 and self.command is not None and len(self.command.path) == 1:
                self.expected.append(ArgumentSlot("", len(self.text), path=self.command.path))
        if (not param.optional or announced) and not self.problems:
            self._usage(len(self.text), len(self.text))

    def _many(self, number: int, param: Param, index: int) -> None:
        values: list[Any] = []
        for token in self.tokens[index : self.end]:
            self._argument(param, token)
            values.append(self.args[param.name])
        self.args[param.name] = tuple(value for value in values if value is not None)
        self.current = number
        if not self._typing(self.tokens[self.end - 1], param):
            self.expected.append(ArgumentSlot("", len(self.text), param))

    def _rest(self, number: int, param: Param, index: int) -> None:
        """Parse an argument that takes the rest: LINE of the line, other types of the command."""
        self.current, first = number, self.tokens[index]
        text = self.args[param.name] = self.text[first.start : self._stop]
        if not isinstance(param.kind, RestType):
            self.roles.append((first.start, self._stop, param.kind.role))
            if self._stop == len(self.text):
                self.expected.append(ArgumentSlot(text, first.start, param))
            return
        self.end = len(self.tokens) - (self.tokens[-1].kind == "comment")
        while self.tokens[self.end - 1].kind == "separator" and self.end - 1 > index:
            self.end -= 1
        tokens = self.tokens[index : self.end]
        text = self.args[param.name] = self.text[first.start : self._stop]
        ends = not self.text[self._stop :].strip()
        line = self.text[first.start :] if ends else text  # a space at the end affects completion
        start, stop = param.kind.line(line)
        begin, end = first.start + start, first.start + stop
        inside = [each for each in tokens if begin <= each.start and each.end <= end]
        path = param.kind.path(inside) if inside else None
        if path is not None:
            self.args[param.name] = path if inside == tokens else text  # `text` has options, too
            self.roles.append((inside[0].start, inside[0].end, Role.string))
        elif self.depth >= DEEPEST:
            sentence = f"commands are nested deeper than {DEEPEST}: type them one by one"
            self._problem(first.start, self._stop, sentence, "usage")
        elif start < stop or not start:  # otherwise there are only options
            self._nested(begin, line[start:stop])

    def _nested(self, offset: int, text: str) -> None:
        """Parse a LINE argument; a number stands in for `{n}`, the round number of `repeat`."""
        inner = self.parse(text.replace("{n}", "111"), self.depth + 1, guesses=self.guesses)
        self.inner = inner
        self.roles.extend((s + offset, e + offset, role) for s, e, role in inner.roles)
        if not inner.parts:
            self._usage(offset, offset)
            return
        self.expected.extend(
            slot._replace(start=slot.start + offset) for slot in inner.parts[-1].expected
        )
        for part in inner.parts:
            for problem in part.problems:
                if part.bare is not None and problem.kind == "unknown":
                    continue  # possibly a binding
                fix = problem.fix
                if fix is not None:
                    tail = text[part.start + len(part.text) :].rstrip()
                    fix = self.text[self._start : offset + part.start] + fix + tail
                self.problems.append(
                    problem._replace(
                        start=problem.start + offset, end=problem.end + offset, fix=fix
                    )
                )

    def _runs(self, line: str) -> bool:
        """Whether `line` is a single complete command."""
        parts = self.parse(line, guesses=False).parts
        return len(parts) == 1 and parts[0].complete

    def _usage(self, start: int, end: int, fix: str | None = None) -> None:
        if self.command is not None:
            self._problem(start, end, f"usage: {self.command.usage}", "usage", fix)

    def _too_many(self, command: Command, index: int) -> None:
        """Report words that are left over; a name or a value may lack its quotes."""
        tokens = self.tokens[index : self.end]
        self.roles.extend((token.start, token.end, Role.error) for token in tokens)
        fix = None
        last = self.tokens[index - 1]
        joined = self.text[last.start : self._stop]
        if command.params and '"' not in joined and last.kind == "word":
            fix = f'{self.text[self._start : last.start]}"{joined}"'
        self._usage(tokens[0].start, tokens[-1].end, fix)

    def _nothing(self, first: Token) -> None:
        """Report that the words are not a command: a typo, Elixir, a binding or a value."""
        words = self.tokens[self.index : self.end]
        last = words[-1]
        longer = first.text in paths()
        if last.end == len(self.text):
            if len(words) == 1:
                self.expected.append(ArgumentSlot(first.text, first.start))
            elif len(words) == 2 and longer:
                self.expected.append(ArgumentSlot(last.text, last.start, path=(first.text,)))
        elif len(words) == 1 and longer:
            self.expected.append(ArgumentSlot("", len(self.text), path=(first.text,)))
        fits = all(each.kind != "binding" for each in self.problems)  # otherwise it may be Elixir
        if fits and len(words) == 1 and first.kind == "word" and may_be_bound(first.text):
            self.bare = first.text
        raw = self.text[first.start : self._stop]
        before = self.text[self._start : first.start]
        if self.guesses:
            problem = wrong.no_command(words, raw, before, self._runs, bare=self.bare is not None)
        else:
            problem = Problem(first.start, first.end, f"no command {excerpt(first.text)}")
        self.problems.append(problem)
        role = Role.name if self.bare else Role.error
        self.roles.append((problem.start, problem.end, role))


def _call(token: Token) -> tuple[str, str]:
    """Split `v(3)` into its word and the text between the brackets."""
    if token.kind != "call" or not token.text.endswith(")"):
        return token.text, ""
    word, _, inside = token.text[:-1].partition("(")
    return word, inside.strip()


def _role(token: Token, param: Param) -> Role:
    """Return the colour of a token: a literal has its own, except where a name is expected."""
    role = param.kind.role
    if isinstance(param.kind, TopicType) or role is Role.name:
        return role
    if token.kind in {"string", "charlist"}:
        return Role.string
    first, second = token.text[0], token.text[1:2]
    if first.isdigit() or (first in "+-" and second.isdigit()):
        return Role.number
    if first == ":" and second:
        return Role.atom
    return Role.pid if token.text.startswith("#PID<") else role


LONGEST: Final = 65_536  # maximum line length in characters


def parse(text: str, depth: int = 0, *, guesses: bool = True) -> ParsedLine:
    """Parse `text` into commands; never raises.

    `depth` is the nesting level of a LINE argument. If `guesses` is false, no suggestions are
    computed for unknown words.
    """
    if len(text) > LONGEST:
        sentence = "the line is longer than 64 KiB: split it into shorter lines"
        long = Match(text[:40], 0, problems=[Problem(LONGEST, len(text), sentence)])
        return ParsedLine(text, [long], [])
    tokens = tokenize(text)
    roles: list[Span] = []
    parts: list[Match] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.kind in {"prompt", "comment", "separator"}:
            roles.append((token.start, token.end, Role.hint))
            index += 1
            continue
        reader = CommandReader(text, tokens, index, depth, guesses, parse)
        matched = reader.match()
        parts.append(matched)
        roles.extend(matched.roles)
        index = reader.end
        if matched.problems:
            guesses = False  # a line stops at its first error, so later guesses are useless
    return ParsedLine(text, parts, roles)


@lru_cache(maxsize=16)
def reading(text: str) -> ParsedLine:
    """Parse `text` like `parse`, but cache the results of the last few lines.

    A prompt needs them for colours, menu and signature at each key press, and again at Enter.
    """
    return parse(text)


def match(text: str) -> Match:
    """Return the last command of `text`, which may be incomplete.

    For a toolbar or a completer, which pass the text before the cursor.
    """
    line = reading(text)
    if line.parts and not text.rstrip().endswith(";"):
        return line.parts[-1]
    return Match("", len(text), expected=[ArgumentSlot("", len(text))])


def drop_prompt(text: str) -> str | None:
    """Return a pasted line without the prompt at its start, or None if it has no prompt."""
    tokens = tokenize(text)
    if not tokens or tokens[0].kind != "prompt":
        return None
    return text[tokens[0].end :].lstrip()
