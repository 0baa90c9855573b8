"""A fuzzer for Elixir generated from its grammar: every line answers, fails, or is unfinished."""

import json
import random

import pytest

from kvshell.session import Session
from kvshell.session.host import Host
from kvshell.views import Caps, render
from kvshell.views.json_line import dumps
from tests.fuzz.seeds import seeds
from tests.fuzz.test_fuzz import RAW

pytestmark = [pytest.mark.slow, pytest.mark.slower]

ATOMS = [
    "1",
    "-2",
    "0",
    "2.5",
    ":a",
    "nil",
    "true",
    '"text"',
    '"a\\u202eb"',
    "'abc'",
    "x",
    "y",
    "self()",
    "[]",
    "[1, 2, 3]",
    "%{}",
    "%{a: 1}",
    "{1, :b}",
    "[a: 1, b: 2]",
    "<<1, 2>>",
    '"#{x}"',
    "~w(a b)",
    "1..3",
    "&(&1)",
    "&(&1 + 1)",
    "fn a -> a end",
    "fn a, b -> a + b end",
    "String",
    "Enum",
    "^x",
    "make_ref()",
    "__MODULE__",
    "?a",
    "~s(x)",
    "0x1F",
    "1_000",
    "1.0e3",
    "%URI{}",
    "...",
    "_",
]
OPERATORS = [
    "+",
    "-",
    "*",
    "/",
    "==",
    "===",
    "!=",
    "<",
    ">=",
    "and",
    "or",
    "&&",
    "||",
    "++",
    "--",
    "<>",
    "|>",
    "in",
    "=",
    "=~",
    "..",
    "|",
    "::",
    "->",
    "not",
    "when",
    ".",
    "<-",
    "//",
    ",",
    "!",
]
CALLS = [
    "Enum.map({}, {})",
    "Enum.reduce({}, {}, {})",
    "Map.put({}, {}, {})",
    "String.upcase({})",
    "length({})",
    "elem({}, {})",
    "hd({})",
    "send({}, {})",
    "spawn({})",
    "inspect({})",
    "div({}, {})",
    "List.flatten({})",
    "Enum.zip({}, {})",
    "Keyword.get({}, {})",
    "GenServer.call({}, {}, 10)",
    "Agent.start_link({})",
    "Process.alive?({})",
    "raise({})",
    "quote do: {}",
    "quote do: unquote({})",
    "Macro.to_string({})",
    "Macro.escape({})",
    "Code.eval_quoted({})",
    "Code.eval_quoted(quote do: {})",
    "Macro.expand({}, __ENV__)",
    "Macro.prewalk({}, {})",
    "throw({})",
    "exit({})",
    "h {}",
    "String.split({}, {})",
    "Integer.parse({})",
    "Access.get({}, {})",
    "Enum.at({}, {})",
    "i {}",
    ":ets.new({}, [])",
    ":ets.insert({}, {})",
    "Task.async({})",
    "Regex.run(~r/{}/, {})",
    "v({})",
    "Process.link({})",
    "Process.monitor({})",
    "Process.exit({}, {})",
    "Enum.sort({})",
    "IO.puts({})",
    "apply({}, {}, {})",
    "binary_part({}, {}, {})",
    "Enum.chunk_every({}, {})",
    "Map.update!({}, {}, {})",
]
FORMS = [
    "case {} do {} -> {} end",
    "if {}, do: {}, else: {}",
    "for x <- {}, do: {}",
    "with x <- {}, do: {}",
    "try do {} rescue e -> {} after {} end",
    "cond do {} -> {} end",
    "fn {} -> {} end",
    "x = {}",
    "{{{}, {}}} = {}",
    "[{} | {}] = {}",
    "%{{a: {}}} = {}",
    "<<{}::8, {}::binary>>",
    '"#{{{}}}"',
    "receive do {} -> {} after 0 -> {} end",
    "defmodule F do def f({}), do: {} end",
    "unless {}, do: {}",
    "({}).({})",
    "{}[{}]",
    "%{{{} | a: {}}}",
    "quote do {} end",
    "&{}/{}",
    "@{} {}",
    "import {}",
    "def f({}) do {} end",
    "defstruct {}",
    "{} |> {}",
    "({}; {})",
    "[{}, {} | {}]",
    "~r/{}/",
]


def expression(chance: random.Random, depth: int = 0) -> str:
    """Return a random expression that is grammatical but usually meaningless."""
    kind = chance.random()
    if depth > 3 or kind < 0.35:
        return chance.choice(ATOMS)
    if kind < 0.55:
        left, right = expression(chance, depth + 1), expression(chance, depth + 1)
        return f"{left} {chance.choice(OPERATORS)} {right}"
    form = chance.choice(CALLS if kind < 0.8 else FORMS)
    parts = [expression(chance, depth + 1) for _ in range(form.count("{}"))]
    if form in CALLS:
        for part in parts:
            form = form.replace("{}", part, 1)
        return form
    return form.format(*parts)


def spoiled(text: str, chance: random.Random) -> str:
    """Return a text changed at random: a piece removed or repeated, a character inserted."""
    at = chance.randrange(len(text) + 1)
    kind = chance.randrange(8)
    if kind == 0:
        return text[:at] + chance.choice("()[]{}\"'%&|\\\n\u202e\x00#;,.~@^?") + text[at:]
    if kind == 1:
        return text[:at] + text[at + 1 :]
    return text


def test_no_line_of_elixir_ends_a_session_and_no_answer_is_raw() -> None:
    for chance in seeds("elixir"):
        with Session("controlled") as session:
            host = Host(session)
            for _ in range(20):
                text = spoiled(expression(chance), chance)
                session.unfinished(text)
                ran = host.line(text)
                for result in ran.results:
                    for caps in (Caps(), Caps(tty=True, width=40, plain=False)):
                        assert RAW.search(render(result, caps)) is None, ascii(text)
                    json.loads(dumps({"text": result.input, "error": result.error}))
                    assert "Traceback" not in str(result.error), ascii(text)
                    assert "kvshell/" not in str(result.error), ascii(text)
                if ran.stuck is not None or ran.left:
                    break
