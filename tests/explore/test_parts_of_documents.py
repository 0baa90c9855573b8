"""A document with several fresh systems has several programs: one is explored, the others named."""

from pathlib import Path

from kvshell.explore.program_loading import other_programs, program_of
from kvshell.session import Session
from tests.explore.conftest import Told

STOPPED = """\
kv> stop s
:ok
kv> lookup s
:error
"""
PLAIN = f"""\
# t

```kvshell
kv> start manager ets
{{:ok, #PID<m>}}
kv> create store s
#PID<s>
kv> reset
...
kv> set law beam
:ok
kv> start manager ets
{{:ok, #PID<n>}}
kv> create store s
#PID<t>
{STOPPED}```
"""
CLIENTS = "\n".join(
    f"```kvshell fresh\nkv> start manager ets\n{{:ok, #PID<m{name}>}}\nkv> create store s\n"
    f"#PID<{name}>\n```\n\n```kvshell session=a\n{text}```\n"
    for name, text in (("x", "kv> get s k\nnil\n"), ("y", STOPPED))
)


def test_a_reset_ends_the_program_and_another_one_begins(told: Told) -> None:
    assert told(PLAIN) == 0

    assert told.out.startswith("no schedule fails\nspec: 1 schedule, none fails; beam: 1 ")
    path = told.path
    assert told.err == (
        f"kvshell: lines 4 to 6 were explored; another part starts anew at line 10: "
        f"kvshell explore {path}:10\n"
    )


def test_a_line_chooses_the_program_that_it_belongs_to(told: Told) -> None:
    told.path.write_text(PLAIN, encoding="utf-8")

    last = program_of(f"{told.path}:17")
    first = program_of(f"{told.path}:2")

    assert [line.text for line in last.parts.setup] == ["set law beam", "start manager ets"]
    assert [line.text for line in last.parts.clients["client"]] == [
        "create store s",
        "stop s",
        "lookup s",
    ]
    assert first.parts.lines == (4, 6)
    assert other_programs(last, "explore").endswith(
        f"another part starts anew at line 4: explore {told.path}:4"
    )


def test_of_two_programs_with_clients_the_first_is_explored(told: Told) -> None:
    assert told(CLIENTS) == 0
    second = program_of(f"{told.path}:16")

    assert "another part starts anew at line 14: kvshell explore " in told.err
    assert [line.text for line in second.parts.clients["a"]] == ["stop s", "lookup s"]


def test_many_parts_are_counted(told: Told) -> None:
    told(CLIENTS * 3)

    assert "; 5 other parts start anew, at lines 14, 27, 39, ...: kvshell explore " in told.err


def test_the_prompt_names_the_other_parts_too(tmp_path: Path) -> None:
    path = tmp_path / "two words.md"
    path.write_text(PLAIN, encoding="utf-8")
    program = program_of(str(path))

    assert other_programs(program, "explore") == (
        f'lines 4 to 6 were explored; another part starts anew at line 10: explore "{path}:10"'
    )
    with Session() as session:
        (result,) = session.run(f'explore "{path}:10"')
    assert result.open is not None
    assert result.open.args["target"] == f'"{path}:10"'
