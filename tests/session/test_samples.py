"""The sample sessions of the specification, reproduced exactly, pids included."""

from tests.session.typist import Typist

NO_PROCESS = (
    "    ** (EXIT) no process: the process is not alive or there's no process currently associated"
    " with the given name, possibly because its application isn't started"
)


def test_a_cast_create_is_not_seen_by_the_lookup_behind_it_on_the_same_line(kv: Typist) -> None:
    assert kv.all("start manager ets-cast", "create store a; lookup a", "lookup a") == [
        "{:ok, #PID<0.103.0>}",
        ":ok\n:error",
        "{:ok, #PID<0.104.0>}",
    ]


def test_a_pattern_that_does_not_fit_is_a_match_error(kv: Typist) -> None:
    assert kv.all("start manager", "{:ok, b} = lookup s1") == [
        "{:ok, #PID<0.103.0>}",
        "** (MatchError) no match of right hand side value: :error",
    ]


def test_a_stopped_bucket_is_still_in_the_table_of_a_suspended_registry(kv: Typist) -> None:
    assert kv.all(
        "start manager",
        "b = create store s1",
        "suspend manager; stop b",
        "lookup s1",
        "get b milk",
    ) == [
        "{:ok, #PID<0.103.0>}",
        "#PID<0.104.0>",
        ":ok\n:ok",
        "{:ok, #PID<0.104.0>}",
        "** (exit) exited in: GenServer.call(#PID<0.104.0>,"
        " {:get, #Function<1.16313657/1 in KV.Bucket.get/2>}, 5000)\n" + NO_PROCESS,
    ]
