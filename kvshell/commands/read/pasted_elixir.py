"""Translates pasted Elixir into commands: the calls of the tutorials and of everyday iex use."""

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from kvshell.commands.arguments import literal, typed
from kvshell.commands.types.parameter import excerpt
from kvshell.commands.types.simple_types import as_name
from kvshell.commands.types.tokens import NESTING, closing
from kvshell.terms import Atom, List, inspect


class Pasted(NamedTuple):
    """The error message for a pasted line, and the line to type instead, if there is one."""

    sentence: str
    line: str | None = None


# Function and arity -> the command; `<0:name>` is argument 0 as a NAME, `*` is any other arity.
CALLS: Final = {
    "KeyVal.Manager.start/*": "start manager plain",
    "KeyVal.Manager.start_link/*": "start manager plain",
    "KeyVal.Manager.create_store/1": "create store <0:name>",
    "KeyVal.Server.put/3": "put <0:process> <1:value> <2:value>",
    "KeyVal.Server.get/2": "get <0:process> <1:value>",
    "KeyVal.Server.del/2": "del <0:process> <1:value>",
    "KeyVal.Server.delete/2": "del <0:process> <1:value>",
    "KV.Registry.start_link/*": "start manager",
    "KV.Registry.create/2": "create store <1:name>",
    "KV.Registry.lookup/2": "lookup <1:name>",
    "KV.Registry.stop/*": "stop manager",
    "KV.Supervisor.start_link/*": "start manager",
    "KV.BucketSupervisor.start_link/*": "start manager",
    "KV.Bucket.put/3": "put <0:process> <1:value> <2:value>",
    "KV.Bucket.get/2": "get <0:process> <1:value>",
    "KV.Bucket.delete/2": "del <0:process> <1:value>",
    "Agent.get/*": "state <0:process>",
    "Agent.stop/1": "stop <0:process>",
    "Agent.stop/*": "stop <0:process> <1:reason>",
    "GenServer.call/*": "call <0:process> <1:term>",
    "GenServer.cast/2": "cast <0:process> <1:term>",
    "GenServer.stop/1": "stop <0:process>",
    "GenServer.stop/*": "stop <0:process> <1:reason>",
    "GenServer.whereis/1": "info <0:process>",
    "Process.alive?/1": "alive <0:process>",
    "Process.exit/2": "exit <0:process> <1:term>",
    "Process.info/1": "info <0:process>",
    "Process.info/2": "info <0:process>",
    "Process.list/0": "processes",
    "Process.monitor/1": "monitor <0:process>",
    "Process.sleep/1": "sleep <0:time>",
    "Process.whereis/1": "info <0:process>",
    "Supervisor.which_children/1": "tree",
    "Supervisor.count_children/1": "tree",
    "Supervisor.stop/*": "stop <0:process>",
    "DynamicSupervisor.which_children/1": "tree",
    "DynamicSupervisor.count_children/1": "tree",
    ":sys.get_state/*": "state <0:process>",
    ":sys.get_status/*": "info <0:process>",
    ":sys.resume/*": "resume <0:process>",
    ":sys.suspend/*": "suspend <0:process>",
    ":sys.terminate/*": "stop <0:process> <1:reason>",
    ":timer.sleep/1": "sleep <0:time>",
    ":ets.all/0": "tables",
    ":ets.i/0": "tables",
    ":ets.delete/1": "ets delete <0:table>",
    ":ets.delete/2": "ets delete <0:table> <1:value>",
    ":ets.info/*": "ets info <0:table>",
    ":ets.insert/2": "ets insert <0:table> <1:term>",
    ":ets.lookup/2": "ets lookup <0:table> <1:value>",
    ":ets.new/2": "ets new <0:name> <1:options>",
    ":ets.tab2list/1": "ets list <0:table>",
    ":observer.start/0": "tree",
    "System.halt/*": "exit",
    "System.stop/*": "exit",
    "create/1": "create store <0:name>",
    "create_store/1": "create store <0:name>",
    "del/2": "del <0:process> <1:value>",
    "delete/2": "del <0:process> <1:value>",
    "exit/0": "exit",
    "get/2": "get <0:process> <1:value>",
    "h/0": "help",
    "i/1": "info <0:process>",
    "lookup/1": "lookup <0:name>",
    "put/3": "put <0:process> <1:value> <2:value>",
    "self/0": "self",
    "send/2": "send <0:process> <1:term>",
    "stop/1": "stop <0:process>",
}


_MODULES_BUILT_IN = (
    "{word} is for a source file, and the tutorials' modules are built in: "
    "start manager runs them, explain create store s1 shows their lines"
)


