"""No export or report contains control characters, whatever is in the document."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from kvshell.transcript.export.page import export
from kvshell.transcript.format.parser import parse
from kvshell.transcript.format.targets import documents, root
from kvshell.views.svg import SGR
from tests.transcript.running import Page, Replay

# -- every document, and every character -----------------------------------------------------------


def _transcripts() -> list[object]:
    folder = root()
    found: list[Path] = [] if folder is None else documents(folder)
    return [
        # Left out because each export plays the document, which starts three nodes.
        pytest.param(each, marks=[pytest.mark.slower] if each.match("articles/nodes.md") else [])
        for each in found
    ]


@pytest.mark.slow
@pytest.mark.parametrize("path", _transcripts(), ids=lambda path: path.stem)
def test_every_transcript_can_be_exported_in_every_form(path: Path) -> None:
    document = parse(path.name, path.read_bytes())
    if not document.commands():
        return

    film, picture, page = (export(document, form).text for form in ("cast", "svg", "html"))

    assert all(json.loads(line) for line in film.splitlines())
    assert ET.fromstring(picture).tag.endswith("svg")
    assert Page(page).open == []
    for text in (film, picture, page):
        assert text.replace("\n", "").isprintable() or not RAW.search(text)


def test_a_value_of_an_earlier_line_can_be_exported() -> None:
    text = "```kvshell\nkv> self\n#PID<me>\nkv> v(1)\n#PID<me>\n```\n"

    for form in ("cast", "svg", "html"):
        assert export(parse("t.md", text), form).passes


RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
NASTY = "a\x1b]0;owned\x07b\x1b[31mc\x9b2Jd\u202ee\uffff\ufffef\x00g\u2066h&<'\"\u2028"


def test_no_character_of_a_document_reaches_an_export_raw(tmp_path: Path) -> None:
    text = (
        f"---\ntitle: T{NASTY}\n---\n# H{NASTY}\n\n## S{NASTY} {{#s}}\n\nprose {NASTY} `{NASTY}` "
        f"[link](<http://x/{NASTY}>)\n\n<b title='{NASTY}'>\n\n"
        f"```kvshell\nkv> help   # {NASTY}\n...\n```\n\n```kvshell norun\nkv> {NASTY}\n```\n"
    )
    document = parse(f"{NASTY}.md", text)

    for form in ("cast", "svg", "html"):
        shown = export(document, form).text
        if form == "svg":
            ET.fromstring(shown)
        if form == "html":
            assert Page(shown).open == []
        if form == "cast":
            shown = "".join(SGR.sub("", str(json.loads(line))) for line in shown.splitlines())
            shown = re.sub(r"\\x1b\[[\d;]*m", "", shown)
            assert "\\x1b" not in shown
            assert "\\x9b" not in shown
            continue
        assert RAW.search(shown) is None, (form, ascii(RAW.search(shown)))


@pytest.mark.parametrize("report", ["text", "trace", "json", "junit", "github"])
def test_no_character_of_a_document_reaches_a_report_raw(
    report: str, replay: Replay, tmp_path: Path
) -> None:
    name = NASTY.replace("/", "").replace("\x00", "") + "\n.md"
    text = (
        f"---\ntitle: T{NASTY}\n---\n# H{NASTY}\n\n## S{NASTY}\n\n"
        f"```kvshell\nkv> self   # {NASTY}\n{NASTY}\n```\n\n"
        f'```kvshell skip="{NASTY[:-7]}"\nkv> a\n```\n'
    )
    (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / f"bad{name}").write_text(f"```kvshell\n{NASTY}\n```\n", encoding="utf-8")

    ran = replay(name, f"bad{name}", report=report)

    assert ran.code == 2
    assert RAW.search(ran.out + ran.err) is None, ascii(RAW.search(ran.out + ran.err))
    if report == "junit":
        ET.fromstring(ran.out)
    if report == "json":
        assert all(json.loads(line) for line in ran.out.splitlines())
    if report == "github":
        assert [line[:8] for line in ran.out.splitlines()][:2] == ["::error ", "::error "]


@pytest.mark.parametrize("report", ["text", "json", "github"])
def test_no_character_of_a_document_reaches_a_check_raw(
    report: str, replay: Replay, tmp_path: Path
) -> None:
    name = NASTY.replace("/", "").replace("\x00", "") + "\n.md"
    (tmp_path / name).write_text(f"~~~kvshel {NASTY}\nkv> x\n~~~\n", encoding="utf-8")
    (tmp_path / f"bad{name}").write_text(f"```kvshell {NASTY}\n```\n", encoding="utf-8")

    ran = replay(name, f"bad{name}", report=report, verb="check")
    listed = replay(name, f"bad{name}", list_only=True)
    missing = replay(f"no{name}")
    exported_ = replay(f"bad{name}", verb="export", output=f"/no/{name}")

    for each in (ran, listed, missing, exported_):
        assert RAW.search(each.out + each.err) is None, ascii(RAW.search(each.out + each.err))
    assert ran.code == 2
    assert len(ran.out.splitlines()) == 2
    assert len(missing.err.splitlines()) == 1
