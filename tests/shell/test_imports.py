"""Opening the prompt imports only what it needs; the rest is imported later."""

import subprocess
import sys

import pytest


def loaded(code: str) -> set[str]:
    """Return the modules that a new interpreter has imported after running `code`."""
    program = f"import sys\n{code}\nprint('\\n'.join(sys.modules))"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    return set(ran.stdout.split())


@pytest.fixture(scope="module")
def before_the_first_prompt() -> set[str]:
    return loaded(
        "import kvshell.shell.command, kvshell.shell.prompt.line_reader, "
        "kvshell.shell.screen.screen"
    )


@pytest.mark.slow
@pytest.mark.parametrize("late", ["rich", "markdown_it", "kvshell.transcript", "platformdirs"])
def test_the_first_prompt_does_not_import(before_the_first_prompt: set[str], late: str) -> None:
    assert late not in before_the_first_prompt


def test_a_dumb_terminal_never_loads_prompt_toolkit() -> None:
    assert "prompt_toolkit" not in loaded("import kvshell.shell.command, kvshell.shell.prompt.dumb")


TYPED = """
from contextlib import nullcontext
from kvshell.session import Session
from kvshell.session.interrupts import Interrupts
from kvshell.shell.hosts.protocol import Display
from kvshell.shell.hosts.session_prompt import SessionPrompt
from kvshell.shell.preloading import preload
from kvshell.views import Caps, render_view
with Session("free") as session:
    prompt = SessionPrompt(session, lambda: Caps(tty=True, width=80, plain=False, interactive=True))
    shown = Display(list, Interrupts(), nullcontext)
    for line in ("start manager", "create store s1"):
        prompt.line(line, shown)
    preload()
    before = set(sys.modules)
    for text in ("g", "get", "get s", "get s1 ", "x = 1"):
        prompt.words.spans(text), prompt.words.complete(text), prompt.words.signature(text)
    for line in ("registry", "tree", "help", "help put"):
        prompt.line(line, shown)
    late = set(sys.modules) - before
sys.modules.clear()
sys.modules.update(dict.fromkeys(late))
"""


def test_modules_needed_by_first_keys_and_answers_are_preloaded() -> None:
    late = {name for name in loaded(TYPED) if name.startswith(("kvshell.shell", "kvshell.views"))}

    assert not late
