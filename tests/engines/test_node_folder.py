"""The folder of a cluster's nodes is private, locked while in use, and never left behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kvshell.engines.beam.node_folder import PREFIX, NodeFolder

OWNER = """
import signal
from kvshell.engines.beam.node_folder import NodeFolder
print(NodeFolder().path, flush=True)
signal.pause()
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_a_killed_session_s_folder_is_removed_by_the_next_and_a_running_one_s_is_not(
    temporary: Path,
) -> None:
    owners = [
        subprocess.Popen(
            [sys.executable, "-c", OWNER],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "TMPDIR": str(temporary)},
        )
        for _ in range(2)
    ]
    folders = [Path(owner.stdout.readline().strip()) for owner in owners if owner.stdout]
    owners[0].send_signal(signal.SIGKILL)
    owners[0].communicate()
    (temporary / f"{PREFIX}file").touch()
    (temporary / f"{PREFIX}link").symlink_to(folders[1])
    assert folders[0].is_dir()

    mine = NodeFolder()

    assert not folders[0].exists()
    assert folders[1].is_dir()
    assert {path.name for path in temporary.iterdir()} == {
        folders[1].name,
        mine.path.name,
        f"{PREFIX}file",
        f"{PREFIX}link",
    }
    assert mine.path.stat().st_mode & 0o077 == 0
    mine.close()
    mine.close()
    assert not mine.path.exists()
    owners[1].kill()
    owners[1].communicate()
