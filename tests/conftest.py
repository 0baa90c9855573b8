"""Settings and checks for every test: thread switches, Hypothesis profiles, leaks."""

import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import hypothesis
import pytest
from _pytest.runner import runtestprotocol

# The benchmarks are a program (`python -m tests.benchmarks`), never part of the suite.
collect_ignore = ["benchmarks"]

# The document that starts several nodes of the BEAM.
CLUSTER = Path(__file__).parents[1] / "transcripts/articles/nodes.md"

# How long a thread or child process that is ending may take; only a leak waits this long.
GRACE_S = 2.0


def pytest_xdist_auto_num_workers() -> int:
    """Return the number of workers of `-n auto`: one more than processors, as slow tests wait."""
    return (os.cpu_count() or 1) + 1


# Like Shuttle, in a simple form: a tiny interval makes the interpreter switch threads very often.
if interval := os.environ.get("KVSHELL_SWITCH_INTERVAL"):
    sys.setswitchinterval(float(interval))

# A job that a shell starts in the background ignores SIGINT, and so would its child processes.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Programs that tests start also dump their stacks when they crash.
os.environ.setdefault("PYTHONFAULTHANDLER", "1")

# Tests that change HOME, where Erlang looks for its cookie, still find the engine's compiled files.
os.environ.setdefault("XDG_CACHE_HOME", str(Path.home() / ".cache"))

# Workers and programs that tests start use compiled modules, as users do, even if the environment
# forbids Python to write them: compiling each time took a third of the fast suite.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A deadline would measure the machine's load; in CI a random seed would fail the wrong change.
hypothesis.settings.register_profile("dev", deadline=None)
hypothesis.settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
# Tests and the programs they start run as for a user: what is different in CI, where documents are
# not rewritten, is turned on by the tests for it. Workers, which are started later, read the
# profile from a variable of our own.
hypothesis.settings.load_profile(
    os.environ.setdefault("KVSHELL_HYPOTHESIS_PROFILE", "ci" if os.environ.pop("CI", "") else "dev")
)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Turn garbage collection off while tests are collected.

    The collected objects stay until the end, and searching them for garbage took a quarter of the
    time. Afterwards they are left out of collections.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


def pytest_configure(config: pytest.Config) -> None:
    """Let a worker report only briefly, unless options ask for what that leaves out."""
    asked = config.getoption("verbose") > 0 or config.getoption("durations") is not None
    if hasattr(config, "workerinput") and not asked:
        config.pluginmanager.register(_BriefReports())


class _BriefReports:
    """Reports a passed test once, instead of in five messages: start, three phases, end.

    A message from a worker costs as much as most tests do.
    """

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        for report in runtestprotocol(item, log=False, nextitem=nextitem):
            if report.when == "call" or not report.passed:
                item.ihook.pytest_runtest_logreport(report=report)
        return True


@pytest.hookimpl(tryfirst=True)  # marks select tests after this
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark documents that start nodes `slow`; check that every `slower` test is also `slow`."""
    for item in items:
        if item.path == CLUSTER:
            item.add_marker("slow")
        if item.get_closest_marker("slower") and not item.get_closest_marker("slow"):
            raise pytest.UsageError(f"{item.nodeid} is marked slower and not slow")


def _threads() -> set[int]:
    """Return the identifiers of all Python threads, including those of the `_thread` module."""
    return set(sys._current_frames())


def _name_of_thread(ident: int) -> str:
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    frame = sys._current_frames().get(ident)
    if frame is None:
        return f"{names.get(ident, ident)} (gone by now)"
    where = f"{frame.f_code.co_qualname} at {frame.f_code.co_filename}:{frame.f_lineno}"
    return f"{names.get(ident, ident)} in {where}"


def _has_children() -> bool:
    """Whether this process has a child, alive or not yet waited for; none is waited for here."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _names_of_children() -> list[str]:
    mine = f"PPid:\t{os.getpid()}\n"
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            if mine in status.read_text():
                words = (status.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                found.append(f"{status.parent.name}: {words.strip() or 'a zombie, not waited for'}")
        except OSError:
            continue  # it ended while we looked
    return found or ["(no /proc to name it by)"]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, bool, bool]:
    """Restore Python's recursion limit after each test, because running Elixir raises it."""
    before = sys.getrecursionlimit()
    try:
        return (yield)
    finally:
        sys.setrecursionlimit(before)


@pytest.fixture(autouse=True)
def leaves_nothing_behind() -> Iterator[None]:
    """Fail a test that leaves a thread or a child process behind, and name it.

    A thread started by `_thread` cannot be joined, so after a leak this looks several times; a test
    that leaves nothing is looked at once.
    """
    threads_before, children_before = _threads(), _has_children()
    yield
    give_up = time.monotonic() + GRACE_S
    while (leaked := _threads() - threads_before) and time.monotonic() < give_up:
        time.sleep(0.001)
    left = [f"thread {_name_of_thread(ident)}" for ident in leaked]
    if not children_before and _has_children():
        left += [f"child process {name}" for name in _names_of_children()]
    if left:
        pytest.fail("left behind:\n  " + "\n  ".join(left), pytrace=False)
