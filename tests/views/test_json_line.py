"""JSON output: one object per result, always valid, with keys in a fixed order."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvshell.commands.result import Result
from kvshell.runtime import Event
from kvshell.terms import A, Atom, Capture, Function, List, Map, Opaque, Pid, Ref, Term, alias
from kvshell.views import Caps, render
from kvshell.views.json_line import dumps, tagged
from tests.views.samples import HELP, STALE, STORY, TREE, TWO_STORES, answer, failed, shown

JSON = Caps(json=True)


def test_the_documented_json_line_is_produced() -> None:
    result = Result(1, "create store s1", ok=True, value=Pid(104))

    assert render(result, JSON) == (
        '{"v":1,"line":1,"input":"create store s1","ok":true,"text":"#PID<0.104.0>",'
        '"value":{"pid":"0.104.0"},"rows":null,"error":null,"events":[]}'
    )


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (A.ok, {"atom": "ok"}),
        (alias("KV.Registry"), {"atom": "KV.Registry"}),
        (None, None),
        (True, True),
        (7, 7),
        (2.5, 2.5),
        ("milk", "milk"),
        (b"\xff\x00", {"bytes": "ff00"}),
        ((A.ok, Pid(104)), {"tuple": [{"atom": "ok"}, {"pid": "0.104.0"}]}),
        (List([1, (A.a, 2)]), [1, {"tuple": [{"atom": "a"}, 2]}]),
        (List.cons(1, 2), {"list": [1], "tail": 2}),
        (Map({"k": A.v}), {"map": [["k", {"atom": "v"}]]}),
    ],
)
def test_terms_are_tagged(term: Term, expected: object) -> None:
    assert tagged(term) == expected


def test_other_terms_are_tagged_with_their_printed_form() -> None:
    function = Function(Capture("KV.Bucket.get/2", 1, 16313657, 1, code=lambda x: x), ())

    assert tagged(function) == {"function": "#Function<1.16313657/1 in KV.Bucket.get/2>"}
    assert list(tagged(Ref(3))) == ["ref"]
    assert list(tagged(Opaque(object()))) == ["opaque"]


def test_values_that_are_not_terms_are_refused() -> None:
    with pytest.raises(TypeError, match="set is not a term"):
        tagged(set())


def test_an_error_has_text_and_error() -> None:
    line = json.loads(render(failed("** (MatchError) x"), JSON))

    assert (line["ok"], line["text"], line["error"]) == (
        False,
        "** (MatchError) x",
        "** (MatchError) x",
    )


def test_a_table_gives_rows_by_column() -> None:
    line = json.loads(render(shown(TWO_STORES), JSON))

    assert line["value"] is None
    assert line["rows"][0] == {
        "name": "s1",
        "pid": "#PID<0.104.0>",
        "process": "alive",
        "owner": "yes",
        "table": "yes",
        "state": "fresh",
    }


def test_the_other_views_give_rows_of_text() -> None:
    assert json.loads(render(shown(TREE), JSON))["rows"][1] == {
        "depth": 1,
        "text": "KV.BucketSupervisor #PID<0.102.0>",
    }
    assert json.loads(render(shown(STORY), JSON))["rows"][1] == {"text": "next: resume manager"}
    assert json.loads(render(shown(HELP), JSON))["rows"][0] == {"text": "# put STORE KEY VALUE"}


def test_rows_have_all_data_and_text_the_printed_form() -> None:
    line = json.loads(render(shown(STALE), JSON))

    assert line["rows"][3]["name"] == "a\x1b[31mb\nc\u202e"
    assert "a\\e[31mb\\nc\\u202E" in line["text"]


def test_events_of_the_line_are_part_of_it() -> None:
    events = [Event(1, "crash", Pid(104), "[error] it fell", 1), Event(2, "notice", None, "x", 1)]

    line = json.loads(render(answer(A.ok), JSON, events))

    assert line["events"] == [
        {"kind": "crash", "pid": "0.104.0", "text": "[error] it fell"},
        {"kind": "notice", "pid": None, "text": "x"},
    ]


def test_nil_and_no_value_have_different_text() -> None:
    nil, nothing = (
        json.loads(render(result, JSON)) for result in (answer(None), Result(1, "", ok=True))
    )

    assert (nil["value"], nil["text"]) == (None, "nil")
    assert (nothing["value"], nothing["text"]) == (None, "")


@given(st.text(st.characters(codec=None)))
def test_any_text_is_valid_json_that_can_be_printed_and_encoded(text: str) -> None:
    line = dumps({"x": text})

    assert json.loads(line) == {"x": text} or any("\ud800" <= c <= "\udfff" for c in text)
    assert line.encode("utf-8").decode("utf-8") == line
    assert "\n" not in line
    assert not any(c < " " or "\x7f" <= c <= "\x9f" or "\u202a" <= c <= "\u202e" for c in line)


def test_an_atom_is_named_without_its_prefix() -> None:
    assert tagged(Atom("Elixir.KV")) == {"atom": "KV"}
