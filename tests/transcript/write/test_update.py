"""`replay --update`: what it rewrites and what it keeps, on real files and real sessions."""

import os
import subprocess

import pytest

from kvshell.transcript.format.parser import parse
from kvshell.transcript.replay import play_document
from kvshell.transcript.run.player import Settings
from kvshell.transcript.write.updating import NotUpdatedError, Rewritten
from tests.transcript.running import Replay, block, play
from tests.transcript.write.updates import START, Update, body, new_text

# -- only expected output is rewritten -------------------------------------------------------------


def test_u1_everything_but_expectations_is_kept_byte_for_byte() -> None:
    before = (
        "\ufeff---\r\ntitle:   T\r\n---\r\nProse  \twith  blanks   \r\n\r\n> quoted\r\n\r\n"
        "1. item\r\n\r\n   ```kvshell   id=x\r\n   kv(7)> start manager   # note  \r\n   :old\r\n"
        "   \r\n   iex>   stores\r\n   ```\r\n\r\nlast line without newline"
    )

    after = new_text(before)

    assert after == before.replace(":old\r\n", "{:ok, #PID<manager>}\r\n").replace(
        "   iex>   stores\r\n", "   iex>   stores\r\n   []\r\n"
    )


def test_u1_commands_that_did_not_run_to_completion_keep_their_text() -> None:
    text = block("kv> repeat 100000000 self\n:old\nkv> stores\n:older", "timeout=30ms") + block(
        "kv> exit\nkv> stores\n:oldest", "fresh"
    )

    assert new_text(text) == text


def test_u1_a_session_that_quit_keeps_the_rest() -> None:
    text = block("kv> lookup s1\n:old\nkv> exit\nkv> stores\n:kept")

    assert body(new_text(text)).splitlines()[-3:] == ["kv> exit", "kv> stores", ":kept"]
    assert ":old" not in new_text(text)


# -- lines that still match are kept ---------------------------------------------------------------


def test_u2_lines_that_still_match_keep_their_authors_text() -> None:
    text = block(
        START
        + "kv> create store s1\n#PID<s1>\nkv> put s1 a 1; get s1 a; keys s1\n"
        + ':ok   \n${n:int}\n["b"]'
    )

    assert new_text(text) == text.replace('["b"]', '["a"]')


def test_u2_gaps_stay_where_they_are() -> None:
    text = block(START + "kv> stores; stores; lookup x\n...\n:errror")

    assert new_text(text) == text.replace(":errror", ":error")


# -- changed lines keep their holes ----------------------------------------------------------------


def test_u3_holes_that_fit_are_kept_in_a_changed_line() -> None:
    text = block(START + "kv> create store s1\n{:okay, #PID<s1>}\nkv> lookup s1\n{:oh, ${s1}}")

    assert body(new_text(text)).splitlines()[2:] == [
        "kv> create store s1", "#PID<s1>", "kv> lookup s1", "{:ok, ${s1}}",
    ]  # fmt: skip


def test_u3_a_pid_that_has_a_name_is_written_as_that_name() -> None:
    text = block(START + "kv> create store s1\n#PID<s1>\nkv> lookup s1\n:error")

    assert body(new_text(text)).splitlines()[-1] == "{:ok, #PID<s1>}"


def test_u3_an_unknown_pid_gets_a_name_from_context() -> None:
    text = block(
        "kv> start manager\nkv> create store shopping\nkv> {:ok, b} = create store x; self\n"
        'kv> x = create store x\nkv> create store "two words"\nkv> call shopping :a'
    )

    lines = new_text(text).splitlines()

    assert lines[2:5] == ["{:ok, #PID<manager>}", "kv> create store shopping", "#PID<shopping>"]
    assert lines[6].startswith("** (MatchError) no match of right hand side value: #PID<b>")
    assert lines[8] == "#PID<b>"
    assert lines[10] == "#PID<two_words>"


