"""The pytest plugin in a project that has kvshell installed."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.transcript.running import block

STEPS = (
    "# Two stores\n\n## Start\n\n" + block("kv> start manager\n{:ok, #PID<mgr>}")
    + "\n## Ask\n\n" + block("kv> lookup s1\n:wrong\nkv> stores\n[]")
    + "\n## Later\n\n" + block("kv> nonsense", 'skip="not yet"')
    + "\n## Ask\n\n" + block("kv> stop manager\n:ok")
)  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pytest.ini").write_text("[pytest]\nkvshell_paths = docs\n")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "02.md").write_text(STEPS)
    (tmp_path / "docs" / "prose.md").write_text("---\nlayout: x\n---\nprose\n")
    (tmp_path / "other.md").write_text(STEPS)
    return tmp_path


def run(project: Path, *words: str, ci: bool = False) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "CI": "1" if ci else ""}
    plain = ["-p", "no:cacheprovider", "-p", "no:hypothesispytest"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *plain, *words],
        cwd=project, env=environ, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_each_step_is_an_item_of_one_run(project: Path) -> None:
    done = run(project, "-v", "--junitxml=out.xml")

    lines = done.stdout.splitlines()
    assert done.returncode == 1
    assert [
        line.split(" ")[:-2] for line in lines if line.startswith("docs/") and "[" in line
    ] != []
    for said in (
        "docs/02.md::Start PASSED", "docs/02.md::Ask FAILED", "docs/02.md::Later SKIPPED (not yet)",
        "docs/02.md::Ask (2) PASSED",
    ):  # fmt: skip
        assert any(line.startswith(said) for line in lines), done.stdout
    assert "FAIL docs/02.md:13  Two stores › Ask › kv> lookup s1" in done.stdout
    assert "Traceback" not in done.stdout
    cases = ET.parse(project / "out.xml").getroot().iter("testcase")
    assert [case.get("name") for case in cases] == ["Start", "Ask", "Later", "Ask (2)"]


@pytest.mark.slow
def test_k_runs_a_step_with_everything_before_it(project: Path) -> None:
    assert "1 passed, 3 deselected" in run(project, "-k", "Start", "-q").stdout
    assert "1 passed" in run(project, "docs/02.md::Ask (2)", "-q").stdout


@pytest.mark.slow
def test_kv_update_rewrites_and_ci_refuses(project: Path) -> None:
    refused = run(project, "--kv-update", "-q", ci=True)
    assert "in CI nothing is rewritten" in refused.stdout

    updated = run(project, "--kv-update", "-q")

    assert updated.returncode == 0
    assert (project / "docs" / "02.md").read_text() == STEPS.replace(":wrong", ":error")
    assert (project / "other.md").read_text() == STEPS


@pytest.mark.slow
def test_a_malformed_document_is_a_collection_error(project: Path) -> None:
    (project / "docs" / "bad.md").write_text("```kvshell frsh\nkv> a\n```\n")

    done = run(project, "-q")

    assert "docs/bad.md:1:12: no attribute 'frsh': did you mean fresh?" in done.stdout
