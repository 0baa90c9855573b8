"""Checks kvshell against the examples in Elixir's documentation: `python -m tests.doctests`.

The examples are read from the documentation chunks of an installed Elixir 1.14, run in kvshell, and
counted module by module. None of their text is kept in this repository: they are Elixir's work.

    python -m tests.doctests                 the table
    python -m tests.doctests Enum Map        with what differs in these modules
    python -m tests.doctests --page          the page transcripts/reference/library.md, counted anew
"""

import argparse
import base64
import re
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from kvshell.elixir.evaluate import Evaluator
from kvshell.elixir.library import output
from kvshell.elixir.modules.code_server import ElixirCode
from kvshell.runtime import Runtime
from kvshell.runtime.processes.exits import Exit, Killed, Thrown
from kvshell.terms import A, ElixirError, equal, format_banner, inspect

PAGE = Path(__file__).resolve().parent.parent / "transcripts" / "reference" / "library.md"
HEAD = """---
title: Elixir's library, by its own documentation
---
# Elixir's library, by its own documentation

The documentation of Elixir's modules is full of examples. `python -m tests.doctests --page` takes
them out of an installed Elixir 1.14, runs them in kvshell and counts, module by module: how many
give the documented answer, how many give another, and how many use something that this shell's
Elixir does not have (types, files, time zones). No text of the examples is kept here.

"""
FOOT = """
Of the modules that the tutorials and the guides use, these differ:

* Range: `Range.disjoint?/2` of 1.14.0 overlooks common integers of some ranges with steps; here
  they are found.
* Registry: `Registry.select/2` lists rows in the order of their hashes on the BEAM, here in the
  order in which they were added.
* GenServer: after the last element was popped, the documented state of the stack is still `[1]`.
  The BEAM answers `[]`, as kvshell does.

The rest is in modules for dates and for code at compile time.
"""
WHOLE = [
    "Map",
    "Keyword",
    "List",
    "Tuple",
    "Atom",
    "MapSet",
    "Range",
    "Enum",
    "Agent",
    "Registry",
    "GenServer",
    "Process",
    "Task",
    "Integer",
    "Float",
]
MOST = ["String", "Stream", "Kernel"]
OTHERS = [
    "Access",
    "Bitwise",
    "Function",
    "Regex",
    "Exception",
    "IO",
    "System",
    "Node",
    "Module",
    "Macro",
    "Macro.Env",
    "Code",
    "Logger",
    "Kernel.SpecialForms",
    "Date",
    "Time",
    "NaiveDateTime",
    "DateTime",
]

_SCRIPT = """
for name <- System.argv() do
  module = Module.concat([name])
  case Code.fetch_docs(module) do
    {:docs_v1, _, _, _, about, _, docs} ->
      if is_map(about), do: IO.puts("#{name} - #{Base.encode64(about["en"] || "")}")
      for {{kind, f, a}, _, _, %{"en" => text}, _} <- docs, kind in [:function, :macro] do
        IO.puts("#{name} #{f}/#{a} #{Base.encode64(text)}")
      end
    _ -> :ok
  end
end
"""
_PROMPT = re.compile(r"^(\s*)(?:iex|\.\.\.)(?:\([^)]*\))?>(?: (.*)|)$")
_REFUSED = re.compile(
    r"\b(File|Port|Node\.spawn|fetch_docs|compile_\w+|eval_file|put_compiler_option|tracers"
    r"|import Kernel, except|System\.cmd|EEx|Mix|Inspect\.Algebra|ExUnit|Path"
    r"|Base|Calendar|OptionParser|StringIO|Record|reserved_attributes"
    r"|quoted_to_algebra|shift_zone|Europe|America|strftime|format_string!|PORT|NOT_SET|build_info)\b"
    r"|binding\(:\w+\)"
)


SET_UP = -1  # the group of a page that is one session; its first example defines the module


class Example(NamedTuple):
    """An expression in the documentation and its documented answer."""

    where: str
    text: str
    answer: str
    group: int


# Modules whose documentation is one session with a module that it defines.
_SESSIONS = {"GenServer": "Stack"}
_OF_THAT_SESSION = re.compile(r"#PID<[\d.]*>(?:, #PID<[\d.]*>)*|\d+(?:\.\d+)*|#\s.*$", re.MULTILINE)


class Counts(NamedTuple):
    """The examples of a module, counted by outcome."""

    examples: int
    equal: int
    different: int
    outside: int


