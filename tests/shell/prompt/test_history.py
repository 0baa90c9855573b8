import asyncio
from pathlib import Path

from kvshell.shell.prompt import history
from kvshell.shell.prompt.history import HistoryFile
from tests.shell.terminal import FakeHost, talk


async def _load(lines: HistoryFile) -> list[str]:
    return [line async for line in lines.load()]


def loaded(path: Path) -> HistoryFile:
    lines = HistoryFile(path)
    asyncio.run(_load(lines))
    return lines


def test_typed_lines_are_available_in_the_next_session(tmp_path: Path) -> None:
    path = tmp_path / "state" / "history"
    first, second = FakeHost(), FakeHost()

    talk(first, ("kv(1)>", "lookup žluťoučký\r"), ("kv(2)>", "\x04"), history=HistoryFile(path))
    talk(
        second,
        ("kv(1)>", "\x1b[A"),
        ("lookup žluť", "\r"),
        ("kv(2)>", "\x04"),
        history=HistoryFile(path),
    )

    assert second.lines == ["lookup žluťoučký"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_world_readable_history_file_becomes_private(tmp_path: Path) -> None:
    path = tmp_path / "history"
    path.write_text("stores\n")
    path.chmod(0o644)

    assert list(loaded(path).newest()) == ["stores"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_repeated_blank_and_space_prefixed_lines_are_not_stored(tmp_path: Path) -> None:
    lines = loaded(tmp_path / "history")

    for line in ("stores", "stores", "  ", " put s1 secret 1", "get s1 x", "stores"):
        lines.append_string(line)

    assert (tmp_path / "history").read_text() == "stores\nget s1 x\nstores\n"


def test_a_long_history_is_truncated_to_its_newest_lines(tmp_path: Path) -> None:
    path = tmp_path / "history"
    path.write_text("".join(f"put s1 key{n} {'x' * 100}\n" for n in range(11_000)))

    newest = list(loaded(path).newest())

    assert len(newest) == history.KEPT
    assert newest[0].startswith("put s1 key10999 ")
    assert path.stat().st_size < history.TRIMMED_OVER_BYTES
    assert [child.name for child in tmp_path.iterdir()] == ["history"]


def test_an_unwritable_history_file_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    lines = loaded(tmp_path / "file" / "history")

    lines.append_string("stores")

    assert lines.trouble is not None
    assert list(lines.newest()) == ["stores"]


def test_a_history_problem_is_reported_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    lines = HistoryFile(tmp_path / "file" / "history")

    terminal = talk(
        FakeHost(),
        ("kv(1)>", "lookup x\r"),
        ("kv(2)>", "stores\r"),
        ("kv(3)>", "\x04"),
        history=lines,
    )

    assert terminal.text.count("history is not kept: ") == 1
