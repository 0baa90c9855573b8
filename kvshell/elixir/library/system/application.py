"""Application: environments, and starting and stopping applications."""

from typing import Any

from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.kinds import ATOM
from kvshell.elixir.library.registry import MISSING, Cost, Library
from kvshell.elixir.library.system.applications import LoadedApplication, applications
from kvshell.runtime import shared
from kvshell.runtime.processes.thread_context import current
from kvshell.runtime.shared import SharedName
from kvshell.terms import A, ArgumentError, Atom, List, Term, inspect

application = Library("Application", Cost.WAITS)
_STORE = "application environment"


def environment() -> dict[Any, Term]:
    """Return the application environment with which the caller's runtime starts."""
    return current().runtime.shared.store(_STORE)


def _named(app: Any, key: Any) -> SharedName:
    return SharedName(_STORE, (app, key), f"the setting {inspect(key)} of {inspect(app)}")


def _all_of(app: Any) -> list[tuple[Any, Term]]:
    found = shared.everything(_STORE, f"the environment of {inspect(app)}")
    return [(key, value) for (owner, key), value in found if owner is app]


def _known(app: Any) -> bool:
    return bool(_all_of(app))


@application.function(app=ATOM)
def get_env(app: Term, key: Term, default: Term = None) -> Term:
    """Returns the value of a key in an application's environment, or the default."""
    return shared.get(_named(app, key), default)


@application.function(app=ATOM)
def fetch_env(app: Term, key: Term) -> Term:
    """Fetches a value of an application's environment: `{:ok, value}` or `:error`."""
    value = shared.get(_named(app, key), MISSING)
    return A.error if value is MISSING else (A.ok, value)


@application.function(name="fetch_env!", app=ATOM)
def fetch_env_or_raise(app: Term, key: Term) -> Term:
    """Returns a value of an application's environment; raises ArgumentError if missing."""
    value = shared.get(_named(app, key), MISSING)
    if value is not MISSING:
        return value
    why = (
        f"because configuration at {inspect(key)} was not set"
        if _known(app)
        else "because the application was not loaded nor configured"
    )
    raise ArgumentError(
        f"could not fetch application environment {inspect(key)} for application {inspect(app)}"
        f" {why}"
    )


@application.function(app=ATOM)
def compile_env(app: Term, key_or_path: Any, default: Term = None) -> Term:
    """Reads an application's environment at compilation time; returns a value or the default."""
    found = _at(app, key_or_path)
    return default if found is MISSING else found


@application.function(name="compile_env!", app=ATOM)
def compile_env_or_raise(app: Term, key_or_path: Any) -> Term:
    """Reads an application's environment at compilation time; raises if the key is missing."""
    found = _at(app, key_or_path)
    return fetch_env_or_raise(app, key_or_path) if found is MISSING else found


def _at(app: Any, key_or_path: Any) -> Any:
    """Return the value of a key, or of a path of keys into nested keyword lists, or MISSING."""
    key, *path = key_or_path.items if type(key_or_path) is List else [key_or_path]
    value = shared.get(_named(app, key), MISSING)
    for each in path:
        pairs = dict(value.items) if type(value) is List else {}
        value = pairs.get(each, MISSING)
    return value


@application.function(app=ATOM)
def put_env(app: Term, key: Term, value: Term, opts: Term = MISSING) -> Term:
    """Puts a value into an application's environment."""
    del opts
    shared.put(_named(app, key), value)
    return A.ok


@application.function(app=ATOM)
def delete_env(app: Term, key: Term, opts: Term = MISSING) -> Term:
    """Deletes a key from an application's environment."""
    del opts
    shared.delete(_named(app, key))
    return A.ok


@application.function(app=ATOM)
def get_all_env(app: Term) -> Term:
    """Returns an application's environment as a keyword list."""
    return List(_all_of(app))


def _loaded(name: str, app: Any) -> LoadedApplication | None:
    if type(app) is not Atom:
        raise no_clause("Application", name, (app,))
    return applications().get(app)


def _no_file(app: Atom) -> Any:
    return List(map(ord, "no such file or directory")), List(map(ord, f"{app.name}.app"))


_OURS = (A.elixir, A.kernel, A.stdlib, A.logger, A.iex, A.compiler)


@application.function()
def start(app: Term, type_: Term = A.temporary) -> Term:
    """Starts an application."""
    del type_
    found = _loaded("start", app)
    if found is not None:
        return found.start()
    return (A.error, (A.already_started, app)) if app in _OURS else (A.error, _no_file(app))


@application.function()
def ensure_started(app: Term, type_: Term = A.temporary) -> Term:
    """Ensures that an application is started."""
    match start(app, type_):
        case (A.error, (A.already_started, _)):
            return A.ok
        case answer:
            return answer


@application.function()
def ensure_all_started(app: Term, type_: Term = A.temporary) -> Term:
    """Ensures that an application and those it depends on are started; returns the new ones."""
    match start(app, type_):
        case A.ok:
            return A.ok, List((app,))
        case (A.error, (A.already_started, _)):
            return A.ok, List()
        case (_, reason):
            return A.error, (app, reason)


@application.function()
def stop(app: Term) -> Term:
    """Stops an application."""
    found = _loaded("stop", app)
    return (A.error, (A.not_started, app)) if found is None else found.stop()


@application.function()
def started_applications() -> Term:
    """Returns `{name, description, version}` of each running application, last one first."""
    running = [each for each in applications().values() if each.running]
    return List((*map(_entry, reversed(running)), *_OWN_ENTRIES))


@application.function()
def loaded_applications() -> Term:
    """Returns `{name, description, version}` of each known application, last one first."""
    return List((*map(_entry, reversed(applications().values())), *_OWN_ENTRIES))


def _entry(app: LoadedApplication) -> Term:
    name = List(map(ord, app.spec.name.name))
    return (app.spec.name, name, List(map(ord, app.spec.version)))


_OWN_ENTRIES = tuple((app, List(map(ord, app.name)), List(map(ord, "1.14.0"))) for app in _OURS[:4])


@application.function(app=ATOM)
def spec(app: Term, key: Term) -> Term:
    """Returns an item of an application's specification, such as `:mod` or `:vsn`, or nil."""
    found = applications().get(app)
    if found is None:
        return None
    if key is A.mod:
        return List() if found.spec.module is None else (found.spec.module, found.spec.argument)
    if key is A.modules:
        return List(found.spec.modules)
    return List(map(ord, found.spec.version)) if key is A.vsn else None


@application.function()
def get_application(module: Term) -> Term:
    """Returns the application that a module belongs to, or nil."""
    from kvshell.elixir.library.registry import library  # noqa: PLC0415  # rare

    for app in applications().values():
        if module in app.spec.modules:
            return app.spec.name
    if type(module) is not Atom or library(module) is None:
        return None
    first = module.name.removeprefix("Elixir.").partition(".")[0]
    if module.name.startswith("Elixir."):
        return _OWNERS.get(first, A.elixir)
    return None if first in _PRELOADED else A.kernel if first in _KERNEL else A.stdlib


# The applications of modules other than Elixir's and Erlang's standard libraries.
_OWNERS = {
    "ExUnit": None,
    "IEx": A.iex,
    "KV": A.kv,
    "KeyVal": None,
    "Logger": A.logger,
    "Mix": A.mix,
}
_PRELOADED = frozenset({"atomics", "counters", "erlang", "persistent_term"})
_KERNEL = frozenset({"global", "os"})
