"""Messages and tables from the shell's own process, as at the start of the chapter."""

import pytest

from tests.session.typist import Typist

ARGUMENTS = "** (ArgumentError) errors were found at the given arguments:\n\n  * "


def test_04_1_and_2_the_chapters_first_screen(kv: Typist) -> None:
    shown = kv("t = ets new buckets_registry set protected")
    assert shown.startswith("#Reference<0.")

    assert kv.all(
        'ets insert t {"foo", self()}',
        "ets lookup t foo",
        "ets lookup t bar",
        "ets new buckets_registry named_table",
        'ets insert buckets_registry {"foo", self()}',
        "ets lookup buckets_registry foo",
    ) == [
        "true",
        '[{"foo", #PID<0.100.0>}]',
        "[]",
        ":buckets_registry",
        "true",
        '[{"foo", #PID<0.100.0>}]',
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("ets new named named_table", "1st argument: table name already exists"),
        (
            "ets lookup nowhere foo",
            "1st argument: the table identifier does not refer to an existing ETS table",
        ),
        ("ets new t bogus", "2nd argument: invalid options"),
        ('ets insert named "text"', "2nd argument: not a tuple"),
        (
            'ets insert KV.Registry {"evil", self()}',
            "1st argument: the table identifier refers to an ETS table with insufficient access"
            " rights",
        ),
        (
            "ets delete KV.Registry shopping",
            "1st argument: the table identifier refers to an ETS table with insufficient access"
            " rights",
        ),
    ],
)
def test_04_3_to_7_and_06_6_ets_refuses_invalid_operations(
    kv: Typist, line: str, says: str
) -> None:
    kv("start manager", "create store shopping", "ets new named named_table")

    assert kv(line).rstrip() == ARGUMENTS + says


def test_04_6_info_of_a_missing_table_is_undefined(kv: Typist) -> None:
    assert kv("ets info nowhere") == ":undefined"


def test_04_14_and_15_ordered_sets_and_bags_work(kv: Typist) -> None:
    kv("ets new o ordered_set named_table", "ets insert o [{2, :b}, {1, :a}, {1.0, :c}]")
    kv("ets new b bag named_table", "ets insert b {1, :a}; ets insert b {1, :b}")

    assert kv.all("ets list o", "ets lookup b 1") == ["[{1.0, :c}, {2, :b}]", "[{1, :a}, {1, :b}]"]


def test_a_row_and_a_table_can_be_deleted(kv: Typist) -> None:
    kv("ets new t named_table", "ets insert t {1, 2}")

    assert kv.all("ets delete t 1", "ets list t", "ets delete t", "ets info t") == [
        "true",
        "[]",
        "true",
        ":undefined",
    ]


def test_10_1_and_2_a_monitor_reports_once_and_a_dead_process_immediately(kv: Typist) -> None:
    kv("start manager", "b = create store s1")
    ref = kv("monitor b")

    assert kv.all("stop b", "flush", "flush") == [
        ":ok",
        f"{{:DOWN, {ref}, :process, #PID<0.104.0>, :normal}}\n:ok",
        ":ok",
    ]
    ref = kv("monitor b")
    assert kv("flush") == f"{{:DOWN, {ref}, :process, #PID<0.104.0>, :noproc}}\n:ok"


def test_a_long_message_is_flushed_on_one_line(kv: Typist) -> None:
    kv(
        "start manager",
        "b = create store s1",
        "monitor b",
        'stop b {:shutdown, "' + "x" * 90 + '"}',
    )

    assert len(kv("flush").splitlines()) == 2


def test_call_and_cast_reach_any_server(kv: Typist) -> None:
    kv("start manager")

    assert kv('call manager {:create, "s1"}') == "#PID<0.104.0>"
    assert kv("cast :nobody :hello") == ":ok"
    assert kv("call :nobody :hello").startswith(
        "** (exit) exited in: GenServer.call(:nobody, :hello, 5000)\n"
    )
    assert kv("call self() :hello").startswith(
        "** (exit) exited in: GenServer.call(#PID<0.100.0>, :hello, 5000)\n"
        "    ** (EXIT) process attempted to call itself"
    )


def test_killing_an_unknown_process_is_an_argument_error(kv: Typist) -> None:
    assert kv("kill manager") == "** (CommandError) nothing runs yet: start manager"
    assert kv("kill KV.Nobody").rstrip() == ARGUMENTS + "1st argument: not a pid"


def test_sleep_takes_no_real_time_here(kv: Typist) -> None:
    assert kv.all("sleep 5s", "sleep 1m", "settle") == [":ok"] * 3
