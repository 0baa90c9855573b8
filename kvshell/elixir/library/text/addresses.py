"""URI and Version: parsing, formatting and comparing."""

import re

from kvshell.elixir.library.kinds import BINARY
from kvshell.elixir.library.protocols import iterate, to_string
from kvshell.elixir.library.registry import Library
from kvshell.terms import A, ElixirError, List, Map, Term, alias, exception, inspect
from kvshell.terms.printing.algebra import Doc
from kvshell.terms.printing.inspection import STRUCTS, Printer

uri = Library("URI")
version = Library("Version")

_URI = re.compile(r"^(([^:/?#]+):)?(//([^/?#]*))?([^?#]*)(\?([^#]*))?(#(.*))?")


def _version_doc(printer: Printer, term: Map, limit: int, depth: int) -> Doc:
    del limit, depth
    shown = [(A.major, True), (A.minor, True), (A.patch, True)]
    shown += [(A.pre, term.get(A.pre) != List()), (A.build, term.get(A.build) is not None)]
    parts = (
        f"{name.name}: {printer.text(term.get(name), None)}" for name, is_shown in shown if is_shown
    )
    return f"%Version{{{', '.join(parts)}}}"


STRUCTS[alias("Version")] = _version_doc
_PORTS = {"http": 80, "https": 443, "ftp": 21, "ws": 80, "wss": 443, "ldap": 389}
_VERSION = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?"
)


@uri.function(uri=BINARY)
def parse(uri: Term) -> Term:
    """Parses a URI into its components."""
    found = _URI.match(uri)
    assert found is not None  # every text matches, with most parts empty
    scheme = found[2].lower() if found[2] else None
    userinfo, host, port = _authority(found[4])
    if port is None and scheme is not None:
        port = _PORTS.get(scheme)
    fields = (
        (A.scheme, scheme),
        (A.authority, found[4]),
        (A.userinfo, userinfo),
        (A.host, host),
        (A.port, port),
        (A.path, found[5] or None),
        (A.query, found[7]),
        (A.fragment, found[9]),
    )
    return Map([(A.__struct__, alias("URI")), *fields])


def _authority(text: str | None) -> tuple[str | None, str | None, int | None]:
    if text is None:
        return None, None, None
    before, at, rest = text.rpartition("@")
    host, colon, port = rest.rpartition(":")
    if colon and port.isdigit():
        return (before if at else None), host, int(port)
    return (before if at else None), rest, None


_KEPT = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~")
_RESERVED = _KEPT | frozenset(b":/?#[]@!$&'()*+,;=")


def _percent(text: Term, kept: frozenset[int]) -> str:
    octets = text if type(text) is bytes else str(text).encode()
    return "".join(chr(each) if each in kept else f"%{each:02X}" for each in octets)


@uri.function(string=BINARY)
def encode(string: Term) -> Term:
    """Percent-encodes the characters of a string that are not allowed in a URI."""
    return _percent(string, _RESERVED)


@uri.function(string=BINARY)
def encode_www_form(string: Term) -> Term:
    """Encodes a string as part of a query: a space becomes `+`."""
    return _percent(string, _KEPT | {32}).replace(" ", "+")


@uri.function(string=BINARY)
def decode(string: Term) -> Term:
    """Decodes the percent-encoded characters of a string."""
    octets = re.sub(
        rb"%([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), str(string).encode()
    )
    return octets.decode("utf-8", "replace")


@uri.function(string=BINARY)
def decode_www_form(string: Term) -> Term:
    """Decodes a part of a query: `+` becomes a space."""
    return decode(str(string).replace("+", " "))


@uri.function()
def encode_query(enumerable: Term, encoding: Term = A.www_form) -> Term:
    """Encodes an enumerable of pairs as a query string: `a=1&b=2`."""
    one = encode_www_form if encoding is A.www_form else (lambda text: _percent(text, _KEPT))
    pairs = (each[:2] for each in iterate(enumerable))
    return "&".join(f"{one(to_string(name))}={one(to_string(value))}" for name, value in pairs)