WORDS: Final = {
    "mix": Pasted(
        "mix runs in your terminal's own shell; nothing is compiled here: start manager",
        "start manager",
    ),
    "iex": Pasted("you are in the shell already: start manager", "start manager"),
    "cd": Pasted("this shell starts processes, not programs: start manager", "start manager"),
    "python": Pasted("this shell takes commands, not Python: help lists them", "help"),
    "import": Pasted("nothing is imported here: help lists the commands", "help"),
    "print": Pasted("answers are printed automatically: get s1 milk", "get s1 milk"),
} | {
    word: Pasted(_MODULES_BUILT_IN.format(word=word), "start manager")
    for word in ("defmodule", "def", "defp", "use", "alias", "require", "test", "setup", "end")
}


_MODULE_ROLES: Final = {
    "KV.Registry": "manager",
    "KeyVal.Manager": "manager",
    "__MODULE__": "manager",
    "registry": "manager",
    "KV.BucketSupervisor": "buckets",
    "KV.Supervisor": "supervisor",
    "self()": "shell",
}

_CALL: Final = re.compile(r"(?P<name>:?[A-Za-z_][\w.]*[?!]?)\s*(?P<open>\()")
_PARENLESS: Final = re.compile(
    r"(?P<name>(?::[a-z]\w*|[A-Z]\w*(?:\.[A-Z]\w*)*)\.[a-z_]\w*[?!]?)(?:\s+(?P<rest>.*))?$",
    re.DOTALL,
)
_PIPE: Final = re.compile(r"(?P<first>[^|\"']+?)\s*\|>\s*(?P<call>[^|]+\(.*)$", re.DOTALL)
_ASSERT: Final = re.compile(r"(?:assert|refute)\b\s*\(?\s*(?P<rest>.*)$", re.DOTALL)
_BINDING: Final = re.compile(r"(?P<pattern>[^=(]+?)\s*=\s+(?P<rest>[^=].*)$", re.DOTALL)
_VARIABLE: Final = re.compile(r"[a-z_]\w*[?!]?$")
_FREE_NAME: Final = re.compile(
    r"""("[^"\\]*(?:\\.[^"\\]*)*")|(?<![\w:$.@?%])((?!nil\b|true\b|false\b)[a-z_]\w*)(?![\w(:?!])"""
)
_HOLE: Final = re.compile(r"<(\d):(\w+)>")
_UNKNOWN = "that is Elixir, which this shell does not run: help lists what it does"


def translate(text: str) -> Pasted | None:
    """Return the message for pasted Elixir, or None if `text` is not Elixir."""
    word = text.split(None, 1)[0] if text.strip() else ""
    if word in {"assert", "refute"} or word.startswith("assert("):
        return _asserted(text)
    if word in WORDS:
        return WORDS[word]
    if not _looks_like_elixir(text):
        return None
    line = line_for(text)
    if line is None:
        return Pasted(_UNKNOWN, "help")
    return Pasted(f"that is Elixir; here it is: {excerpt(line, 100)}", line)


def line_for(text: str) -> str | None:
    """Return the command that does the same as the Elixir call `text`, or None."""
    text = text.strip()
    if (piped := _PIPE.match(text)) and "(" in piped["call"]:
        name, rest = piped["call"].split("(", 1)
        text = f"{name}({piped['first']}{'' if rest.strip() == ')' else ', '}{rest}"
    if bare := _PARENLESS.match(text):
        arguments = _split(bare["rest"] or "")
        return _fill(bare["name"], arguments)
    if not (called := _CALL.match(text)):
        return None
    end = closing(text, called.start("open"))
    if end is None:
        return None
    after = text[end:].strip()
    if after and not re.match(r"(?:===?|!==?)\s|do$|\)$", after):
        return None
    return _fill(called["name"], _split(text[called.end() : end - 1]))


def _asserted(text: str) -> Pasted:
    found = _ASSERT.match(text)
    rest = found["rest"].rstrip(") ") + ")" if found and "(" in found["rest"] else ""
    pattern = ""
    if bound := _BINDING.match(rest):
        pattern, rest = bound["pattern"] + " = ", bound["rest"]
    line = line_for(rest) if rest else None
    if line is None:
        return Pasted("assert is for tests; here you look at the answer: lookup shopping", None)
    return Pasted(
        f"assert is for tests; here you look at the answer: {excerpt(pattern + line, 100)}",
        pattern + line,
    )


def _looks_like_elixir(text: str) -> bool:
    called = _CALL.match(text)
    return bool(
        (called and (called.end() - called.start("open") and "(" in text.split(None, 1)[0]))
        or _PARENLESS.match(text)
        or "|>" in text
        or re.match(r"(?:fn|for|if|case|cond|receive|spawn|raise|throw|try)\b", text)
    )


