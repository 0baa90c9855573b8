"""Random quoted forms and mutated macros: each runs, is rejected, or raises an error of Elixir.

KVSHELL_FUZZ_S=300 pytest -n0 -m slower tests/fuzz/test_macro_fuzz.py -s

Texts in a quoted form are Python that would fail if any of it got into the compiled code.
"""

import random
import re

import pytest

from kvshell.elixir.library import output
from kvshell.elixir.running.step_limits import at_most
from kvshell.runtime import NotAtRest
from tests.elixir.core.evaluating import shell
from tests.elixir.macros.test_macros import MODULES, QUOTED
from tests.fuzz.seeds import seeds

pytestmark = [pytest.mark.slow, pytest.mark.slower]

_CANARY = "_canary()"
_NAMES = """
    + - * / == < and or not ! && || <> ++ -- |> = ^ & . :: | -> <- when in .. ..// @ % %{} {} <<>>
    fn case cond if unless for with try receive raise throw quote unquote unquote_splicing
    __block__ __aliases__ __MODULE__ __ENV__ __CALLER__ __DIR__ __STACKTRACE__ def defp defmacro
    defmodule defstruct defguard defdelegate use import require alias super var! alias! match?
    destructure binding sigil_w sigil_r sigil_s size unit binary utf8 spawn send self length elem
    hd inspect to_string call module nested x y z is_atom is_list dbg put_in update_in
"""
_HEADS = _NAMES.split()
_SPECIAL = ["known term", "unknown variable", "module macro", "name __ENV__", "a\0b\0c", ""]
_META = ["[]", "[line: 3]", "[context: Elixir, imports: [{1, Kernel}, {2, Kernel}]]",
         "[alias: Foo]", "[counter: 3]", "[no_parens: true]", '[delimiter: "_canary()"]', "[1]",
         "[line: :x, counter: 1.5]", "[imports: 3, context: 1]", "1"]  # fmt: skip
_LEAVES = ["1", "-2", "0", "1.5", ":a", "nil", "true", f'"{_CANARY}"', "'ab'", "[]", "%{a: 1}",
           "self()", "fn -> 1 end", "[1 | 2]", "{1, 2, 3, 4}", ":\"_canary()\"", "Enum", "<<1::3>>",
           "9" * 30, "&is_atom/1", "1..2", f'[do: "{_CANARY}"]', "[do: 1, else: 2]"]  # fmt: skip


def _form(choose: random.Random, depth: int) -> str:
    """Return Elixir code that builds a random quoted form."""
    kind = choose.randrange(12) if depth else choose.choice([0, 1])
    if kind == 0:
        return choose.choice(_LEAVES)
    name = choose.choice(_HEADS) if choose.randrange(20) else choose.choice([*_SPECIAL, _CANARY])
    head = f':"{name}"'.replace("\0", "\\0")
    meta = choose.choice(_META) if choose.randrange(3) == 0 else "[]"
    if kind == 1:
        return f"{{{head}, {meta}, {choose.choice(['nil', 'Elixir', 'Foo', ':a', 'Kernel'])}}}"
    parts = [_form(choose, depth - 1) for _ in range(choose.randrange(4))]
    items = ", ".join(parts)
    match kind:
        case 2:
            return f"[{items}]"
        case 3:
            return f"{{{_form(choose, depth - 1)}, {_form(choose, depth - 1)}}}"
        case 4:
            return (
                f"{{{head}, {meta}, [{', '.join([*parts, '[do: ' + _form(choose, depth - 1)])}]]}}"
            )
        case 5:
            clause = f"{{:->, [], [[{items}], {_form(choose, depth - 1)}]}}"
            return f"{{{head}, {meta}, [{_form(choose, depth - 1)}, [do: [{clause}]]]}}"
        case 6:
            dot = f"{{:., [], [{_form(choose, depth - 1)}, {head}]}}"
            return f"{{{dot}, {meta}, [{items}]}}"
        case 7:
            return f"{{{{:., [], [{_form(choose, depth - 1)}]}}, {meta}, [{items}]}}"
        case _:
            return f"{{{head}, {meta}, [{items}]}}"


_RUN = [
    "Code.eval_quoted({})",
    "Code.eval_quoted({}, [x: 1, y: [2]])",
    "Macro.to_string({})",
    "Macro.expand({}, __ENV__)",
    "Macro.prewalk({}, & &1)",
    "Macro.escape({}, unquote: true)",
    "Macro.validate({})",
    "Macro.decompose_call({})",
    "defmodule F do def f(x), do: unquote({}) end",
    "defmodule G do defmacro m, do: {}\ndef f(x), do: m() end",
    "defmodule H do defmacro m(y), do: {}\nend; :ok",
    "require H; H.m(1 + x)",
    "require H; case 1 do H.m(x) -> x end",
    "require H; case 1 do x when H.m(x) -> x end",
    "defmodule I do require H; H.m(:a) end",
    "Module.create(J, {}, __ENV__)",
    "quote do: unquote({})",
    "quote do: f(unquote_splicing([{}]))",
]


def test_no_quoted_form_shows_python_or_gets_into_the_code() -> None:
    output.write_with(lambda _device, _text: None)
    for choose in seeds("quoted forms"):
        with shell() as typed, at_most(200_000, "a test's"):
            for _ in range(40):
                text = choose.choice(_RUN).replace("{}", _form(choose, choose.randrange(1, 5)))
                try:
                    assert typed.run(text)
                except NotAtRest:
                    break


_TOKEN = re.compile(r'\w+[?!]?|\s+|"[^"]*"|[^\w\s]')


def test_no_mutated_macro_shows_python_or_hangs() -> None:
    output.write_with(lambda _device, _text: None)
    sessions = [[typed for typed, _ in session] for session in (*MODULES, *QUOTED)]
    texts = [_TOKEN.findall(line) for session in sessions for line in session]
    for choose in seeds("macros"):
        with shell() as typed, at_most(200_000, "a test's"):
            for line in choose.choice(sessions):
                tokens = _TOKEN.findall(line)
                for _ in range(choose.randrange(4)):
                    at, other = choose.randrange(len(tokens) + 1), choose.choice(texts)
                    start = choose.randrange(len(other))
                    cut = choose.randrange(3)
                    tokens[at : at + cut] = other[start : start + choose.randint(1, 8)]
                try:
                    assert typed.run("".join(tokens))
                except NotAtRest:
                    break
