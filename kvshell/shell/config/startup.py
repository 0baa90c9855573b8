"""`startup.kv`: lines that run before the first prompt, like `.iex.exs`."""

from collections.abc import Callable, Iterator
from pathlib import Path

from kvshell.commands.language.message import Message
from kvshell.session.host import Runner
from kvshell.shell.prompt.entries import entries

MOST_BYTES = 1_000_000


def run(path: Path, session: Runner, unfinished: Callable[[str], bool]) -> Iterator[str]:
    """Run the lines of a file; yield a message with the position if one fails.

    Answers are not shown and lines are not counted, so the first prompt has number 1; what the
    lines bound and started is kept. Stops at the first error.
    """
    try:
        if path.is_fifo():  # a pipe: reading it would block until someone writes
            yield Message("{path} is a pipe, not a file", path=path)
            return
        if path.stat().st_size > MOST_BYTES:
            yield Message(
                "{path} is longer than {most:,} bytes and was not run", path=path, most=MOST_BYTES
            )
            return
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return
    except OSError as error:
        yield Message("cannot read {path}: {why}", path=path, why=error.strerror)
        return
    except UnicodeDecodeError:
        yield Message("{path} is not UTF-8", path=path)
        return
    at = 1
    for entry in entries(text, unfinished):
        at += text.split("\n")[at - 1 :].index(entry.split("\n")[0])
        for result in session.run(entry, counted=False):
            if result.error is not None:
                yield f"{path.name}:{at}: {result.error}"
                return
            if result.open is not None:
                yield Message(
                    "{place}: {line} is not for a start-up script",
                    place=f"{path.name}:{at}",
                    line=entry.strip(),
                )
                return
        session.settle(1.0)
        at += entry.count("\n") + 1