def test_u3_a_name_that_the_author_uses_further_down_is_given_to_that_process() -> None:
    text = block(
        "kv> start manager\n...\nkv> create store a\nkv> create store b\n"
        "kv> lookup a\n{:ok, #PID<first>}\nkv> lookup b\n{:ok, #PID<a>}"
    )

    lines = new_text(text, new_only=True).splitlines()

    assert (lines[4], lines[6]) == ("#PID<first>", "#PID<a>")
    assert play(new_text(text, new_only=True)).code == 0


def test_u3_a_literal_pid_is_never_written() -> None:
    text = block("kv> start manager\n:old\nkv> self\n:old\nkv> ets new t\n:old\nkv> processes")

    after = new_text(text)

    assert "#PID<0." not in after
    assert "#Reference<0." not in after


# -- names whose process has changed ---------------------------------------------------------------

CONFLICT = block(
    START + "kv> create store s1\n#PID<s1>\nkv> stop s1; create store s1\n:ok\n#PID<s1>"
)


def test_u4_an_identity_conflict_is_shown_and_left_unchanged(update: Update) -> None:
    ran, text = update(CONFLICT)

    assert (ran.code, text) == (1, CONFLICT)
    assert "identity: #PID<s1> was #PID<0.104.0> at line 5" in ran.out
    assert "t.md:6 is left as it is: another process: expected #PID<s1>" in ran.err


def test_u4_two_names_for_one_process_are_left_unchanged() -> None:
    text = block(START + "kv> create store s1\n#PID<s1>\nkv> create store s1\n#PID<s2>")

    assert new_text(text) == text


def test_u4_a_conflict_in_a_cell_of_a_changed_row_is_left_unchanged() -> None:
    text = new_text(
        block(START + "kv> create store s1\n#PID<s1>\nkv> stop s1; create store s1; registry")
    )
    text = text.replace("kv> stop s1; create", "kv> create").replace(":ok\n#PID<s1_2>", "#PID<s1>")
    text = text.replace("#PID<s1_2>", "#PID<mgr>").replace("alive", "dead")

    assert new_text(text) == text


def test_u4_accept_identity_writes_the_other_name(update: Update) -> None:
    ran, text = update(CONFLICT, accept_identity=True)

    assert ran.code == 0
    assert body(text).splitlines()[-1] == "#PID<s1_2>"


# -- gaps; blocks that fail or are skipped ---------------------------------------------------------


def test_u5_a_gap_is_never_extended_over_a_new_error() -> None:
    text = block(START + "kv> lookup x; get x k\n...")

    assert body(new_text(text)).splitlines()[3:] == [
        "...", "** (MatchError) no match of right hand side value: :error",
    ]  # fmt: skip


def test_u6_fails_and_skip_blocks_are_not_updated() -> None:
    text = block(START) + block("kv> stores\n:no", 'fails="a"') + block("kv> x", 'skip="b"')

    assert new_text(text) == text


def test_u6_display_only_and_wrong_blocks_are_not_updated() -> None:
    text = block(START) + block("kv> stores\n:no", "norun") + block("kv> stores\n:no", "wrong")

    assert new_text(text) == text


def test_r2_a_session_line_without_output_is_not_filled_in() -> None:
    text = block(START) + block("kv> create store s1\nkv> lookup s1\n:no", "session=b")

    assert body(new_text(text)).splitlines()[-3:] == [
        "kv> create store s1", "kv> lookup s1", "{:ok, #PID<s1>}",
    ]  # fmt: skip


# -- escapes and tables ----------------------------------------------------------------------------


def test_u7_output_that_would_be_structure_is_escaped() -> None:
    text = block("kv> explain ${x:int}\n").replace("${x:int}", r"\${x:int}")

    assert play(new_text(text)).code == 0


def test_u7_cells_with_holes_are_padded_to_align() -> None:
    text = block(
        START
        + "kv> create store s1\n#PID<s1>\nkv> create store s2\n#PID<a_longer_name>\nkv> registry"
    )

    assert body(new_text(text)).splitlines()[7:] == [
        "╭──────┬─────────────────────┬─────────┬───────┬───────┬───────╮",
        "│ name │ pid                 │ process │ owner │ table │ state │",
        "├──────┼─────────────────────┼─────────┼───────┼───────┼───────┤",
        "│ s1   │ #PID<s1>            │ alive   │ yes   │ yes   │ fresh │",
        "│ s2   │ #PID<a_longer_name> │ alive   │ yes   │ yes   │ fresh │",
        "╰──────┴─────────────────────┴─────────┴───────┴───────┴───────╯",
    ]


