"""Each of the ten checks finds the mistakes it is for."""

from pathlib import Path

import pytest

from kvshell.cli import main
from kvshell.learn.checks import (
    IDS,
    LOOKS,
    SHOWN,
    STRICTER,
    _goals,
    _gotos,
    _hints,
    _resumes,
    check,
    check_all,
)
from kvshell.learn.lesson.lesson import digest, load, prose, read
from kvshell.learn.lesson.translations import out_of_sync, sync_all
from tests.learn.lessons import TWO_STORES, parsed

HINT = "<!-- kv:hint It begins with start. -->"
GOAL = "<!--kvshell goal\nkv> alive manager\ntrue\n-->"


def found(tmp_path: Path, text: str) -> list[tuple[int, str]]:
    path = tmp_path / "two-stores.md"
    path.write_text(text, encoding="utf-8")
    return [(each.check, each.text) for each in check(path)]


def numbers(tmp_path: Path, text: str) -> set[int]:
    return {number for number, _ in found(tmp_path, text)}


@pytest.mark.slow
def test_the_small_lesson_is_sound(tmp_path: Path) -> None:
    assert found(tmp_path, TWO_STORES) == []


def test_1_a_lesson_that_fails_as_a_transcript_is_found(tmp_path: Path) -> None:
    assert numbers(tmp_path, TWO_STORES.replace("{:ok, #PID<manager>}", ":nonsense")) == {1}


def test_1_a_block_outside_any_step_is_found(tmp_path: Path) -> None:
    text = TWO_STORES.replace("A manager and", "```kvshell\nkv> self\n...\n```\n\nA manager and")

    assert numbers(tmp_path, text) == {1}


def test_2_a_goal_met_before_the_step_is_found(tmp_path: Path) -> None:
    text = TWO_STORES.replace("kv> alive manager\ntrue", "kv> alive shell\ntrue")

    assert (2, f"the goal is met before anything is typed: {STRICTER}") in found(tmp_path, text)


def test_2_a_goal_with_effects_is_found(tmp_path: Path) -> None:
    text = TWO_STORES.replace("kv> alive manager\ntrue", "kv> stop manager\n:ok")

    assert (2, f"the goal `stop manager` does more than look: {LOOKS}") in found(tmp_path, text)


@pytest.mark.slow
def test_3_a_step_with_effects_but_no_goal_is_found(tmp_path: Path) -> None:
    text = TWO_STORES.replace(GOAL, "")

    assert (3, "it changes the system: write a goal that checks what changed") in found(
        tmp_path, text
    )


def test_3_a_goal_not_met_by_the_solution_is_found(tmp_path: Path) -> None:
    text = TWO_STORES.replace("kv> lookup s1\n{:ok, #PID<s1>}\n-->", "kv> alive s1\nfalse\n-->")

    assert found(tmp_path, text)[0][0] == 1  # it is no transcript that passes, either
    lesson = parsed("two-stores", text)
    (finding,) = [each for each in _goals(lesson) if each.check == 3]
    assert (finding.place, finding.text) == (
        "create",
        "the solution does not meet the goal: `alive s1` is true: nothing has ended it yet.",
    )


@pytest.mark.slow
def test_4_a_listed_mistake_that_succeeds_is_found(tmp_path: Path) -> None:
    text = TWO_STORES.replace(
        'say="That asked for a second manager."\nkv> start manager',
        'say="No."\nkv> create store s1; put s1 a 1',
    )

    assert (4, f"`create store s1; put s1 a 1` meets the goal: {STRICTER}") in found(tmp_path, text)


@pytest.mark.slow
def test_4_a_mistake_equal_to_the_solution_or_without_feedback_is_found(tmp_path: Path) -> None:
    wrong = 'wrong say="That asked for a second manager."\nkv> start manager'
    same = TWO_STORES.replace(wrong, 'wrong say="No."\nkv> create  store "s1"')
    dumb = TWO_STORES.replace(wrong, "wrong\nkv> start manager")

    assert (4, '`create  store "s1"` is not a mistake: it is the solution') in found(tmp_path, same)
    assert found(tmp_path, dumb) == [(4, 'a mistake without a sentence: write wrong say="..."')]


