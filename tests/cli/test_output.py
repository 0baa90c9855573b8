"""Standard output that is full or cannot encode a character gives one sentence in every mode."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

LINES = "kv> start manager\n...\nkv> self\n...\n"


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize(
    "words",
    ["--help", "--version", "--spec", "-c help", "replay --help", "learn --list", "check {}",
     "replay {}", "replay --json {}", "export {}", "explore {}", "config --path"],
)  # fmt: skip
def test_unwritable_output_is_one_error_line_in_every_mode(words: str, tmp_path: Path) -> None:
    document = tmp_path / "t.md"
    document.write_text(
        "~~~kvshel\n~~~\n\n~~~kvshell\nkv> start manager\n...\nkv> self\n...\n~~~\n"
    )
    given = [word.format(document) for word in words.split()]
    for redirected, why in ((">/dev/full", "No space left on device"),
                            (">&-", "standard output is closed")):  # fmt: skip
        shell = f'"$0" -m kvshell "$@" {redirected}'
        done = subprocess.run(  # the shell alone can close a descriptor
            ["/bin/sh", "-c", shell, sys.executable, *given],
            capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr.splitlines()[-1]) == (
            4, f"kvshell: cannot write to standard output: {why}",
        )  # fmt: skip
        assert "fault" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii:strict", "latin-1", "cp437"])
def test_characters_missing_in_the_encoding_are_replaced(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "t.md").write_text("# Ⓗ日本\n\n## é\n\n~~~kvshell\nkv> self\n日本\n~~~\n")
    for words in (["replay", "t.md"], ["check", "t.md"], ["-c", "create store 日本"]):
        done = subprocess.run(  # ourselves
            [sys.executable, "-m", "kvshell", *words],
            capture_output=True, cwd=tmp_path, check=False, stdin=subprocess.DEVNULL,
            env={**os.environ, "PYTHONIOENCODING": encoding},
        )  # fmt: skip
        assert done.returncode in {0, 1}
        assert b"fault" not in done.stderr
        done.stdout.decode(encoding.partition(":")[0])
