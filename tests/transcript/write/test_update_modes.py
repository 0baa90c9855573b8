"""`replay --update`: its modes; a second update changes nothing."""

import sys
from io import StringIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kvshell.transcript.write.updating import NotUpdatedError
from tests.transcript.running import block
from tests.transcript.write.updates import START, Update, body, updated

# -- modes; a second update changes nothing --------------------------------------------------------


def test_new_fills_in_only_missing_expectations(update: Update) -> None:
    ran, text = update(block("kv> start manager\nkv> stores\n:no\nkv> lookup a\n\\"), "new")

    assert ran.code == 1
    assert body(text).splitlines() == [
        "kv> start manager", "{:ok, #PID<manager>}", "kv> stores", ":no", "kv> lookup a", "\\",
    ]  # fmt: skip


def test_ask_shows_each_hunk_and_takes_y_n_q(
    update: Update, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = block("kv> start manager\n:a\nkv> stores\n:b\nkv> lookup x\n:c\nkv> lookup y\n:d")
    monkeypatch.setattr(sys, "stdin", StringIO("what\ny\nn\nq\n"))

    ran, after = update(text, "ask")

    assert ran.code == 1
    assert after == text.replace(":a\n", "{:ok, #PID<manager>}\n")
    assert "\nt.md:4  stores\n  - :b\n  + []\nwrite this? [y/n/q] " in ran.out
    assert "t.md:8" in ran.out


def test_update_exits_with_0_if_the_file_passes_afterwards(update: Update) -> None:
    assert update(block("kv> start manager\n:a"))[0].code == 0
    assert update(block(START))[0].code == 0


_COMMANDS = st.sampled_from(
    [
        "start manager", "start manager ets-cast", "start manager plain", "create store s1",
        "create store s2", "lookup s1", "stop s1", "put s1 a 1", "get s1 a", "keys s1", "stores",
        "registry", "suspend manager", "resume manager", "step manager", "stop manager", "self",
        "processes", "kill s1", "as b create store s3", "as b lookup s1", "nonsense",
        "x = lookup s1", "create store s1; lookup s1", "mailbox manager", "sleep 6s", "", "# note",
        "monitor s1", "flush",
    ]
)  # fmt: skip
_OUTPUT = st.lists(
    st.sampled_from(
        [":ok", "...", "#PID<a>", "{:ok, #PID<b>}", "${n:int}", "", "[]", "\\", "~ b: :ok",
         ":error", "│ s1 │ #PID<a> │", "** (exit) ${_}", "kv", "#PID<0.103.0>"]
    ), max_size=3,
)  # fmt: skip
_DOCUMENT = st.lists(st.tuples(_COMMANDS, _OUTPUT), min_size=1, max_size=6).map(
    lambda entries: block(
        "\n".join("\n".join([f"kv> {command}", *lines]) for command, lines in entries)
    )
)


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(_DOCUMENT)
def test_u10_a_second_update_changes_nothing_and_the_file_passes_but_for_conflicts(
    text: str,
) -> None:
    first = updated(text)

    failing = {i for i, each in enumerate(first.played.checked) if each.failure is not None}
    assert failing <= set(first.refused)
    assert [part for part in first.document.source.text.split("\n") if part.startswith("kv>")] == [
        part for part in text.split("\n") if part.startswith("kv>")
    ]
    second = updated(first.document.source.text)
    assert not second.lines
    assert second.document.source.text == first.document.source.text


@pytest.mark.slow
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(_DOCUMENT)
def test_u10_with_accept_identity_everything_passes(text: str) -> None:
    try:
        rewritten = updated(text, accept=True)
    except NotUpdatedError:
        return  # a command needs a name that nothing binds any more

    assert rewritten.played.code == 0