@pytest.mark.slow
def test_5_a_goal_met_without_the_system_is_found(tmp_path: Path) -> None:
    mail = """## Mail {#mail}

Empty your mailbox.

```kvshell setup
kv> monitor s1
#Reference<r>
kv> kill s1
true
```

```kvshell
kv> flush
...
```

<!--kvshell goal
kv> mailbox shell
no messages wait for #PID<_>
-->

<!-- kv:hint One word. -->

## Make it again {#anew}

Make s1 again.

```kvshell
kv> create store s1
#PID<anew>
```

<!--kvshell goal
kv> lookup s1
{:ok, #PID<anew>}
-->

<!-- kv:hint Create. -->
"""
    text = TWO_STORES[: TWO_STORES.index("## Read")] + mail

    assert (5, f"cannot be done after skipping steps 4: {STRICTER}") in found(tmp_path, text)


def test_6_a_step_that_cannot_be_returned_to_is_found() -> None:
    lesson = parsed("two-stores", TWO_STORES.replace("{#another}", "{#create}"))

    assert [(each.check, each.place, each.text) for each in _resumes(lesson)] == [
        (6, "create", f"coming back by the journal leads to step 3: {IDS}"),
        (6, "create", f"coming back by the lesson's commands leads to step 2: {IDS}"),
    ]


def test_6_a_step_that_cannot_be_done_after_returning_is_found() -> None:
    lesson = parsed("two-stores", TWO_STORES.replace("kv> lookup s1", "kv> lookup s3", 1))

    (first, *_) = _resumes(lesson)
    assert (first.check, first.place) == (6, "create")
    assert first.text == f"after coming back it cannot be done: {STRICTER}"


@pytest.mark.slow
def test_7_a_step_without_a_hint_is_found(tmp_path: Path) -> None:
    text = TWO_STORES.replace(HINT, "")

    assert (7, "no hint: write <!-- kv:hint TEXT -->") in found(tmp_path, text)


def test_7_a_hidden_solution_is_found() -> None:
    block = "```kvshell\nkv> create store s1\n#PID<s1>\n```"
    lesson = parsed("two-stores", TWO_STORES.replace(block, "", 1))

    assert [(each.check, each.place, each.text) for each in _hints(lesson)] == [
        (7, "create", f"the last hint is not the solution: {SHOWN}")
    ]


def test_8_a_step_unreachable_by_goto_is_found() -> None:
    lesson = parsed("two-stores", TWO_STORES.replace("{#another}", "{#create}"))

    assert [(each.check, each.place, each.text) for each in _gotos(lesson)] == [
        (8, "create", f":goto leads to step 2: {IDS}")
    ]


def test_8_missing_and_duplicate_ids_are_found(tmp_path: Path) -> None:
    assert numbers(tmp_path, TWO_STORES.replace(" {#read}", "")) == {8}
    assert 8 in numbers(tmp_path, TWO_STORES.replace("{#read}", "{#look}"))


@pytest.mark.slow
def test_10_text_that_does_not_fit_on_a_screen_is_found(tmp_path: Path) -> None:
    wide = TWO_STORES.replace(
        "kv> start manager\n{:ok", f"kv> start manager # {'x' * 80}\n{{:ok", 1
    )
    tall = TWO_STORES.replace("Start the manager.", "\n\n".join(["Start the manager."] * 15))

    assert (10, "wider than 80 columns: shorten it") in found(tmp_path, wide)
    assert 10 in numbers(tmp_path, tall)


# -- translations ---------------------------------------------------------------------------------


def translated(tmp_path: Path, change: tuple[str, str] = ("", "")) -> Path:
    """Write the small lesson and a Russian copy with one change; return the lesson's path."""
    path = tmp_path / "two-stores.md"
    path.write_text(TWO_STORES, encoding="utf-8")
    document = read(path)
    text = TWO_STORES.replace("title: Two stores", "title: Два хранилища")
    text = text.replace("Start the manager.", "Запустите менеджер.")
    headings = [line for line in TWO_STORES.splitlines() if line.startswith(("# ", "## "))]
    for number, heading in enumerate(headings):
        mark = f"<!-- kv:src {digest(prose(document, number))} -->"
        text = text.replace(f"{heading}\n", f"{heading}\n\n{mark}\n", 1)
    (tmp_path / "two-stores.ru.md").write_text(text.replace(*change), encoding="utf-8")
    return path


