"""Base, Path, and Macro.camelize and underscore: functions on strings; no file is touched."""

import base64
import re
from collections.abc import Callable
from typing import Any

from kvshell.elixir.library.collections.keyword import option
from kvshell.elixir.library.kinds import BINARY
from kvshell.elixir.library.registry import EMPTY_LIST, MISSING, Cost, Library
from kvshell.terms import A, ArgumentError, List, Term, inspect

base = Library("Base", Cost.LOOPS)
path = Library("Path", Cost.LOOPS)
macro = Library("Macro", Cost.LOOPS)


def _octets(text: Any) -> bytes:
    return text if type(text) is bytes else text.encode()


def _text(octets: bytes) -> str | bytes:
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return octets


# -- Base ----------------------------------------------------------------------------------------

_UPPER_16, _LOWER_16 = "0123456789ABCDEF", "0123456789abcdef"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class _Encoding:
    """One of Base's encodings: its functions, its alphabet, and its number of digits per group."""

    def __init__(
        self,
        name: str,
        encode: Callable[[bytes], bytes],
        decode: Callable[[bytes], bytes],
        alphabet: str,
        group: int,
    ) -> None:
        self.encode, self.decode, self.alphabet, self.group = encode, decode, alphabet, group
        self.padded = name != "16"
        prefix = "url_" if name == "url" else ""
        digits = "64" if name == "url" else name
        base.function(name=f"{prefix}encode{digits}", data=BINARY)(self.encoded)
        base.function(name=f"{prefix}decode{digits}", string=BINARY)(self.decoded)
        base.function(name=f"{prefix}decode{digits}!", string=BINARY)(self.decoded_or_raised)

    @property
    def encoded(self) -> Callable[..., Term]:
        def encoded(data: Term, opts: Term = EMPTY_LIST) -> Term:
            """Encodes a binary as text."""
            made = self.encode(_octets(data)).decode()
            if option(opts, A.padding, default=True) is False:
                made = made.rstrip("=")
            return made.lower() if option(opts, A.case, A.upper) is A.lower else made

        return encoded

    @property
    def decoded(self) -> Callable[..., Term]:
        def decoded(string: Term, opts: Term = EMPTY_LIST) -> Term:
            """Decodes a text: `{:ok, binary}`, or `:error` if it is not valid."""
            try:
                return A.ok, self.bytes_of(string, opts)
            except ArgumentError:
                return A.error

        return decoded

    @property
    def decoded_or_raised(self) -> Callable[..., Term]:
        def decoded_or_raised(string: Term, opts: Term = EMPTY_LIST) -> Term:
            """Decodes a text; raises ArgumentError if it is not valid."""
            return self.bytes_of(string, opts)

        return decoded_or_raised

    def bytes_of(self, string: Any, opts: Term) -> Term:
        """Return the decoded binary; raise ArgumentError if the text is not valid."""
        octets = _octets(string)
        case = option(opts, A.case, A.upper)
        if case is A.lower:
            if self.alphabet == _UPPER_16:
                self._checked(octets, _LOWER_16)
            octets = octets.upper()
        elif case is A.mixed:
            octets = octets.upper()
        kept = octets.rstrip(b"=") if self.padded else octets
        self._checked(kept, self.alphabet)
        if not self.padded and len(octets) % 2:
            raise ArgumentError("odd-length string")
        if self.padded and len(octets) % self.group:
            if option(opts, A.padding, default=True) is not False:
                raise ArgumentError("incorrect padding")
            octets = kept + b"=" * (-len(kept) % self.group)
        try:
            return _text(self.decode(octets))
        except ValueError:
            raise ArgumentError("incorrect padding") from None

    def _checked(self, octets: bytes, alphabet: str) -> None:
        for each in octets:
            if chr(each) not in alphabet:
                shown = inspect(_text(bytes([each])))
                raise ArgumentError(f"non-alphabet character found: {shown} (byte {each})")


_Encoding("16", base64.b16encode, base64.b16decode, _UPPER_16, 2)
_Encoding("32", base64.b32encode, base64.b32decode, _LETTERS[:26] + "234567", 8)
_Encoding("64", base64.b64encode, base64.b64decode, _LETTERS + "+/", 4)
_Encoding("url", base64.urlsafe_b64encode, base64.urlsafe_b64decode, _LETTERS + "-_", 4)


# -- Path ----------------------------------------------------------------------------------------


def _parts(given: Any) -> list[str]:
    text = str(given)
    parts = [part for part in text.split("/") if part]
    return ["/", *parts] if text.startswith("/") else parts


def _joined(left: str, right: str) -> str:
    joined = re.sub("/+", "/", f"{left}/{right}" if left else right)
    return joined.rstrip("/") or "/"


@path.function()
def join(left: Term, right: Term = MISSING) -> Term:
    """Joins two paths, or a list of them."""
    items = list(left.items) if right is MISSING else [left, right]
    made = ""
    for each in items:
        made = _joined(made, str(each))
    return made


@path.function(path=BINARY)
def basename(path: Term, extension: Term = "") -> Term:
    """Returns the last component of a path, without the extension if one is given."""
    last = (_parts(path) or [""])[-1]
    last = "" if last == "/" else last
    return last.removesuffix(str(extension)) if extension else last


@path.function(path=BINARY)
def dirname(path: Term) -> Term:
    """Returns the directory part of a path."""
    before = str(path).rpartition("/")
    return "." if not before[1] else before[0].rstrip("/") or "/"


@path.function(path=BINARY)
def extname(path: Term) -> Term:
    """Returns the extension of a path, including its dot."""
    last = (_parts(path) or [""])[-1]
    stem, dot, extension = last.rpartition(".")
    return dot + extension if stem else ""


@path.function(path=BINARY)
def rootname(path: Term, extension: Term = MISSING) -> Term:
    """Returns a path without its extension, or without the given one."""
    return str(path).removesuffix(str(extname(path) if extension is MISSING else extension))


@path.function(path=BINARY)
def split(path: Term) -> Term:
    """Splits a path into its components."""
    return List(_parts(path))


@path.function(name="type", path=BINARY)
def type_(path: Term) -> Term:
    """Tells the type of a path: `:absolute` or `:relative`."""
    return A.absolute if str(path).startswith("/") else A.relative


# -- Macro ---------------------------------------------------------------------------------------


@macro.function(string=BINARY)
def camelize(string: Term) -> Term:
    """Converts a string to CamelCase: `foo_bar` to `FooBar`, `foo/bar` to `Foo.Bar`."""
    parts = [part[:1].upper() + part[1:] for part in str(string).split("/")]
    return ".".join(_CAMEL.sub(lambda found: (found[1] or "").upper(), part) for part in parts)


_CAMEL = re.compile(r"_+(?:([a-z0-9])|$)")


@macro.function()
def underscore(atom_or_string: Term) -> Term:
    """Converts a module name to underscore case: `FooBar` to `foo_bar`."""
    text = str(getattr(atom_or_string, "name", atom_or_string)).removeprefix("Elixir.")
    text = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", text)
    text = re.sub(r"([a-z\d])([A-Z])", r"\1_\2", text)
    return text.replace("._", "/").replace(".", "/").lower()
