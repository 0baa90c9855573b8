"""Registry: a local store of processes by key."""

from kvshell.elixir.library.calls import caller
from kvshell.elixir.library.collections.keyword import option
from kvshell.elixir.library.kinds import ATOM, PID
from kvshell.elixir.library.registry import EMPTY_LIST, MISSING, Cost, Library
from kvshell.otp import registry as otp
from kvshell.terms import A, ArgumentError, Atom, List, Map, Term, alias, inspect

registry = Library("Registry", Cost.WAITS)


@registry.function()
def start_link(keys_or_options: Term, name: Term = MISSING, options: Term = EMPTY_LIST) -> Term:
    """Starts a registry with the given `:keys`, `:unique` or `:duplicate`, and `:name`."""
    if name is not MISSING:
        given = List(((A.keys, keys_or_options), (A.name, name), *options.items))
    else:
        given = keys_or_options
    keys = option(given, A.keys)
    if keys is not A.unique and keys is not A.duplicate:
        raise ArgumentError(
            "expected :keys to be given and be one of :unique or :duplicate, got: " + inspect(keys)
        )
    called = option(given, A.name)
    if called is None:
        raise ArgumentError("expected :name option to be present")
    if type(called) is not Atom:
        raise ArgumentError(f"expected :name to be an atom, got: {inspect(called)}")
    return otp.start_link(
        keys,
        called,
        partitions=option(given, A.partitions, 1),
        listeners=option(given, A.listeners, EMPTY_LIST),
        meta=option(given, A.meta, EMPTY_LIST),
        compressed=option(given, A.compressed, default=False),
    )


@registry.function(cost=Cost.SHORT)
def child_spec(options: Term) -> Term:
    """Returns a child specification to start a registry under a supervisor."""
    module = alias("Registry")
    return Map(
        [
            (A.id, option(options, A.name, module)),
            (A.start, (module, A.start_link, List((options,)))),
            (A.type, A.supervisor),
        ]
    )


@registry.function(registry=ATOM)
def register(registry: Term, key: Term, value: Term) -> Term:
    """Registers the calling process under a key, with a value."""
    return otp.register(registry, key, value)


@registry.function(registry=ATOM)
def unregister(registry: Term, key: Term) -> Term:
    """Unregisters the entries of the calling process under a key."""
    return otp.unregister(registry, key)


@registry.function(registry=ATOM)
def lookup(registry: Term, key: Term) -> Term:
    """Returns `{pid, value}` for each process registered under a key."""
    return otp.lookup(registry, key)


@registry.function(registry=ATOM, pid=PID)
def keys(registry: Term, pid: Term) -> Term:
    """Returns the keys under which a process is registered."""
    return otp.keys(registry, pid)


@registry.function(registry=ATOM)
def count(registry: Term) -> Term:
    """Returns the number of entries in a registry."""
    return otp.count(registry)


@registry.function(registry=ATOM)
def dispatch(registry: Term, key: Term, mfa_or_fun: Term, opts: Term = EMPTY_LIST) -> Term:
    """Calls a function with the entries of all processes registered under a key."""
    code = mfa_or_fun if type(mfa_or_fun) is tuple else caller(mfa_or_fun, 1)
    parallel = option(opts, A.parallel, default=False) is True
    return otp.dispatch(registry, key, code, parallel=parallel)


@registry.function(registry=ATOM)
def unregister_match(registry: Term, key: Term, pattern: Term, guards: Term = EMPTY_LIST) -> Term:
    """Unregisters the caller's entries under a key whose value matches a pattern."""
    return otp.unregister_match(registry, key, pattern, guards)


@registry.function(registry=ATOM, pid=PID)
def values(registry: Term, key: Term, pid: Term) -> Term:
    """Returns the values of a process under a key."""
    return otp.values(registry, key, pid)


@registry.function(registry=ATOM)
def update_value(registry: Term, key: Term, callback: Term) -> Term:
    """Updates the caller's value under a key; returns `{new_value, old_value}`, or `:error`."""
    return otp.update_value(registry, key, caller(callback, 1))


@registry.function(registry=ATOM)
def match(registry: Term, key: Term, pattern: Term, guards: Term = EMPTY_LIST) -> Term:
    """Returns the entries under a key whose value matches a pattern."""
    return otp.match(registry, key, pattern, guards)


@registry.function(registry=ATOM)
def count_match(registry: Term, key: Term, pattern: Term, guards: Term = EMPTY_LIST) -> Term:
    """Returns the number of entries under a key whose value matches a pattern."""
    return otp.count_match(registry, key, pattern, guards)


@registry.function(registry=ATOM)
def select(registry: Term, spec: Term) -> Term:
    """Returns the results of a match specification for the entries."""
    return otp.select(registry, spec)


@registry.function(registry=ATOM)
def count_select(registry: Term, spec: Term) -> Term:
    """Returns the number of entries for which a match specification is true."""
    return otp.count_select(registry, spec)


@registry.function(registry=ATOM)
def meta(registry: Term, key: Term) -> Term:
    """Reads a registry's metadata: `{:ok, value}`, or `:error` if the key is missing."""
    return otp.meta(registry, key)


@registry.function(registry=ATOM)
def put_meta(registry: Term, key: Term, value: Term) -> Term:
    """Stores a value in a registry's metadata."""
    return otp.put_meta(registry, key, value)


@registry.function(registry=ATOM)
def delete_meta(registry: Term, key: Term) -> Term:
    """Deletes a key from a registry's metadata."""
    return otp.delete_meta(registry, key)


@registry.function()
def whereis_name(name: Term) -> Term:
    """Returns the pid registered as `{registry, key}`, or `:undefined`."""
    return otp.whereis_name(name)


@registry.function()
def register_name(name: Term, pid: Term) -> Term:
    """Registers a process as `{registry, key}`; returns `:yes` or `:no`."""
    return otp.register_name(name, pid)


@registry.function()
def unregister_name(name: Term) -> Term:
    """Unregisters `{registry, key}`."""
    return otp.unregister_name(name)


@registry.function(name="send")
def send_to(name: Term, message: Term) -> Term:
    """Sends a message to the process registered as `{registry, key}`."""
    return otp.send(name, message)
