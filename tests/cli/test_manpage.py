import shutil
import subprocess

import pytest

from tests.pages import manpage


def test_the_manual_page_names_every_mode_and_option() -> None:
    text = manpage.FILE.read_text(encoding="utf-8").replace("\\-", "-")

    for word in ("kvshell", "explore", "completion", "--budget", "--no-config", "Exit codes"):
        assert word in text


@pytest.mark.skipif(shutil.which("man") is None, reason="no man here")
def test_man_formats_the_page_without_warnings() -> None:
    words = ["man", "--warnings", "-l", str(manpage.FILE)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=30, check=False)

    assert done.returncode == 0
    assert "warning" not in done.stderr