class Outcome(NamedTuple):
    """The outcome of an example."""

    example: Example
    verdict: str  # equal, different, outside
    said: str


def examples(modules: list[str]) -> dict[str, list[Example]]:
    """Return the examples of the modules, as the installed Elixir documents them."""
    done = subprocess.run(
        ["elixir", "-e", _SCRIPT, *modules], capture_output=True, text=True, check=True
    )
    found: dict[str, list[Example]] = {name: [] for name in modules}
    for line in done.stdout.splitlines():
        name, function, encoded = line.split(" ", 2)
        text = base64.b64decode(encoded).decode()
        where = name if function == "-" else f"{name}.{function}"
        found[name].extend(
            _of_session(where, text) if where in _SESSIONS else _of_text(where, text)
        )
    return found


def _of_session(where: str, text: str) -> Iterator[Example]:
    """Yield the examples of a whole page as one group, after the module that they use."""
    module = _SESSIONS[where]
    defined = re.findall(
        rf"^    defmodule {module} do$.*?^    end$", text, re.MULTILINE | re.DOTALL
    )
    yield Example(where, textwrap.dedent(defined[-1]), "", SET_UP)
    for case in _of_text(where, text):
        printed = case.answer.splitlines()
        answer = "\n".join(line for line in printed if not line.startswith("*DBG*"))
        yield case._replace(answer=answer, group=SET_UP)


def _of_text(where: str, text: str) -> Iterator[Example]:
    group = 0
    code: list[str] = []
    answer: list[str] = []

    def made() -> Iterator[Example]:
        if code:
            yield Example(where, "\n".join(code), "\n".join(answer), group)
        code.clear()
        answer.clear()

    for line in [*text.splitlines(), ""]:
        prompt = _PROMPT.match(line)
        if prompt is not None:
            if (
                "iex" in line[: prompt.start(2) if prompt.group(2) else None]
                and "..." not in line[: len(prompt.group(1)) + 3]
            ):
                yield from made()
            code.append(prompt.group(2) or "")
        elif not line.strip():
            yield from made()
            group += 1
        elif code:
            answer.append(line.strip())


class _TooLongError(Exception):
    pass


def _give_up(_signal: int, _frame: FrameType | None) -> None:
    raise _TooLongError


def run(cases: list[Example]) -> Iterator[Outcome]:
    """Run the examples of one module; those of a group share their bindings."""
    signal.signal(signal.SIGALRM, _give_up)
    output.write_with(lambda _device, _text: None)
    groups: dict[tuple[str, int], list[Example]] = {}
    for case in cases:
        groups.setdefault((case.where, case.group), []).append(case)
    for group in groups.values():
        runtime = Runtime()
        with runtime, runtime.attach():
            code = ElixirCode()
            runtime.code = code
            evaluator = Evaluator(code)
            if group[0].group == SET_UP:
                evaluator.evaluate(group.pop(0).text)
            for case in group:
                module = case.where.partition(".")[0]
                if module in {"Bitwise", "Integer"}:  # as Elixir's own tests of them do
                    evaluator.evaluate(
                        f"import {module}" if module == "Bitwise" else f"require {module}"
                    )
                signal.alarm(10)
                try:
                    yield _outcome(case, evaluator)
                finally:
                    signal.alarm(0)


def _outcome(case: Example, evaluator: Evaluator) -> Outcome:
    outside = _REFUSED.search(case.text) is not None
    wrong = "outside" if outside else "different"
    try:
        value = evaluator.evaluate(case.text)
    except ElixirError as error:
        said = format_banner(A.error, error)
        return Outcome(case, "equal" if _same_error(case.answer, said) else wrong, said)
    except (Exit, Thrown) as ended:
        if isinstance(ended, Exit):
            kind, reason = A.exit, ended.reason
        else:
            kind, reason = A.throw, ended.value
        said = format_banner(kind, reason)
        return Outcome(case, "equal" if _same_error(case.answer, said) else wrong, said)
    except _TooLongError:
        return Outcome(case, wrong, "no answer in ten seconds")
    except Killed:
        said = "** (EXIT from the client)"
        return Outcome(case, "equal" if _same_error(case.answer, said) else wrong, said)
    except Exception as error:  # noqa: BLE001  # what must not happen is counted
        return Outcome(case, "different", f"PYTHON {type(error).__name__}: {error}")
    shown = inspect(value, width=None)
    if case.where in _SESSIONS and _of_any_session(case.answer) == _of_any_session(shown):
        return Outcome(case, "equal", shown)
    if not case.answer or _same(case.answer, value, shown, evaluator):
        return Outcome(case, "equal", shown)
    return Outcome(case, wrong, shown)


