"""`kvshell check` reports likely mistakes without running anything."""

import json
from pathlib import Path

import pytest

from kvshell.cli import main
from tests.transcript.running import Replay, block

DOUBTFUL = """\
```kvshel
kv> x
```

```kvshell
kv> strat manager
kv> put s1
kv> self
#PID<0.100.0>
kv> nope
** (CommandError) ${_}
kv> as b x = lookup s1
:ok
```

text <!-- kv:hint x --> and `<!-- kv:hint y -->`

<!-- kvshell
kv> a
-->

```kvshell session=b
kv> $x
kv> registry
```

```kvshell session=c
kv> alive s1
```

<!--kvshell goal
kv> lookup s1
:error
kv> create store x
...
-->
"""


def test_check_points_at_likely_mistakes_and_runs_nothing(replay: Replay) -> None:
    ran = replay(text=DOUBTFUL, verb="check")

    assert ran.code == 0
    assert ran.out.splitlines() == [
        "t.md:1:1: warning: this block is not run: its language is kvshel, not kvshell",
        "t.md:6:5: warning: no command strat: did you mean `start manager`?",
        "t.md:7:5: warning: usage: put STORE KEY VALUE",
        "t.md:9:1: warning: #PID<0.100.0> is compared literally: give it a name",
        "t.md:16:6: warning: <!-- kv: inside a paragraph is prose: it begins a line of its own",
        "t.md:18:1: warning: a comment: <!--kvshell (no space) runs",
        "t.md:24:5: warning: registry reads everything: it conflicts with every step",
        "t.md:28:5: warning: alive reads everything: it conflicts with every step",
        "t.md:34:5: warning: a goal only looks, and create store does more",
    ]


def test_check_points_at_an_invalid_name(replay: Replay) -> None:
    text = block("kv> self\n#PID<s-1>\nkv> self\n${a b}\nkv> self\n#PID<s1>\nkv> self\n\\${x}")
    ran = replay(text=text, verb="check")

    assert (ran.code, ran.out.splitlines()) == (
        0,
        [
            "t.md:3:1: warning: #PID<s-1> is not a name: use letters, digits and _",
            "t.md:5:1: warning: ${a b} is not a name: use letters, digits and _",
        ],
    )


def test_check_of_a_malformed_document_ends_with_2(replay: Replay, tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_text("```kvshell frsh\nkv> a\n```\n")
    (tmp_path / "prose.md").write_text("---\nlayout: x\n---\n")

    assert replay("bad.md", verb="check").code == 2
    ran = replay(".", verb="check", report="json")
    assert json.loads(ran.out)["message"] == "no attribute 'frsh': did you mean fresh?"
    shown = replay("bad.md", verb="check", report="github").out
    assert shown.startswith("::error file=bad.md,line=1,col=12,title=kvshell check::no attribute")


def test_if_nothing_can_be_checked_a_message_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A hook may pass any Markdown file, so this is not a failure."""
    (tmp_path / "a.md").write_text("# Prose\n", encoding="utf-8")

    assert main(["check", str(tmp_path)]) == 0

    said = capsys.readouterr()
    assert (said.out, said.err) == (
        "",
        "kvshell: nothing to check: no kvshell block in what was named\n",
    )
