"""The options of an `explore` that is typed."""

import pytest

from kvshell.explore.options import ExploreOptions, OptionError, options_in
from kvshell.explore.typed_explore import explored
from kvshell.views import Caps


def test_options_may_precede_or_follow_the_target() -> None:
    wanted = ("create store s; stop s", ExploreOptions(law="beam", crash=1, every=True))

    assert options_in("--law beam --crash 1 --all create store s; stop s") == wanted
    assert options_in("create store s; stop s --all --crash=1 --law beam") == wanted
    assert options_in("create  store s") == ("create  store s", ExploreOptions())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("--law often x", "--law is spec, beam or both, not often"),
        ("x --law", "--law is spec, beam or both, not nothing"),
        ("--crash 4 x", "--crash is a number from 1 to 3, not 4"),
        ("--timeouts some x", "--timeouts is any, not some"),
        ("--fast x", "no such option: --fast; there are --law LAW, --budget N, --steps N, "
         "--crash N, --timeouts any, --all"),
        ("x --replay spec:0", "kvshell explore PATH --replay TOKEN walks through a schedule"),
        ("--all", "explore needs a document or a line"),
    ],
)  # fmt: skip
def test_a_wrong_option_is_refused_with_the_valid_ones(text: str, said: str) -> None:
    with pytest.raises(OptionError) as error:
        options_in(text)

    assert str(error.value) == said


def test_a_typed_line_is_searched_with_its_options() -> None:
    def never() -> bool:
        return False

    shown, code = explored("--law beam create store s; lookup s", "ets-cast", Caps(), never)
    refused, failed = explored("--crash many create store s", "ets", Caps(), never)

    assert "beam: 2 schedules, 2 outcomes" in shown
    assert "spec" not in shown
    assert code == 0
    assert refused == "** (CommandError) --crash is a number from 1 to 3, not many"
    assert failed == 1
