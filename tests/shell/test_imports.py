"""What opening the prompt loads, and what it leaves for later."""

import subprocess
import sys

import pytest


def loaded(code: str) -> set[str]:
    """The modules a fresh interpreter holds after `code`."""
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
def test_the_first_prompt_does_not_wait_for(before_the_first_prompt: set[str], late: str) -> None:
    assert late not in before_the_first_prompt


def test_a_dumb_terminal_never_loads_prompt_toolkit() -> None:
    assert "prompt_toolkit" not in loaded("import kvshell.shell.command, kvshell.shell.prompt.dumb")
