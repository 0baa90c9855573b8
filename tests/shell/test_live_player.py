"""The keys of a live replay, with a list as the terminal and a script as the keyboard."""

from collections.abc import Sequence

import pytest

from kvshell.session import Session
from kvshell.shell.live_player import CLEAR, LivePlayer
from kvshell.transcript.export.frames import Machine
from kvshell.transcript.format.parser import parse
from kvshell.transcript.run.line_timeout import LineTimeout
from kvshell.transcript.run.player import Settings
from kvshell.views import Caps

TEXT = (
    "Read this.\n\n```kvshell\nkv> start manager\n{:ok, #PID<m>}\nkv> create store s1\n#PID<s1>\n"
    "kv> stores\n[\"s1\"]\n```\n"
)  # fmt: skip


class Stage:
    """A player that takes its keys from a script: for each wait a key, or "" for none."""

    def __init__(self, script: Sequence[str], text: str = TEXT, **options: object) -> None:
        self.script = list(script)
        self.waits: list[float | None] = []
        self.written: list[str] = []
        self.states: list[str] = []
        self.taken: list[list[str]] = []
        with LineTimeout() as watchdog:
            machine = Machine(
                parse("t.md", text), Settings(), watchdog, Caps(width=80, plain=False)
            )
            try:
                player = LivePlayer(
                    machine,
                    self.key,
                    self.written.append,
                    self.take,
                    status=self.states.append,
                    **options,  # type: ignore[arg-type]
                )
                self.code = player.play()
                player.leave()
            finally:
                machine.close()

    def key(self, seconds: float | None) -> str:
        self.waits.append(seconds)
        if self.script:
            return self.script.pop(0)
        return "" if seconds is not None else "q"

    def take(self, session: Session) -> None:
        self.taken.append([session.run(line)[0].input for line in ("stop manager", "stores")])
        session.close()

    @property
    def screen(self) -> str:
        return "".join(self.written).rpartition(CLEAR)[2]


WHOLE = (
    "Read this.\n\nkv(1)> start manager\n{:ok, #PID<0.103.0>}\nkv(2)> create store s1\n"
    "#PID<0.104.0>\nkv(3)> stores\n[\"s1\"]\n"
)  # fmt: skip


def test_a_live_replay_plays_to_the_end() -> None:
    stage = Stage([])

    assert (stage.code, stage.screen) == (0, WHOLE)


def test_speed_divides_the_waits() -> None:
    slow, fast = Stage([]), Stage([], speed=10.0)

    assert sum(map(float, filter(None, fast.waits))) == pytest.approx(
        sum(map(float, filter(None, slow.waits))) / 10, rel=0.2
    )


def test_right_shows_the_next_command_at_once() -> None:
    stage = Stage(["", "", "", "right"])

    assert stage.screen == WHOLE
    assert 0.0 in stage.waits


def test_space_pauses_until_space() -> None:
    stage = Stage(["space", "x", "space"])

    assert stage.waits[1:3] == [None, None]
    assert stage.screen == WHOLE


def test_a_paused_replay_shows_its_keys() -> None:
    stage = Stage(["", "space", "x", "space"])

    first, paused, goes_on, *_ = stage.states
    assert first.split("  ")[0] == " playing"
    assert "space: pause" in first
    assert paused.split("  ")[0] == " PAUSED"
    assert "space: go on" in paused
    assert "q: leave" in paused
    assert goes_on == first


def test_with_step_the_status_says_that_it_waits() -> None:
    stage = Stage(["", "", "right", *[""] * 200], step=True)

    assert any(state.startswith(" WAITING") for state in stage.states)


def test_the_keys_are_hidden_while_the_user_types() -> None:
    stage = Stage(["", "", "", "t"], step=True)

    at = stage.states.index("")
    assert stage.states[at + 1].startswith(" playing")


def test_b_goes_back_and_restores_the_screen() -> None:
    stage = Stage([""] * 30 + ["b"])

    assert any(text.startswith(CLEAR) for text in stage.written)
    assert stage.screen == WHOLE


def test_b_at_a_prompt_goes_to_the_previous_command() -> None:
    stage = Stage([""] * 200, step=True)
    at_third = next(
        place for place, wait in enumerate(stage.waits)
        if wait is None and stage.waits[:place].count(None) == 2
    )  # fmt: skip
    stage = Stage([""] * at_third + ["b"], step=True)

    assert stage.screen == WHOLE[: WHOLE.index("create")] + "\n"


def test_b_works_while_paused() -> None:
    stage = Stage([""] * 30 + ["space", "b"])

    assert any(text.startswith(CLEAR) for text in stage.written)
    assert stage.screen == WHOLE


def test_t_at_a_prompt_takes_over_before_the_command() -> None:
    stage = Stage(["", "", "", "t"], step=True)

    assert stage.taken == [["stop manager", "stores"]]
    assert "start manager" not in "".join(stage.written)


def test_t_takes_over_and_changes_are_discarded_afterwards() -> None:
    stage = Stage([""] * 10 + ["t"])

    assert stage.taken == [["stop manager", "stores"]]
    assert (stage.code, stage.screen) == (0, WHOLE)


def test_q_ends_the_replay() -> None:
    stage = Stage(["", "q"])

    assert (stage.code, stage.screen) == (0, "Read this.\n\n")


def test_step_waits_for_a_key_before_each_command_and_at_the_end() -> None:
    stage = Stage([""] * 3, step=True)

    assert None in stage.waits
    assert stage.screen == "Read this.\n\nkv(1)> \n"


def test_a_failing_document_exits_with_1() -> None:
    assert Stage([], TEXT.replace(":ok", ":no")).code == 1
