"""`kvshell replay --engine ENGINE` rejects options that would have no effect."""

from kvshell.views import Caps
from tests.transcript.running import Replay, block

PASSING = block("kv> stores\n[]")


def test_another_engine_refuses_options_without_effect(replay: Replay) -> None:
    for options, flag in (
        ({"match": "stores"}, "-k"),
        ({"stop_first": True}, "-x"),
        ({"load": ("some.py",)}, "--load"),
        ({"force": True}, "--force"),
        ({"accept_identity": True}, "--accept-identity"),
        ({"trust": True}, "--trust"),
        ({"report": "junit"}, "--report"),
        ({"report": "json", "caps": Caps(json=True)}, "--json"),
    ):
        for engine in ("beam", "elixir"):
            ran = replay(text=PASSING, engine=engine, **options)
            said = f"kvshell: {flag} goes with kvshell's own answers: leave --engine out\n"
            assert (ran.code, ran.out, ran.err) == (2, "", said)
