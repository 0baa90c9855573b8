"""KV.Bucket: a key-value store in an agent. Mirrors the chapter's KV.Bucket.

The agent runs functions defined here, which never wait, so that the caller may run them. `keys` is
kvshell's own.
"""

from kvshell.otp import agent
from kvshell.otp.child_spec import ChildSpec
from kvshell.otp.gen import modules as code
from kvshell.terms import A, Capture, Function, List, Map, Pid, RuntimeError_, Term

_UNIQ = 16313657  # one number for all functions of the module, as on the BEAM


def _capture(index: int, function: str, arity: int, run: object) -> Capture:
    return Capture(f"KV.Bucket.{function}", index, _UNIQ, arity, run, never_waits=True)  # type: ignore[arg-type]  # a lambda


def _pop(bucket: Map, key: Term) -> Term:
    return bucket.pop(key)


_DELETE = _capture(0, "delete/2", 1, _pop)
_GET = _capture(1, "get/2", 1, lambda bucket, key: bucket.get(key))
_PUT = _capture(2, "put/3", 1, lambda bucket, key, value: bucket.put(key, value))
NEW = Function(_capture(3, "start_link/1", 0, Map))
_KEYS = Function(_capture(4, "keys/1", 1, lambda bucket: List([k for k, _v in bucket.items()])))


def start_link(_opts: Term = None) -> Term:
    """Start a bucket linked to the caller; returns `{:ok, pid}`. Receive point."""
    return agent.start_link(NEW)


def get(bucket: Pid, key: Term) -> Term:
    """Return the value under `key`, or nil. Receive point."""
    return agent.get(bucket, Function(_GET, (key,)))


def put(bucket: Pid, key: Term, value: Term) -> Term:
    """Put `value` under `key`; returns `:ok`. Receive point."""
    return agent.update(bucket, Function(_PUT, (key, value)))


def delete(bucket: Pid, key: Term) -> Term:
    """Delete `key` and return its value, or nil. Receive point."""
    return agent.get_and_update(bucket, Function(_DELETE, (key,)))


def keys(bucket: Pid) -> List:
    """Return the keys in term order. Receive point."""
    found: List = agent.get(bucket, _KEYS)
    return found


def _raise(_bucket: Map) -> Term:
    raise RuntimeError_("oops in agent")


CRASH = Function(Capture("KV.Bucket.crash/1", 5, _UNIQ, 1, _raise))

MODULE = code.define("KV.Bucket", start_link=start_link)
SPEC = ChildSpec(MODULE, (MODULE, A.start_link, List((List(),))), restart=A.temporary)
