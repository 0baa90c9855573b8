"""One command of a line, read with its places.

Used by `matching.parse` alone, which gives itself along for the LINE inside a command.
"""

from collections.abc import Callable
from typing import Any, Final

from kvshell.commands import wrong
from kvshell.commands.command import Command
from kvshell.commands.guess import may_be_bound, paths
from kvshell.commands.kinds import Rest, Topic
from kvshell.commands.match import Line, Match, Slot, Span
from kvshell.commands.params import Param, Problem, shown
from kvshell.commands.pattern_reader import PatternError, read_pattern
from kvshell.commands.patterns import Both, Pattern, variables
from kvshell.commands.tokens import Token
from kvshell.commands.view import Role

DEEPEST: Final = 8  # commands inside `repeat`, `compare`, `as` and the like


class CommandReader:
    """Reads the command that begins at tokens[index]; `end` is the index behind it."""

    def __init__(
        self,
        text: str,
        tokens: list[Token],
        index: int,
        depth: int,
        guesses: bool,
        parse: Callable[..., Line],
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
        self.expected: list[Slot] = []
        self.roles: list[Span] = []
        self.bare: str | None = None
        self.current: int | None = None
        self.inner: Line | None = None

    def match(self) -> Match:
        """Return what can be read; afterwards `end` is behind it."""
        if not self.tokens[self.end - 1].closed:
            self.problems.append(wrong.unclosed(self.text, self._start, self.tokens[self.end - 1]))
        self._left_side()
        if self.index < self.end:
            self._right_side()
        else:
            self.expected.append(Slot("", len(self.text)))
            sentence = "a command is missing after =: type b = create store s1"
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
        """Read `PATTERN =`, more than one if they are chained."""
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
            self.expected.append(Slot(last.text, last.start, path=before))
        if inside:
            self._argument(command.params[0], Token("word", inside, first.start, first.end))
        else:
            self._arguments(command, after)

    def _find(self, word: str) -> tuple[tuple[str, ...], Command] | None:
        """The row whose path begins here, and that path; the longest wins."""
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
            if token.end == len(self.text):
                self.current = number
                self.expected.append(Slot(token.text, token.start, param, before=self.args.copy()))
                if number == 0 and len(command.path) == 1:  # `stop m`: perhaps `stop manager`
                    self.expected.append(Slot(token.text, token.start, path=command.path))
            self._argument(param, token)
            index += 1
        if index < self.end:
            self._too_many(command, index)

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
        self.args[param.name] = () if param.many else param.default
        if not self.expected:  # else the text ends inside a word: that comes first
            self.current = number
            self.expected.append(Slot("", len(self.text), param, before=self.args.copy()))
            if number == 0 and self.command is not None and len(self.command.path) == 1:
                self.expected.append(Slot("", len(self.text), path=self.command.path))
        if not param.optional and not self.problems:
            self._usage(len(self.text), len(self.text))

    def _many(self, number: int, param: Param, index: int) -> None:
        values: list[Any] = []
        for token in self.tokens[index : self.end]:
            self._argument(param, token)
            values.append(self.args[param.name])
        self.args[param.name] = tuple(value for value in values if value is not None)
        self.current = number
        last = self.tokens[self.end - 1]
        here = last.end == len(self.text)
        place = last.start if here else len(self.text)
        self.expected.append(Slot(last.text if here else "", place, param))

    def _rest(self, number: int, param: Param, index: int) -> None:
        """Take the rest: of the command for a topic, of the whole line for LINE."""
        self.current = number
        first = self.tokens[index]
        if not isinstance(param.kind, Rest):
            text = self.text[first.start : self._stop]
            self.args[param.name] = text
            self.roles.append((first.start, self._stop, param.kind.role))
            if self._stop == len(self.text):
                self.expected.append(Slot(text, first.start, param))
            return
        self.end = len(self.tokens)
        if self.tokens[-1].kind == "comment":
            self.end -= 1
        while self.tokens[self.end - 1].kind == "separator" and self.end - 1 > index:
            self.end -= 1
        path = param.kind.path(self.tokens[index : self.end])
        if path is not None:
            self.args[param.name] = path
            self.roles.append((first.start, first.end, Role.string))
            return
        text = self.text[first.start : self._stop]
        self.args[param.name] = text
        if self.depth >= DEEPEST:
            sentence = f"commands are nested deeper than {DEEPEST}: type them one by one"
            self._problem(first.start, self._stop, sentence, "usage")
            return
        if not self.text[self._stop :].strip():
            text = self.text[first.start :]  # the space behind it counts for what comes next
        self._nested(first.start, text)

    def _nested(self, offset: int, text: str) -> None:
        """Read LINE as a line of its own; `{n}` is the round of `repeat`."""
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
                    continue  # a binding, perhaps
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
        """Whether `line` is one whole command as it stands."""
        parts = self.parse(line, guesses=False).parts
        return len(parts) == 1 and parts[0].complete

    def _usage(self, start: int, end: int, fix: str | None = None) -> None:
        if self.command is not None:
            self._problem(start, end, f"usage: {self.command.usage}", "usage", fix)

    def _too_many(self, command: Command, index: int) -> None:
        """Words are left over: perhaps a name or a value that wants quotes."""
        tokens = self.tokens[index : self.end]
        self.roles.extend((token.start, token.end, Role.error) for token in tokens)
        fix = None
        last = self.tokens[index - 1]
        joined = self.text[last.start : self._stop]
        if command.params and '"' not in joined and last.kind == "word":
            fix = f'{self.text[self._start : last.start]}"{joined}"'
        self._usage(tokens[0].start, tokens[-1].end, fix)

    def _nothing(self, first: Token) -> None:
        """No command begins here: a slip of the finger, Elixir, a binding, or a value."""
        words = self.tokens[self.index : self.end]
        last = words[-1]
        longer = first.text in paths()
        if last.end == len(self.text):
            if len(words) == 1:
                self.expected.append(Slot(first.text, first.start))
            elif len(words) == 2 and longer:
                self.expected.append(Slot(last.text, last.start, path=(first.text,)))
        elif len(words) == 1 and longer:
            self.expected.append(Slot("", len(self.text), path=(first.text,)))
        if len(words) == 1 and first.kind == "word" and may_be_bound(first.text):
            self.bare = first.text
        raw = self.text[first.start : self._stop]
        before = self.text[self._start : first.start]
        if self.guesses:
            problem = wrong.no_command(words, raw, before, self._runs, bare=self.bare is not None)
        else:
            problem = Problem(first.start, first.end, f"no command {shown(first.text)}")
        self.problems.append(problem)
        role = Role.name if self.bare else Role.error
        self.roles.append((problem.start, problem.end, role))


def _call(token: Token) -> tuple[str, str]:
    """Take `v(3)` apart: its word and what is between the brackets."""
    if token.kind != "call" or not token.text.endswith(")"):
        return token.text, ""
    word, _, inside = token.text[:-1].partition("(")
    return word, inside.strip()


def _role(token: Token, param: Param) -> Role:
    """A literal has its own colour, except where a name is wanted."""
    role = param.kind.role
    if isinstance(param.kind, Topic) or role is Role.name:
        return role
    if token.kind in {"string", "charlist"}:
        return Role.string
    first, second = token.text[0], token.text[1:2]
    if first.isdigit() or (first in "+-" and second.isdigit()):
        return Role.number
    if first == ":" and second:
        return Role.atom
    return Role.pid if token.text.startswith("#PID<") else role
