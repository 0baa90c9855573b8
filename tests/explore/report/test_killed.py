"""What is said of killed processes: in the headline and in a table of their own."""

import re

import pytest

from kvshell.explore.verdict.verdict import search
from kvshell.runtime.search.steps import FaultModel
from tests.explore.conftest import Told
from tests.explore.search.figures import MADE, document, program

GET = "kv> get s k\nnil"
TWO = "kv> p = spawn(fn -> receive do :stop -> :ok end end)\n...\n"
TWO += "kv> q = spawn(fn -> receive do :stop -> :ok end end)\n..."


def rows(out: str) -> dict[str, tuple[str, int, int]]:
    """Return who dies with each killed process, how many schedules fail, and how many kill it."""
    found = re.findall(r"^(\S+) +(.*?) *(\d+) of (\d+) +beam\S+$", out, re.MULTILINE)
    return {name: (dead, int(fails), int(of)) for name, dead, fails, of in found}


def test_a_set_up_that_fails_is_not_blamed_on_kills(told: Told) -> None:
    told(document(GET, setup="kv> lookup t\n:ok"), "--crash", "1", "--law", "beam")

    assert told.out.startswith("the set-up fails, nothing is explored: line 6: lookup t - ")
    assert "all were run" not in told.out
    assert rows(told.out) == {}


def test_what_fails_in_any_case_is_not_blamed_on_kills(told: Told) -> None:
    told(document("kv> get s k\n:other", setup=MADE), "--crash", "1", "--law", "beam")

    assert not told.out.startswith("can fail when")
    assert rows(told.out)["nobody"] == ("", 1, 1)


def test_who_dies_by_another_kill_does_not_die_with_the_first(told: Told) -> None:
    told(document("kv> alive p\ntrue", setup=TWO), "--crash", "2", "--law", "beam")

    found = rows(told.out)
    assert (found["p"][0], found["q"][0]) == ("", "")
    assert found["p"][1] > 0
    assert "a schedule with several kills is in several rows of killed processes" in told.out


def test_who_is_ended_by_a_client_does_not_die_of_the_kill(told: Told) -> None:
    told(document("kv> alive p\ntrue\nkv> exit q kill", setup=TWO), "--crash", "1", "--law", "beam")

    assert rows(told.out)["p"][0] == ""


def test_of_kills_that_were_not_all_run_nothing_is_claimed(told: Told) -> None:
    lines = "kv> put s k 1\n:ok\nkv> get s k\n1"
    told(document(lines, setup=MADE), "--crash", "1", "--law", "beam", "--budget", "60")

    first = told.out.splitlines()[0]
    assert re.search(r"; none of the \d+ that were run without a kill fails$", first)


@pytest.mark.slow
def test_each_killed_process_has_a_name_of_its_own() -> None:
    """With `map` stores are registered nowhere; both were called by their module."""
    made = "kv> create store s\n...\nkv> create store t\n..."
    text = document(GET, setup=made, design="map")
    killed = search(program(text), FaultModel(spec=False, crashes=1)).killed

    names = [each.name for each in killed if each.path is not None]
    assert len(names) == len({*names}) > 4
