"""`explore from here LINE`: what can still happen in the current state of a session."""

from collections.abc import Iterator

import pytest

from kvshell.explore.typed_explore import explored
from kvshell.session import Session
from kvshell.views import Caps

REFUSED = "** (CommandError) "
WAITING = ("start manager", "create store s", "as b get s k", "as c stop s")  # under `spec`


def typed(session: Session, *lines: str) -> None:
    for line in lines:
        results = session.run(line)
        assert all(result.ok for result in results), results
        session.settle()


def from_here(session: Session, target: str) -> str:
    """Explore, check that the session is unchanged, and return what was printed."""
    before = len(session.runtime.processes()), session.counter, tuple(session.past)
    shown, _ = explored(target, session.design.name, Caps(), lambda: False, session=session)
    after = len(session.runtime.processes()), session.counter, tuple(session.past)
    assert after == before
    return shown


@pytest.fixture
def armed() -> Iterator[Session]:
    """A session in which a timer for the shell runs."""
    with Session() as session:
        typed(session, "start manager", "Process.send_after(self(), :late, 50)")
        yield session


def test_the_explored_line_meets_signals_in_flight() -> None:
    """No process has got the signals of the stop: the chapter's fix, typed by hand, fails twice."""
    with Session(law="spec") as session:
        typed(session, "start manager", "create store s", "stop s")
        shown = from_here(session, "from here create store bogus; lookup s")

    assert "spec: 6 schedules, 2 outcomes" in shown
    assert "beam" not in shown
    assert "lookup s: {:ok, #PID<s>}     2" in shown
    assert "lookup s: :error             4" in shown


def test_signals_of_one_sender_keep_their_order() -> None:
    """The shell is still the same process: its earlier signals arrive before its later ones."""
    with Session(design_default="ets-cast", law="spec") as session:
        typed(session, "start manager", "create store t")
        shown = from_here(session, "from here create store u; lookup u; lookup t")

    assert "lookup u: {:ok, #PID<u>}; lookup t: {:ok, #PID<t>}" in shown
    assert "lookup u: {:ok, #PID<u>}; lookup t: :error" not in shown


def test_waiting_clients_continue_their_lines() -> None:
    with Session(law="spec") as session:
        typed(session, *WAITING)
        shown = from_here(session, "from here")

    assert "spec: 2 schedules, 2 outcomes" in shown
    assert "b: get s k: nil" in shown
    assert "c ~> s  stop arrives" in shown


def test_without_a_line_the_signals_on_their_way_go_on() -> None:
    with Session(law="spec") as session:
        typed(session, "start manager", "create store s", "stop s")
        shown = from_here(session, "from here")

    assert "spec: 1 schedule, 1 outcome" in shown
    assert "stores in the end: none     1  spec:0" in shown


def test_a_schedule_from_here_is_walked() -> None:
    with Session(law="spec") as session:
        typed(session, "start manager", "create store s", "stop s")
        shown = from_here(session, "from here create store bogus; lookup s --replay spec:0.1")

    assert shown.startswith("from here create store bogus; lookup s: 19 steps under spec\n")
    assert "   1  s -> KV.BucketSupervisor  :EXIT arrives\n" in shown


@pytest.mark.slow
def test_a_timer_that_was_started_before_may_fire(armed: Session) -> None:
    waits = from_here(armed, "from here sleep 60; flush")
    races = from_here(armed, "from here flush --timeouts any")

    assert "beam: 1 schedule" in waits
    assert ":late" in waits
    assert "beam+timeouts: 3 schedules, 2 outcomes" in races


def test_an_armed_timer_alone_is_something_that_can_still_happen(armed: Session) -> None:
    alone = from_here(armed, "from here")
    races = from_here(armed, "from here --timeouts any")

    assert "beam: 1 schedule, 1 outcome" in alone
    assert "shell: its messages: :late" in alone
    assert "a timer for shell fired before shell took every message" in races
    assert "shell  saw: its messages: :late\n" in races
    for shown in (alone, races):
        assert "sleep" not in shown
        assert "flush" not in shown


def test_a_timer_for_another_process_fires_from_here() -> None:
    with Session() as session:
        typed(session, "start manager", "create store s", "create store t")
        typed(session, ":timer.apply_after(50, Agent, :stop, [v(2)])")
        shown = from_here(session, "from here")

    assert "\nstores in the end: t     1  beam:0\n" in f"{shown}\n"
    assert "sleep" not in shown


def test_the_shell_keeps_its_pid_its_bindings_and_its_mailbox() -> None:
    with Session() as session:
        typed(session, "start manager", "me = self", "send(self(), :early)")
        mail = from_here(session, "from here flush")
        bound, own = (from_here(session, f"from here {word}") for word in ("me", "self"))

    assert "flush: :early :ok" in mail
    assert "me: #PID<shell>" in bound
    assert "self: #PID<shell>" in own


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("receive do x -> x after 10 -> :late end", ":x"),
        ("y = 1; y + x", "3"),
        ("send(self(), :x)", ":x"),
    ],
)
def test_a_line_of_elixir_is_explored_from_here_as_it_runs(line: str, answer: str) -> None:
    with Session(law="spec") as session:
        typed(session, "x = 2", "send(self(), :x)")
        (match,) = session.reading(f"explore from here {line}").parts
        shown = from_here(session, f"from here {line}")

    assert match.complete
    assert f"{answer}     1  spec:0" in shown


