"""`kv> explore ...` in a document: its target, the judging of its answer, and readable files."""

import re
from pathlib import Path

import pytest

from kvshell.commands.assist.slips import said_in
from kvshell.explore.program_loading import names_a_document, program_of
from kvshell.explore.typed_explore import explored
from kvshell.session import Session
from kvshell.transcript.format.document import Document
from kvshell.transcript.format.parser import parse
from kvshell.transcript.match.outcome import Played
from kvshell.transcript.replay import play_document
from kvshell.transcript.run import document_host as stage
from kvshell.transcript.run.player import Settings
from kvshell.transcript.write.updating import Rewritten
from kvshell.views import Caps

RACE = """\
```kvshell
kv> start manager ets-cast
{:ok, #PID<registry>}
```

```kvshell session=test
kv> create store s
:ok
kv> lookup s
{:ok, #PID<s>}
```
"""


def explores(target: str, expected: str = "...") -> str:
    return f"{RACE}\n```kvshell\nkv> explore {target}\n{expected}\n```\n"


def play(text: str, path: str = "races/cast.md", *, trust: bool = False) -> Played:
    return play_document(parse(path, text), Settings(trust=trust), lambda _: None)


def printed(text: str, path: str = "races/cast.md", *, trust: bool = False) -> list[str]:
    """Return what the last command printed, whatever was expected."""
    return list(play(text, path, trust=trust).checked[-1].printed)


@pytest.mark.parametrize("target", ["cast.md", "races/cast", "./cast.md", '"cast.md"'])
def test_a_document_that_names_itself_is_explored_as_parsed(target: str) -> None:
    assert printed(explores(target))[2] == "spec: 2 schedules, 1 fails; beam: 2 schedules, 1 fails"


def test_explore_lines_are_not_part_of_the_program() -> None:
    shown = "\n".join(printed(explores("cast.md")))
    assert shown.count("explore") == len(re.findall(r" steps.*: explore cast.md", shown)) == 1


def test_a_line_is_explored_in_the_running_design() -> None:
    said = printed(explores("create store x; lookup x"))

    assert "spec: 2 schedules, 2 outcomes; beam: 2 schedules, 2 outcomes" in said


def test_a_bundled_document_is_found_by_its_name() -> None:
    assert "spec: 6 schedules, 2 fail; beam: 1 schedule, none fails" in printed(
        explores("races/bogus-barrier")
    )


def test_only_a_trusted_document_may_explore_a_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text(RACE, encoding="utf-8")
    path = str(tmp_path / "cast.md")

    refused = printed(explores("other.md"), path)
    said = printed(explores("other.md"), path, trust=True)

    assert refused == [
        "** (CommandError) explore reads a file: in a transcript only with --trust",
    ]
    assert "spec: 2 schedules, 1 fails; beam: 2 schedules, 1 fails" in said


def test_a_missing_file_is_named() -> None:
    (said,) = printed(explores("races/nothing"), trust=True)

    assert said.startswith(
        "** (CommandError) no such file or folder: races/nothing; "
        "kvshell comes with races/bogus-barrier, races/"
    )


def test_a_typo_in_the_name_of_a_bundled_document_is_corrected() -> None:
    assert printed(explores("races/bogus-barier"), trust=True) == [
        "** (CommandError) no such file or folder: races/bogus-barier; did you mean "
        "races/bogus-barrier, which comes with kvshell?"
    ]
    with Session() as session:
        error = session.run("explore races/bogus-barier")[0].error
        assert said_in(error, session.snapshot()) is None


@pytest.mark.parametrize("options", ["", " --law beam", " --budget 5"])
def test_a_missing_file_in_quotes_is_named_too(options: str) -> None:
    said = ["** (CommandError) no such file or folder: nowhere/nope x"]

    assert printed(explores(f'"nowhere/nope x"{options}'), trust=True) == said
    with Session() as session:
        (result,) = session.run(f'explore "nowhere/nope x"{options}')
        assert result.open is not None
        target = result.open.args["target"]
    assert explored(target, "ets", Caps(), lambda: False)[0] == said[0]


def test_a_process_named_in_the_answer_is_text_not_a_hole() -> None:
    line = "create store x; lookup x"
    said = "\n".join(printed(explores(line)))

    assert "{:ok, #PID<x>}" in said
    assert not [each for each in play(explores(line, said)).checked if each.failure]
    other = said.replace("{:ok, #PID<x>}", "{:ok, #PID<y>}")
    assert play(explores(line, other)).checked[-1].failure is not None


def test_update_writes_the_printed_answer_once() -> None:
    rewritten = rewrite(explores("cast.md", "").replace("\n\n```\n", "\n```\n"))
    again = rewrite(rewritten.source.text)

    assert "lookup s: :error" in rewritten.source.text
    assert "\\#PID" not in rewritten.source.text
    assert again.source.text == rewritten.source.text


def rewrite(text: str) -> Document:
    """Return the document with every answer as a replay prints it."""

    def play_(document: Document) -> Played:
        return play_document(document, Settings(), lambda _: None)

    rewritten = Rewritten(parse("races/cast.md", text), play_)
    rewritten.rewrite(new_only=False, accept=False, ask=None)
    return rewritten.document


def test_a_search_that_takes_too_long_gives_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "EXPLORING_S", 0.2)
    clients = "".join(
        f"```kvshell session={name}\nkv> put s k 1\nkv> get s k\n```\n\n" for name in "abcd"
    )
    text = (
        f"```kvshell\nkv> start manager\n...\nkv> create store s\n...\n```\n\n{clients}"
        "```kvshell timeout=200ms\nkv> explore many.md\n...\n```\n"
    )

    played = play(text, "many.md")

    failure = played.checked[-1].failure
    assert failure is not None
    assert failure.summary == "no verdict within 0.2s: timeout= gives it longer"


def test_the_explore_mark_sets_the_start_of_the_program(
    tmp_path: Path,
) -> None:
    text = (
        "```kvshell\nkv> start manager\n...\nkv> lookup a\n:error\n```\n\n"
        "```kvshell fresh\nkv> start manager\n...\nkv> create store b\n...\n```\n\n"
        "<!-- kv:explore -->\n\n```kvshell\nkv> lookup b\n```\n"
    )
    (tmp_path / "marked.md").write_text(text, encoding="utf-8")

    program = program_of(str(tmp_path / "marked.md"))

    assert [line.text for line in program.parts.setup] == ["start manager", "create store b"]
    assert [line.text for line in program.parts.clients["client"]] == ["lookup b"]


def test_a_path_is_recognised_by_its_form() -> None:
    assert names_a_document("races/anything")
    assert names_a_document("my notes.md")
    assert not names_a_document("get s a/b; lookup s")
    assert not names_a_document("get s a/b")


def test_a_command_is_no_document_though_a_bundled_page_has_its_name() -> None:
    assert not names_a_document("stores")
    assert names_a_document("stores.md")
    assert names_a_document("send")  # the command needs more words
