"""Lists the modules and functions of a real Elixir: `python -m tests.pages.elixir_functions`.

Writes `kvshell/elixir/library/real_functions.txt` from the installed Elixir and OTP, names and
arities only, so that errors can tell a function that kvshell lacks from a typo.
"""

import subprocess
from pathlib import Path

from kvshell.elixir.library.real_functions import PATH
from kvshell.elixir.library.registry import FILES

PROGRAM = Path(__file__).with_name("elixir_functions.exs")
# Applications of OTP that a distribution's packages may leave out.
APART = (":cpv", ":dialyzer", ":et_viewer", ":etop", ":observer", ":reltool", ":ttb", ":wx")


def main() -> None:
    """Write the file."""
    ran = subprocess.run(
        ["elixir", str(PROGRAM), *FILES], capture_output=True, text=True, check=True, timeout=120
    )
    lines = sorted({*ran.stdout.splitlines(), *APART})
    PATH.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