def _fill(name: str, arguments: list[str]) -> str | None:
    line = CALLS.get(f"{name}/{len(arguments)}") or CALLS.get(f"{name}/*")
    if line is None:
        return None
    words: list[str] = []
    for word in line.split():
        hole = _HOLE.fullmatch(word)
        if hole is None:
            words.append(word)
            continue
        index = int(hole[1])
        if index >= len(arguments):
            return None
        typed_ = _READERS[hole[2]](arguments[index])
        if typed_ is None:
            return None
        if typed_:
            words.append(typed_)
    if (
        words[:2] == ["stop", "manager"]
        and arguments
        and (len(arguments) > 1 or arguments[0] == "KV.Registry")
    ):
        # `stop manager` ends the whole system; in `plain` that is only the manager.
        words[1] = "KeyVal.Manager" if arguments[0] == "KeyVal.Manager" else "KV.Registry"
    if name == "Process.exit" and words[-1] == ":kill":
        return f"kill {words[1]}"
    if name == "Process.info" and len(arguments) == 2 and arguments[1] == ":messages":
        return f"mailbox {words[1]}"
    return " ".join(words)


def _split(text: str) -> list[str]:
    """Split arguments at commas outside quotes and brackets."""
    pieces: list[str] = []
    depth, begin, position = 0, 0, 0
    while position < len(text):
        found = NESTING.match(text, position)
        if found and found.end() > position:
            depth += {"open": 1, "close": -1}.get(found.lastgroup or "", 0)
            position = found.end()
            continue
        if text[position] == "," and depth == 0:
            pieces.append(text[begin:position].strip())
            begin = position + 1
        position += 1
    last = text[begin:].strip()
    return [*pieces, last] if last or pieces else []


def _as_name(argument: str) -> str | None:
    found = literal(argument)
    if found is not None and not found.dynamic:
        if isinstance(found.value, str):
            return as_name(found.value)
        return as_name(argument.removeprefix(":")) if isinstance(found.value, Atom) else None
    return argument if _VARIABLE.match(argument) else None


def _as_process(argument: str) -> str | None:
    if argument in _MODULE_ROLES:
        return _MODULE_ROLES[argument]
    if inner := re.fullmatch(r"(?:Process|GenServer)\.whereis\((.*)\)", argument):
        return _as_process(inner[1])
    if re.fullmatch(r"[a-z_]\w*|#PID<[\d.]+>|:[a-z_]\w*|[A-Z][\w.]*", argument):
        return argument
    if digits := re.fullmatch(r"pid\(\"?(\d+)[,.]\s*(\d+)[,.]\s*(\d+)\"?\)", argument):
        return f"#PID<{digits[1]}.{digits[2]}.{digits[3]}>"
    return None


def _as_value(argument: str) -> str | None:
    found = literal(argument)
    if found is None:
        return _as_term(argument)
    text = found.value
    if not found.dynamic and isinstance(text, str) and typed(text).plain and as_name(text) == text:
        return text
    return argument


def dollared(argument: str) -> str | None:
    """Return `argument` with `$` before its variables, as in `{:a, $b}`; None if not a term."""
    text = _FREE_NAME.sub(lambda found: found[1] or "$" + found[2], argument)
    return text if literal(text) else None


def _as_term(argument: str) -> str | None:
    if re.fullmatch(r"[A-Z]\w*(?:\.[A-Z]\w*)*", argument):
        return f':"Elixir.{argument}"'
    return dollared(argument)


def _as_reason(argument: str) -> str | None:
    if argument == ":normal":
        return ""
    if re.fullmatch(r":[a-z_]\w*[?!]?", argument):
        return argument[1:]
    return _as_term(argument)


def _as_table(argument: str) -> str | None:
    return argument if re.fullmatch(r":?[a-z_]\w*|[A-Z][\w.]*", argument) else None


def _as_options(argument: str) -> str | None:
    found = literal(argument)
    if found is None or not isinstance(found.value, List):
        return None
    return " ".join(
        option.name if isinstance(option, Atom) else inspect(option, width=None)
        for option in found.value
    )


def _as_time(argument: str) -> str | None:
    digits = argument.replace("_", "")
    return digits if digits.isdecimal() else None


_READERS: Final[dict[str, Callable[[str], str | None]]] = {
    "name": _as_name,
    "process": _as_process,
    "value": _as_value,
    "term": _as_term,
    "reason": _as_reason,
    "table": _as_table,
    "options": _as_options,
    "time": _as_time,
}