def _same_error(answer: str, said: str) -> bool:
    def one_line(text: str) -> str:
        return " ".join(text.split())

    return answer.startswith("** (") and one_line(said).startswith(one_line(answer)[:400])


def _of_any_session(text: str) -> str:
    return "".join(_OF_THAT_SESSION.sub("N", text).split())


def _same(answer: str, value: object, shown: str, evaluator: Evaluator) -> bool:
    if "#" in answer[:1] or "..." in answer:
        pattern = re.escape(answer).replace(r"\.\.\.", ".*")
        pattern = re.sub(r"\\#(\w+)<[^>]*>", r"\\#\1<.*>", pattern)
        pattern = re.sub(r"<[\d.]+>", "<.*>", pattern)
        return re.fullmatch(pattern, shown, re.DOTALL) is not None
    try:
        return equal(evaluator.evaluate(answer), value)
    except Exception:  # noqa: BLE001  # an answer that is no expression is text
        return " ".join(answer.split()) == shown


def counted(outcomes: dict[str, list[Outcome]]) -> dict[str, Counts]:
    """Count the outcomes of the examples, module by module."""
    verdicts = {name: [each.verdict for each in mine] for name, mine in outcomes.items()}
    return {
        name: Counts(len(mine), mine.count("equal"), mine.count("different"), mine.count("outside"))
        for name, mine in verdicts.items()
    }


def total(counts: dict[str, Counts]) -> Counts:
    """Return the sums over all modules."""
    return Counts(*map(sum, zip(*counts.values(), strict=True)))


def table(counts: dict[str, Counts]) -> str:
    """Return the table of counts as Markdown."""
    rows = ["| module | examples | equal | different | not in this Elixir |"]
    rows.append("|---|--:|--:|--:|--:|")
    for name, mine in (*counts.items(), ("all", total(counts))):
        rows.append(f"| {name} | {' | '.join(map(str, mine))} |")
    return "\n".join(rows) + "\n"


def published(path: Path = PAGE) -> dict[str, Counts]:
    """Return the counts that are on the page."""
    rows = re.findall(r"^\| ([A-Z][\w.]*) \| (.*) \|$", path.read_text(encoding="utf-8"), re.M)
    return {name: Counts(*map(int, cells.split(" | "))) for name, cells in rows}


def page(counts: dict[str, Counts]) -> str:
    """Return the reference page with these counts."""
    return f"{HEAD}{table(counts)}{FOOT}"


def summary(counts: dict[str, Counts]) -> str:
    """Return the summary of the counts for README."""
    sums = total(counts)
    return (
        f"Of the {sums.examples:,} examples in the documentation of Elixir 1.14's library,"
        f" {sums.equal:,} give the\ndocumented answer, {sums.different:,} give another, and"
        f" {sums.outside:,} use something that this shell's Elixir\ndoes not have"
        " ([module by module](transcripts/reference/library.md)). If Elixir is installed,\n"
        "`python -m tests.doctests` counts again."
    )


def judged(names: list[str]) -> dict[str, list[Outcome]]:
    """Run the examples of these modules."""
    return {name: list(run(cases)) for name, cases in examples(names).items()}


def main() -> int:
    """Print or write the table, or print what differs; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.doctests", description=__doc__)
    parser.add_argument("modules", nargs="*", help="print what differs in these modules")
    parser.add_argument("--page", action="store_true", help="write the reference page")
    chosen = parser.parse_args()
    if shutil.which("elixir") is None:
        print("no elixir is installed here: apt-get install elixir", file=sys.stderr)
        return 2
    outcomes = judged(chosen.modules or [*WHOLE, *MOST, *OTHERS])
    if chosen.modules:
        for mine in outcomes.values():
            for each in mine:
                if each.verdict == "different":
                    print(f"{each.verdict} {each.example.where}\n  {each.example.text}")
                    print(f"  wanted {each.example.answer}\n  got    {each.said}\n")
    counts = counted(outcomes)
    print(table(counts))
    if chosen.page and not chosen.modules:
        PAGE.write_text(page(counts), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
