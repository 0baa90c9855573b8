"""Finds names that nothing refers to, except those listed here with a reason.

    .venv/bin/python -m tests.dead_code

A part of tests/check.py. Only the package is read: what only a test uses is dead, too, or has a
reason here. `vulture` reads names, so it cannot see what is found by a string (the handlers of the
command table, the modes of the command line) or what another library calls. The two tables are read
here; the rest is listed by hand, and an entry that is no longer needed fails.
"""

import sys
from pathlib import Path

from vulture import Vulture

from kvshell.command_line.modes import MODES
from kvshell.commands.table import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
REGISTERING = ["@*.function", "@form", "@statement", "@_letters", "@both"]

PROMPT_TOOLKIT = "prompt_toolkit reads or calls it"
PYTEST = "pytest calls it"
OTP = "a part of OTP's own interface: taken, and here without effect"
REASONS = {
    # argparse
    "kvshell/command_line/reading.py: _print_message": "argparse calls it",
    "kvshell/command_line/reading.py: namespace": "argparse passes it by position",
    # prompt_toolkit
    "kvshell/shell/prompt/history.py: load_history_strings": PROMPT_TOOLKIT,
    "kvshell/shell/prompt/shown_safely.py: apply_transformation": PROMPT_TOOLKIT,
    "kvshell/shell/prompt/history.py: store_string": PROMPT_TOOLKIT,
    "kvshell/shell/prompt/history.py: get_suggestion": PROMPT_TOOLKIT,
    "kvshell/shell/prompt/key_bindings.py: erase_when_done": PROMPT_TOOLKIT,
    "kvshell/shell/prompt/key_bindings.py: tempfile_suffix": PROMPT_TOOLKIT,
    "kvshell/shell/prompt/menu.py: get_completions": PROMPT_TOOLKIT,
    "kvshell/shell/prompt/menu.py: display_meta_text": PROMPT_TOOLKIT,
    "kvshell/shell/prompt/menu.py: display_text": PROMPT_TOOLKIT,
    "kvshell/shell/prompt/highlighting.py: lex_document": PROMPT_TOOLKIT,
    "kvshell/shell/prompt/line_reader.py: after_render": PROMPT_TOOLKIT,
    "kvshell/shell/prompt/menu.py: _display_meta": PROMPT_TOOLKIT,
    "kvshell/shell/prompt/menu.py: selected_style": PROMPT_TOOLKIT,
    "kvshell/shell/prompt/line_reader.py: after_key_press": PROMPT_TOOLKIT,
    "kvshell/shell/prompt/fitting_session.py: menu_position": PROMPT_TOOLKIT,
    "kvshell/shell/prompt/line_reader.py: cpr_not_supported_callback": PROMPT_TOOLKIT,
    "kvshell/shell/prompt/line_reader.py: editing_mode": PROMPT_TOOLKIT,
    "kvshell/shell/prompt/line_reader.py: complete_style": PROMPT_TOOLKIT,
    "kvshell/shell/prompt/line_reader.py: erase_when_done": PROMPT_TOOLKIT,
    # pytest
    "kvshell/transcript/plugin.py: pytest_addoption": PYTEST,
    "kvshell/transcript/plugin.py: pytest_collect_file": PYTEST,
    "kvshell/transcript/plugin.py: runtest": PYTEST,
    "kvshell/transcript/plugin.py: reportinfo": PYTEST,
    "kvshell/testing/pytest_tests.py: runtest": PYTEST,
    "kvshell/testing/pytest_tests.py: reportinfo": PYTEST,
    # called by a program of the reader's
    "kvshell/otp/agent.py: Agent": "a Python program's agents are its subclasses",
    "kvshell/otp/dynamic_supervisor.py: DynamicSupervisor": "a Python program's are its subclasses",
    # what a person who looks for a fault asks; the tests ask it, too
    "kvshell/runtime/runtime.py: zombies": "names the killed processes whose code still runs",
    "kvshell/explore/search/search.py: shares_set_up": "says why a search is slow",
    "kvshell/engines/beam/node.py: system_pid": "the operating system's pid of a node",
    "kvshell/runtime/processes/exits.py: seq": "the order of events, for a host that mixes sources",
    "kvshell/explore/search/search.py: helped": "how many runs another process did",
    # Python
    "kvshell/terms/atom.py: memo": "copy.deepcopy passes it",
    # OTP's interface
    "kvshell/otp/gen/callbacks.py: handle_continue": "the default of a callback",
    "kvshell/otp/gen/naming.py: GLOBAL": "`{:via, :global, name}` finds it by its atom",
    "kvshell/otp/gen_server.py: hibernate_after": OTP,
    # kept for what it does, not for its name
    "kvshell/elixir/evaluate.py: kvshell": "its import registers what a module may contain",
    "kvshell/transcript/format/document.py: prev_page": "front matter for a site",
    "kvshell/transcript/format/document.py: next_page": "front matter for a site",
    "kvshell/testing/suite.py: KNOWN": "its import makes known what a test file may use",
    "kvshell/learn/walk/progress.py: locale": "a field of the progress file",
    "kvshell/shell/prompt/key_bindings.py: older": "bound by the name in the table of keys",
    "kvshell/shell/prompt/key_bindings.py: newer": "bound by the name in the table of keys",
    "kvshell/shell/prompt/key_bindings.py: word_back": "bound by the name in the table of keys",
    "kvshell/shell/prompt/key_bindings.py: word_forward": "bound by the name in the table of keys",
}


def by_string() -> set[str]:
    """Return the names of functions that a table has as strings: handlers and modes."""
    handlers = {command.handler.rpartition(".")[2] for command in COMMANDS}
    return handlers | {mode.target.rpartition(":")[2] for mode in MODES.values()}


def unused() -> dict[str, str]:
    """Return the names that nothing refers to, as `file: name`, each with its line."""
    vulture = Vulture(ignore_decorators=REGISTERING, ignore_names=sorted(by_string()))
    vulture.scavenge([str(ROOT / "kvshell")])
    found = {}
    for item in vulture.get_unused_code(min_confidence=60):
        path = Path(item.filename).relative_to(ROOT).as_posix()
        if path.startswith("kvshell/"):
            found[f"{path}: {item.name}"] = f"{path}:{item.first_lineno}: {item.message}"
    return found


def main() -> int:
    """Print unused names and superfluous reasons; return 1 if there are any."""
    found = unused()
    said = [line for name, line in sorted(found.items()) if name not in REASONS]
    said += [
        f"tests/dead_code.py: {name} is used now: take it off the list"
        for name in sorted(REASONS.keys() - found.keys())
    ]
    print("\n".join(said or ["no dead code"]))
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
