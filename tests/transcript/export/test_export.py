"""Exports: recordings, pictures and pages; and live replays as frames."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from kvshell.cli import main
from kvshell.transcript.export.frames import Machine
from kvshell.transcript.export.page import export
from kvshell.transcript.export.pictures import folded, terminal
from kvshell.transcript.format.parser import parse
from kvshell.transcript.run.line_timeout import LineTimeout
from kvshell.transcript.run.player import Settings
from kvshell.views import Caps
from kvshell.views.svg import SGR
from tests.transcript.running import Page, Replay

DOCUMENT = """\
---
title: Two <stores>
height: 20
---
## Start

It keeps a *map*.

```kvshell
kv> start manager
{:ok, #PID<mgr>}
kv> create store "<b>&日本"   # the first
#PID<s1>
```

<!--kvshell
kv> create store hidden
...
-->
<!-- a comment -->

## Look

<script src="http://x/y.js">alert(1)</script>
<b onclick="x()">raw</b> ![picture](http://x/y.png) [link](https://example.org)

```kvshell norun
kv> shown only
```

```kvshell
kv> get nobody k
** (MatchError) no match of right hand side value: :error
kv> explain create store s1
...
```

```elixir
iex> 1 <script>
```

| a | b |
|---|---|
| 1 | 2 |

The end.
"""
FAILING = DOCUMENT.replace("{:ok, #PID<mgr>}", ":no")


def exported(form: str, text: str = DOCUMENT, **options: float) -> str:
    done = export(parse("t.md", text), form, **options)  # type: ignore[arg-type]
    assert done.passes == (text == DOCUMENT)
    return done.text


# -- asciicast -------------------------------------------------------------------------------------


def test_a_cast_is_asciicast_version_3() -> None:
    header, *events = map(json.loads, exported("cast").splitlines())

    assert header["version"] == 3
    assert header["term"] == {"cols": 80, "rows": 20, "type": "xterm-256color"}
    assert header["title"] == "Two <stores>"
    for interval, code, data in events:
        assert isinstance(interval, float | int)
        assert interval >= 0
        assert code in {"o", "m", "x"}
        assert isinstance(data, str)
        assert "\n" not in data.replace("\r\n", "")
    assert [data for _, code, data in events if code == "m"] == ["Start", "Look"]
    assert events[-1][1:] == ["x", "0"]


def test_a_cast_types_key_by_key_and_shows_the_answers() -> None:
    events = [json.loads(line) for line in exported("cast").splitlines()[1:]]

    screen = SGR.sub("", "".join(data for _, code, data in events if code == "o"))
    assert "kv(1)> start manager\r\n{:ok, #PID<0.103.0>}\r\nkv(2)> create store" in screen
    assert "It keeps a map.\r\n" in screen
    assert "hidden" not in screen
    assert sum(1 for _, code, data in events if code == "o" and len(SGR.sub("", data)) == 1) > 40


def test_a_faster_cast_takes_less_time_and_casts_are_reproducible() -> None:
    def seconds(text: str) -> float:
        return float(sum(json.loads(line)[0] for line in text.splitlines()[1:]))

    slow, fast = exported("cast"), exported("cast", speed=4.0)

    assert seconds(fast) == pytest.approx(seconds(slow) / 4, rel=0.05)
    assert slow == exported("cast")


def test_a_cast_of_a_failing_document_ends_with_1() -> None:
    assert json.loads(exported("cast", FAILING).splitlines()[-1])[1:] == ["x", "1"]


# -- SVG -------------------------------------------------------------------------------------------


def test_a_picture_is_svg_and_loads_nothing() -> None:
    text = exported("svg")

    root = ET.fromstring(text)
    shown = " ".join("".join(element.itertext()) for element in root)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "## Look" in shown
    assert "日本" in shown
    assert "hidden" not in shown
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_long_lines_are_folded_as_a_terminal_does() -> None:
    assert folded("abcdef", 3) == ["abc", "def"]
    assert folded("", 3) == [""]
    assert folded("a\tb\tc", 12) == ["a       b  c"]
    assert folded("a日本", 3) == ["a日", "本"]
    assert folded("\x1b[1mabcd\x1b[0me", 3) == ["\x1b[1mabc\x1b[0m", "\x1b[1md\x1b[0me"]


# -- HTML ------------------------------------------------------------------------------------------


def test_a_page_is_html_and_loads_nothing() -> None:
    text = exported("html")

    page = Page(text)

    assert page.open == []
    assert page.loaded == []
    assert not {"script", "link", "img", "iframe", "b"} & set(page.tags)
    assert "url(" not in text
    assert "@import" not in text
    assert {"h1", "h2", "table", "em", "a"} <= set(page.tags)


def test_a_page_shows_the_article_and_its_sessions() -> None:
    page = Page(exported("html"))

    assert 'kv(2)> create store "<b>&日本"   # the first\n#PID<0.104.0>\n' in page.text
    assert "kv> shown only" in page.text
    assert "iex> 1 <script>" in page.text
    assert "hidden" not in page.text
    assert "a comment" not in page.text
    assert "Two <stores>" in page.text


# -- the command -----------------------------------------------------------------------------------


def test_export_runs_the_document_in_the_requested_design(replay: Replay) -> None:
    looks = "```kvshell\nkv> start manager\n...\nkv> tables\n...\n```\n"

    ets = replay(text=looks, verb="export", to="html", design="ets")
    plain = replay(text=looks, verb="export", to="html", design="plain")

    assert (ets.code, plain.code) == (0, 0)
    assert "KV.Registry" in ets.out
    assert "KV.Registry" not in plain.out


def test_export_writes_a_file_or_standard_output(replay: Replay, tmp_path: Path) -> None:
    assert replay(text=DOCUMENT, verb="export", to="svg").out.startswith("<svg ")
    ran = replay(text=FAILING, verb="export", to="html", output="out.html")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "kvshell: t.md does not do what it says: kvshell replay t.md\n"
    assert (tmp_path / "out.html").read_text().startswith("<!doctype html>")
    assert replay(text="prose", verb="export").code == 3
    assert replay(text="```kvshell\n```\n", verb="export").code == 2
    assert replay("t.md", "t.md:3", verb="export").code == 2
    assert replay("t.md", verb="export", output="no/such/folder").code == 2


def test_a_name_with_another_ending_says_what_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.md").write_text(DOCUMENT)

    assert main(["export", "t.md", "-o", "o.txt"]) == 2
    assert not (tmp_path / "o.txt").exists()
    assert capsys.readouterr().err == (
        "kvshell: a name in .txt does not say what to write to o.txt: "
        "name it .cast, .svg or .html, or add --to cast\n"
    )
    assert main(["export", "t.md", "-o", "o.txt", "--to", "cast"]) == 0
    assert (tmp_path / "o.txt").read_text().startswith('{"version"')


# -- live ------------------------------------------------------------------------------------------


def machine(watchdog: LineTimeout, text: str = DOCUMENT, caps: Caps | None = None) -> Machine:
    document = parse("t.md", text)
    return Machine(document, Settings(), watchdog, caps or Caps(width=80, plain=False))


def rest(playing: Machine) -> str:
    text = ""
    while (frame := playing.next()) is not None:
        text += frame.text
    return text


def test_a_live_replay_shows_prose_prompt_keys_and_answer() -> None:
    with LineTimeout() as watchdog:
        playing = machine(watchdog)
        kinds = []
        while (frame := playing.next()) is not None and playing.done < 2:
            kinds.append(frame.kind)
        playing.close()

    assert kinds[:4] == ["prose", "prose", "prompt", "key"]
    assert kinds.count("key") == len("start manager") + 1


def test_back_repeats_the_prefix_and_restores_the_screen() -> None:
    with LineTimeout() as watchdog:
        playing = machine(watchdog)
        whole = rest(playing)
        done = playing.done
        shorter = playing.back()
        assert playing.done == done - 1
        again = shorter + rest(playing)
        assert playing.back() == shorter
        screens = [playing.back() for _ in range(10)]
        playing.close()

    assert again == whole
    assert whole.startswith(shorter)
    assert screens[-1] == ""


def test_hurry_shows_the_next_command_at_once() -> None:
    with LineTimeout() as watchdog:
        playing = machine(watchdog)
        playing.hurry()
        frames = []
        while (frame := playing.next()) is not None and playing.done < 2:
            frames.append(frame)
        playing.close()

    assert all(frame.after_ms == 0 for frame in frames)
    assert "".join(frame.text for frame in frames).endswith("{:ok, #PID<0.103.0>}\n")


def test_changes_of_a_take_over_are_discarded() -> None:
    with LineTimeout() as watchdog:
        playing = machine(watchdog)
        playing.next()
        left = playing.finish()
        playing.session.run("stop manager")
        screen = playing.give_back()
        assert playing.done == 1
        tail = rest(playing)
        playing.close()

    assert left.endswith("{:ok, #PID<0.103.0>}\n")
    assert screen.endswith(left[-20:])
    assert "#PID<0.104.0>" in tail
    assert not playing.failed


def test_colours_are_those_of_the_prompt() -> None:
    document = parse("t.md", DOCUMENT)
    with LineTimeout() as watchdog:
        playing = Machine(document, Settings(), watchdog, terminal(document))
        text = rest(playing)
        playing.close()

    assert "\x1b[1ms\x1b[0m\x1b[1mt\x1b[0m" in text


@pytest.mark.parametrize(
    ("form", "shown"), [("html", '<h2 id="first">First</h2>'), ("cast", "First")]
)
def test_the_id_of_a_step_is_not_shown_to_a_reader(form: str, shown: str) -> None:
    text = "## First {#first}\n\n```kvshell\nkv> self\n...\n```\n"

    written = export(parse("t.md", text), form).text

    assert shown in written
    assert "{#first}" not in written


ELIXIR = """\
---
elixir: run
---
```elixir
x = 3
iex> 1 + 1
2
```

```elixir
defmodule One do
  def one, do: 1
end
```

```elixir
test "one" do
  assert One.one() == 1
end
```
"""
TYPED = """\
```kvshell
kv> defmodule Two do
...>   def two, do: 2
...> end
...
```
"""


def test_a_page_plays_blocks_of_elixir_and_runs_their_tests() -> None:
    page = re.sub(r"<[^>]*>", "", export(parse("t.md", ELIXIR), "html").text)

    assert "x = 3\n\nkv(1)&gt; 1 + 1\n2\n" in page
    assert "defmodule One do\n  def one, do: 1\nend\n" in page
    assert "ExUnit.run()" in page
    assert "1 test, 0 failures" in page


def test_a_film_shows_a_block_of_elixir_once() -> None:
    film = export(parse("t.md", ELIXIR), "cast").text

    assert film.count("iex>") == 0
    assert "1 test, 0 failures" in film


def test_a_command_of_several_lines_has_several_on_a_page() -> None:
    page = re.sub(r"<[^>]*>", "", export(parse("t.md", TYPED), "html").text)

    assert "kv(1)&gt; defmodule Two do\n...&gt;   def two, do: 2\n...&gt; end\n" in page
