"""`BeamNode`: an Erlang VM that runs the bridge.

The bridge and the tutorials' modules are compiled once per Elixir version and kept in the user's
cache folder: a node then starts as fast as `elixir` itself.
"""

import hashlib
import os
import shutil
import stat
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Final, NamedTuple

from kvshell.engines.beam.packets import Frame, PacketError
from kvshell.engines.beam.port import NodeDownError, Port

SOURCES: Final = Path(__file__).parent / "node"
DESIGNS: Final = ("plain", "map", "ets-cast", "ets", "library", "cluster")
START_S: Final = 30.0
# +Bi: ignore SIGINT, because the shell's Ctrl-C must not end the node. +sbwt none: schedulers that
# wait actively would take the processor away from Python and from each other.
FLAGS: Final = "-noinput +Bi +sbwt none +sbwtdcpu none +sbwtdio none"
HOW_TO_GET: Final = "install Elixir, for example with: apt-get install elixir, brew install elixir"


class EngineError(Exception):
    """The engine is unavailable or cannot run this; the message says what to do instead."""


class Versions(NamedTuple):
    """The versions of Elixir and OTP that a node runs on."""

    elixir: str
    otp: str

    @property
    def is_reference(self) -> bool:
        """Whether the node's texts must equal kvshell's: those of Elixir 1.14 on OTP 25."""
        return self.elixir.startswith("1.14.") and self.otp == "25"

    def __str__(self) -> str:
        return f"Elixir {self.elixir} on OTP {self.otp}"


def elixir_path() -> str | None:
    """Return the path of the program `elixir`, or None if it is not installed."""
    return shutil.which("elixir")


def installed_versions() -> Versions | None:
    """Return the versions of the installed Elixir and OTP, or None. Takes about 0.4 s."""
    elixir = elixir_path()
    if elixir is None:
        return None
    asked = 'IO.write(System.version() <> " " <> System.otp_release())'
    try:
        done = subprocess.run(  # noqa: S603  # the user's own elixir
            [elixir, "-e", asked],
            capture_output=True,
            text=True,
            timeout=START_S,
            check=True,
            stdin=subprocess.DEVNULL,
        )
        elixir_version, otp = done.stdout.split()
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return Versions(elixir_version, otp)


class BeamNode:
    """A running node. Use it as a context manager, or call `close`."""

    def __init__(
        self,
        flags: str = "",
        environment: dict[str, str] | None = None,
        name: str = "",
        *,
        wait: bool = True,
        claimed: Versions | None = None,
    ) -> None:
        """Start the node and wait until its bridge is ready; with `wait` false, only start it.

        `claimed` replaces the versions that the node reports.

        Raises:
            EngineError: Elixir is not installed, or does not start.
        """
        elixir = elixir_path()
        if elixir is None:
            raise EngineError(f"the engine beam needs Elixir, which is not installed: {HOW_TO_GET}")
        self.name = name
        self.code = compiled(elixir)
        argv = [elixir, "--erl", f"{FLAGS} {flags}".strip(), "-pa", str(self.code)]
        argv += ["-e", "Kvshell.Bridge.main()"]
        # By default a node that dies leaves a crash dump in the current folder.
        surroundings = {**os.environ, "ERL_CRASH_DUMP": os.devnull, **(environment or {})}
        try:
            self.port = Port(argv, surroundings)
        except OSError as error:
            raise EngineError(f"{elixir} cannot be started: {error.strerror}") from error
        self._next_id = 0
        self._flags = flags
        self._environment = environment
        self._claimed = claimed
        self.versions = Versions("", "")
        self.system_pid = self.port.pid
        if wait:
            self.await_ready()

    def another(self) -> "BeamNode":
        """Start another node with the same options.

        Raises:
            EngineError: Elixir is not installed any more, or does not start.
        """
        return BeamNode(self._flags, self._environment, self.name, claimed=self._claimed)

    def await_ready(self) -> None:
        """Wait until the bridge is ready.

        Raises:
            EngineError: the node does not start.
        """
        try:
            message, self.system_pid = self._ready()
            self.versions = self._claimed or message
        except BaseException:
            self.port.close()
            raise

    def _ready(self) -> tuple[Versions, int]:
        until = monotonic() + START_S
        try:
            while (left := until - monotonic()) > 0:
                match self.port.receive(left):
                    case (0, "ready", _, str() as text):
                        elixir, otp, pid = text.split()
                        return Versions(elixir, otp), int(pid)
        except NodeDownError:
            message = self.port.printed().strip() or "it said nothing"
            raise EngineError(f"Elixir ended while it started: {message[-500:]}") from None
        except PacketError as error:
            raise EngineError(f"Elixir sent an unexpected answer: {error}") from error
        raise EngineError(f"Elixir did not start within {START_S:g} s")

    def new_id(self) -> int:
        """Return a number for the next frame; the answers to a frame carry its number."""
        self._next_id += 1
        return self._next_id

    def send(self, kind: str, client: str, what: Frame, number: int = 0) -> None:
        """Send one frame to the bridge.

        Raises:
            NodeDownError: the node has terminated.
        """
        self.port.send((number, kind, client, what))

    def close(self) -> None:
        """End the node. A second call does nothing."""
        self.port.close()

    def __enter__(self) -> "BeamNode":
        return self

    def __exit__(self, *_ended: object) -> None:
        self.close()


def compiled(elixir: str) -> Path:
    """Return the folder of the compiled bridge, compiling the bridge if needed.

    Raises:
        EngineError: the bridge does not compile.
    """
    folder = _cache() / _fingerprint(elixir)
    if (folder / "done").exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".build-", dir=folder.parent))
    try:
        _compile(elixir, scratch)
        (scratch / "done").touch()
        try:
            scratch.rename(folder)
        except OSError:
            if not (folder / "done").exists():  # another process was faster, with the same result
                raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return folder


def _compile(elixir: str, folder: Path) -> None:
    try:
        done = subprocess.run(  # noqa: S603  # the user's own elixir
            [elixir, str(SOURCES / "build.exs"), str(SOURCES), str(folder)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except OSError as error:
        raise EngineError(f"{elixir} cannot be started: {error.strerror}") from error
    except subprocess.SubprocessError as error:
        raise EngineError(f"the bridge cannot be compiled: {error}") from error
    if done.returncode:
        message = (done.stderr or done.stdout).strip()[-800:] or "it said nothing"
        if installed_versions() is None:
            raise EngineError(f"{elixir} does not start: try elixir --version. {message}")
        raise EngineError(f"the bridge does not compile with this Elixir: {message}")


def _cache() -> Path:
    from platformdirs import user_cache_path  # noqa: PLC0415  # only where an engine is used

    folder = user_cache_path("kvshell") / "beam"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    if os.access(folder, os.W_OK):
        return folder
    folder = Path(tempfile.gettempdir()) / f"kvshell-beam-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.getuid() or not stat.S_ISDIR(found.st_mode) or found.st_mode & 0o022:
        raise EngineError(f"others can write to {folder}: set XDG_CACHE_HOME to a folder of yours")
    return folder


def _fingerprint(elixir: str) -> str:
    """Return a name that identifies the bridge's sources and the Elixir that compiles them."""
    digest = hashlib.sha256()
    for path in sorted(SOURCES.rglob("*.ex*")):
        digest.update(path.relative_to(SOURCES).as_posix().encode())
        digest.update(path.read_bytes())
    real = Path(elixir).resolve()
    erl = shutil.which("erl")
    for tool in (real, Path(erl).resolve() if erl else real):
        digest.update(f"{tool} {tool.stat().st_mtime_ns}".encode())
    return digest.hexdigest()[:16]