@uri.function(string=BINARY)
def decode_query(string: Term) -> Term:
    """Decodes a query string to a map."""
    pairs = [each.partition("=") for each in str(string).split("&") if each]
    return Map([(decode_www_form(name), decode_www_form(value)) for name, _, value in pairs])


@uri.function(name="to_string")
def text_of_uri(uri: Term) -> Term:
    """Converts a URI to a string."""
    scheme, host, port = uri[A.scheme], uri[A.host], uri[A.port]
    made = f"{scheme}:" if scheme else ""
    if host is not None:
        user = f"{uri[A.userinfo]}@" if uri[A.userinfo] else ""
        shown = f":{port}" if port is not None and _PORTS.get(str(scheme)) != port else ""
        made += f"//{user}{host}{shown}"
    made += uri[A.path] or ""
    made += "" if uri[A.query] is None else f"?{uri[A.query]}"
    return made + ("" if uri[A.fragment] is None else f"#{uri[A.fragment]}")


@version.function(name="match?")
def matches(version: Term, requirement: Term) -> Term:
    """Tells whether a version matches a requirement: `~> 1.2`, `>= 1.0.0 and < 2.0.0`."""
    own = _order(parse_version_or_raise(version) if type(version) is str else version)
    return any(
        all(_fits(own, each.strip()) for each in every.split(" and "))
        for every in str(requirement).split(" or ")
    )


_REQUIREMENT = re.compile(r"(~>|>=|<=|>|<|==|!=|!)?\s*(\d+\.\d+(?:\.\d+.*)?)")


def _fits(own: tuple[object, ...], requirement: str) -> bool:
    found = _REQUIREMENT.fullmatch(requirement)
    if found is None:
        raise ElixirError(
            exception(
                "Version.InvalidRequirementError",
                requirement=requirement,
                message=f"invalid requirement: {inspect(requirement)}",
            )
        )
    operator, text = found[1] or "==", found[2]
    short = text.count(".") == 1
    wanted = _order(parse_version_or_raise(f"{text}.0" if short else text))
    if operator == "~>":
        same = 1 if short else 2
        return own >= wanted and own[:same] == wanted[:same]
    order = (own > wanted) - (own < wanted)
    allowed = {">=": (0, 1), "<=": (0, -1), ">": (1,), "<": (-1,), "==": (0,)}
    return order in allowed.get(operator, (1, -1))


@version.function(name="parse", string=BINARY)
def parse_version(string: Term) -> Term:
    """Parses a version such as `1.14.0`: `{:ok, version}` or `:error`."""
    found = _VERSION.fullmatch(string)
    if found is None:
        return A.error
    pre = [int(each) if each.isdigit() else each for each in (found[4] or "").split(".") if each]
    fields = (
        (A.major, int(found[1])),
        (A.minor, int(found[2])),
        (A.patch, int(found[3])),
        (A.pre, pre),
        (A.build, found[5]),
    )
    pairs = [(name, List(value) if type(value) is list else value) for name, value in fields]
    return A.ok, Map([(A.__struct__, alias("Version")), *pairs])


@version.function(name="parse!", string=BINARY)
def parse_version_or_raise(string: Term) -> Term:
    """Parses a version such as `1.14.0`; raises Version.InvalidVersionError."""
    answer = parse_version(string)
    if answer is A.error:
        raise ElixirError(
            exception(
                "Version.InvalidVersionError",
                version=string,
                message=f"invalid version: {inspect(string)}",
            )
        )
    return answer[1]


def _order(term: Map) -> tuple[object, ...]:
    pre = term[A.pre].items
    # A version without `pre` is greater than one with it; numbers are less than words.
    marks = tuple((1, str(each)) if type(each) is str else (0, each) for each in pre)
    return term[A.major], term[A.minor], term[A.patch], not pre, marks


@version.function()
def compare(version1: Term, version2: Term) -> Term:
    """Compares two versions: `:lt`, `:eq` or `:gt`."""
    one, other = (
        _order(parse_version_or_raise(each) if type(each) is str else each)
        for each in (version1, version2)
    )
    return A.eq if one == other else A.lt if one < other else A.gt