def test_u7_a_fence_in_the_output_makes_the_blocks_fence_longer() -> None:
    text = '```kvshell\nkv> start manager\n...\nkv> create store "```"; stores\n...\n```\n'
    text = text.replace("stores\n...", 'registry "```"')

    assert play(new_text(text)).code == 0


def test_u7_a_hidden_block_stays_hidden() -> None:
    text = '<!--kvshell\nkv> start manager\n...\nkv> create store "-->"\n...\nkv> stores\n-->\n'
    text = text.replace('"-->"', '"--\\>"')

    after = new_text(text)

    assert '["--\\>"]\n-->\n' in after
    assert play(after).code == 0


# -- the new text must pass ------------------------------------------------------------------------


def test_u8_nondeterministic_output_is_left_unchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    text = block("kv> stores\n:old")
    document = parse("t.md", text)
    runs = iter(range(100))

    def changing(each: object) -> object:
        played = play_document(each, Settings(), lambda _: None)  # type: ignore[arg-type]
        first = played.checked[0]
        from kvshell.transcript.match.outcome import Status

        changed = first._replace(printed=(f"run {next(runs)}",), status=Status.failed)
        return played._replace(checked=(changed,))

    rewritten = Rewritten(document, changing)  # type: ignore[arg-type]

    with pytest.raises(NotUpdatedError, match="not reproducible: lines 2"):
        rewritten.rewrite(new_only=False, accept=False, ask=None)


def test_u8_a_text_that_would_not_parse_is_not_written(update: Update) -> None:
    text = block(
        START
        + "kv> create store s1\n{:ok, #PID<s1>}\n"
        + "kv> lookup s2\n{:ok, #PID<s2>}\nkv> alive ${s2}\ntrue"
    )

    ran, after = update(text)

    assert (ran.code, after) == (1, text)
    assert "t.md is left as it is: the new text would be malformed: t.md:8:11: ${s2}" in ran.err


def test_u8_the_file_is_replaced_atomically_and_keeps_its_mode(update: Update) -> None:
    update.file.write_text("x")
    update.file.chmod(0o640)

    ran, _ = update(block("kv> self"))

    assert ran.code == 0
    assert update.file.stat().st_mode & 0o777 == 0o640
    assert os.listdir(update.file.parent) == ["t.md"]  # noqa: PTH208  # names are enough


# -- files that must not be rewritten --------------------------------------------------------------


def test_u9_in_ci_only_update_all_rewrites(update: Update, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "1")

    for how in ("bare", "new", "ask"):
        ran, text = update(block("kv> self"), how)
        assert (ran.code, text) == (2, block("kv> self"))
        assert "in CI nothing is rewritten" in ran.err
    assert update(block("kv> self"), "all")[0].code == 0


def test_u9_a_file_that_is_modified_in_git_needs_force(update: Update) -> None:
    def git(*words: str) -> None:
        subprocess.run(
            ["git", "-c", "user.name=n", "-c", "user.email=e@x", *words],
            cwd=update.file.parent, check=True, capture_output=True,
        )  # fmt: skip

    git("init", "-q")
    assert update(block("kv> self"))[0].code == 0  # not tracked
    git("add", "t.md")
    git("commit", "-q", "-m", "x")

    ran, _ = update(block("kv> self"))

    assert ran.code == 2
    assert "t.md is modified in git: commit it first, or --force" in ran.err
    assert update(block("kv> self"), force=True)[0].code == 0


def test_u9_standard_input_and_other_designs_are_refused(replay: Replay) -> None:
    assert replay("-", update="all").code == 2
    assert replay(text=block("kv> self"), update="all", design="plain").code == 2
    assert replay(text=block("kv> self"), update="all", match="x").code == 2