def test_options_before_a_line_of_elixir_are_no_part_of_it() -> None:
    with Session() as session:
        (match,) = session.reading("explore --law beam x = 1").parts

    assert match.complete


@pytest.mark.parametrize("there", ["", "from here "])
@pytest.mark.parametrize(
    ("line", "way_out"),
    [
        ("explore lookup s", "one explore is enough"),
        ("explore from here lookup s", "one explore is enough"),
        ("as bob get s k", "type it first, then `explore from here` lets the client go on; in a"),
        ("compare lookup s", "--design DESIGN explores another design"),
        ("deliver shell to s", "a search itself decides what arrives when"),
        ("learn 1", "type it without explore"),
        ("load x.py", "type it first, then `explore from here LINE`"),
        ("on b stores", "a search has one node, and replay runs several"),
        ("record x.md", "type it without explore"),
        ("repeat 3 lookup s", "a search runs all of it again and again"),
        ("replay x.md", "type it without explore"),
        ("reset", "every schedule starts from the same state anyway"),
        ("set law beam", "type it without explore; --law LAW chooses the law"),
        ("exit", "type it without explore"),
    ],
)
def test_a_command_that_does_not_act_on_the_system_is_refused(
    there: str, line: str, way_out: str
) -> None:
    with Session(law="spec") as session:
        typed(session, "start manager", "create store s")
        alone = from_here(session, f"{there}{line}")
        second = from_here(session, f"{there}lookup s; {line}")

    assert alone.startswith(f"** (CommandError) `{line}` cannot be explored: {way_out}")
    assert second == alone


def test_an_exit_signal_is_no_exit_of_the_shell() -> None:
    with Session(law="spec") as session:
        typed(session, "start manager", "create store s")
        shown = from_here(session, "from here exit s shutdown; alive s")

    assert "alive s: false" in shown


def test_the_shells_end_in_the_search_is_not_signalled() -> None:
    """The shell is linked to the manager that it started: its exit would end the system."""
    with Session() as session:
        typed(session, "start manager", "create store s", "suspend s", "as b get s k")
        shown = from_here(session, "from here resume s --law both")

    assert "every schedule has the same outcome" in shown
    assert "b: get s k: nil" in shown


@pytest.mark.parametrize(
    ("lines", "target", "said"),
    [
        ((), "from here", "from here needs something to run"),
        ((), "from here lookup s --odds 9", "--odds begins anew: real threads do not repeat what"),
        ((), "from here lookup s --design map", "--design is for a fresh system: here one runs"),
        ((), "from here races/bogus-barrier", "from here takes a line: races/bogus-barrier is a"),
        (("start manager", "create store s", "as b stop s"), "from here lookup s --law both",
         "--law both has nothing on its way, and here 1 signal is: leave it out, or settle first"),
        (("x = Enum.random(1..1_000_000_000)",), "from here lookup s",
         "repeating the session led to a different state: x = "),
    ],
)  # fmt: skip
def test_a_session_that_cannot_be_repeated_is_refused(
    lines: tuple[str, ...], target: str, said: str
) -> None:
    with Session(law="spec") as session:
        typed(session, *lines)
        shown = from_here(session, target)

    assert shown.startswith(REFUSED + said)


def test_sessions_on_real_threads_and_other_engines_are_refused() -> None:
    with Session("free") as session:
        session.options["law"] = "off"
        shown = from_here(session, "from here lookup s")
    other, _ = explored("from here lookup s", "ets", Caps(), lambda: False, session=None)

    assert shown.startswith(f"{REFUSED}from here needs a session that runs in fixed steps")
    assert other.startswith(f"{REFUSED}from here needs the engine native")


def test_a_session_with_an_interrupted_line_is_refused() -> None:
    with Session() as session:
        typed(session, "start manager")
        session.interrupt()
        session.run("registry")
        shown = from_here(session, "from here lookup s")
        typed(session, "reset", "start manager")
        fresh = from_here(session, "from here lookup s")

    assert shown.startswith(
        f"{REFUSED}from here cannot repeat a line that Ctrl-C interrupted: `registry`"
    )
    assert "lookup s: :error" in fresh


@pytest.mark.parametrize(
    ("law", "meant"),
    [
        ("spec", "a fresh system has no s1, this one has: explore from here put s1 a 1"),
        ("", "a fresh system has no s1: explore create store s1; put s1 a 1"),
    ],
)
def test_a_store_missing_in_a_fresh_system_is_pointed_out(law: str, meant: str) -> None:
    with Session("controlled" if law else "free", law=law) as session:
        typed(session, "start manager", "create store s1")
        shown = from_here(session, "put s1 a 1")
        other = from_here(session, "put nobody a 1")

    assert shown.splitlines()[-1] == meant
    assert "a fresh system" not in other