@pytest.mark.slow
def test_9_a_translation_in_sync_has_no_findings(tmp_path: Path) -> None:
    path = translated(tmp_path)

    assert check(path) == []
    told = load(path, "ru")
    assert (told.title, told.steps[0].prose.task) == ("Два хранилища", "Запустите менеджер.")
    assert told.languages == ("en", "ru")


@pytest.mark.slow
def test_9_a_block_that_differs_is_found_and_taken_over(tmp_path: Path) -> None:
    path = translated(tmp_path, ("kv> create store s1\n#PID<s1>", "kv> create store s2\n#PID<s1>"))
    written: list[str] = []

    before = [each.text for each in check(path)]
    code = sync_all([path], written.append)

    assert before == ["its blocks differ: kvshell learn --sync takes them over"]
    assert code == 0
    assert written == ["two-stores.ru.md: blocks taken over from two-stores.md"]
    assert check(path) == []
    assert sync_all([path], written.append) == 0
    assert written[-1] == "two-stores.ru.md: in sync"


@pytest.mark.slow
def test_9_the_feedback_on_a_mistake_may_be_translated(tmp_path: Path) -> None:
    path = translated(tmp_path, ("That asked for a second manager.", "Это второй менеджер."))

    assert check(path) == []
    assert load(path, "ru").steps[1].wrongs[0].say == "Это второй менеджер."


@pytest.mark.slow
def test_9_an_outdated_step_is_found_and_shown_in_the_original(tmp_path: Path) -> None:
    path = translated(tmp_path)
    text = TWO_STORES.replace("Start the manager.", "Start the manager, please.")
    path.write_text(text, encoding="utf-8")

    (finding,) = check(path)
    step = load(path, "ru").steps[0]

    assert finding.check == 9
    assert finding.text.startswith("stale: translate it again")
    assert step.prose.task == "Запустите менеджер."
    assert step.original is not None
    assert step.original.task == "Start the manager, please."


@pytest.mark.slow
def test_9_missing_steps_and_hints_are_found(tmp_path: Path) -> None:
    path = translated(tmp_path, ("<!-- kv:hint The command has three words. -->", ""))
    assert [each.text for each in check(path)] == ["1 hints; the original has 2"]

    path = translated(tmp_path, ("{#read}", "{#lies}"))
    found_ = list(out_of_sync(read(path), read(tmp_path / "two-stores.ru.md")))
    assert found_[0][0] == "steps"
    written: list[str] = []
    assert sync_all([path], written.append) == 1


@pytest.mark.slow
@pytest.mark.parametrize(("text", "code"), [(TWO_STORES, 0), ("## x\n\n```kvshell\n```\n", 2)])
def test_the_command_line_says_which_lessons_are_sound(
    text: str, code: int, tmp_path: Path
) -> None:
    path = tmp_path / "two-stores.md"
    path.write_text(text, encoding="utf-8")
    written: list[str] = []

    assert check_all([path], written.append) == code
    assert written[0].startswith("ERROR" if code else "ok  two-stores (10 checks, 5 steps, en)")


def test_a_finding_names_the_file_the_position_and_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "two-stores.md"
    path.write_text(TWO_STORES.replace(" {#read}", "").replace("true", "false"), encoding="utf-8")
    written: list[str] = []

    assert check_all([path], written.append) == 1

    assert f"{path}: check 8: read: the heading has no id: write ## TITLE {{#id}}" in written
    assert written[-1].startswith(f"{path}: check 1: line 20: ")
    assert written[-1].endswith(f"; kvshell replay {path} shows it")


@pytest.mark.parametrize("asked", ["--check", "--sync"])
def test_a_folder_without_lessons_is_reported(
    asked: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["learn", asked, str(tmp_path)]) == 2

    assert capsys.readouterr().out == "ERROR no lesson found: a lesson is a file that ends in .md\n"
