"""Runs the kvshell command, in this process or as a separate program."""

import contextlib
import io
import os
import subprocess
import sys
from typing import NamedTuple

from kvshell.cli import main


class Done(NamedTuple):
    """The exit code and the output of a command."""

    code: int
    out: str
    err: str = ""


def run(*words: str, stdin: bytes | str = b"") -> Done:
    """Call `main` with these arguments and standard streams that are not terminals."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n") for _ in range(2))
    data = stdin.encode() if isinstance(stdin, str) else stdin
    before, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(data), encoding="utf-8")
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(words)
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 1
    finally:
        sys.stdin = before
    return Done(code, _text(out), _text(err))


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    data = stream.buffer
    assert isinstance(data, io.BytesIO)
    return data.getvalue().decode(stream.encoding)


def program(*words: str) -> list[str]:
    """Return the argument list that starts the command as a program."""
    return [sys.executable, "-m", "kvshell", *words]


def start(*words: str, **options: object) -> "subprocess.Popen[bytes]":
    """Start the command with pipes for its three streams, unless `options` say otherwise."""
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(program(*words), **(streams | options))  # type: ignore[call-overload, no-any-return]


def finish(process: "subprocess.Popen[bytes]", stdin: bytes = b"") -> Done:
    """Send `stdin` to a started command and wait until it ends."""
    with process:
        try:
            out, err = process.communicate(stdin, timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    return Done(process.returncode, (out or b"").decode(), (err or b"").decode())


def environment(**variables: str) -> dict[str, str]:
    """Return the environment with these variables, and without others that change the output."""
    kept = {
        name: value
        for name, value in os.environ.items()
        # COVERAGE_ would start coverage in a child, which adds to the child's imports.
        if not name.startswith(("LC_", "LANG", "KVSHELL", "COLOR", "COVERAGE_"))
        and name != "NO_COLOR"
    }
    return kept | {"LANG": "C.UTF-8"} | variables
