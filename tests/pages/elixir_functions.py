"""The modules and functions of a real Elixir: `python -m tests.pages.elixir_functions`.

Writes `kvshell/elixir/library/real_functions.txt` from the Elixir and OTP that are installed, so
that a function which this shell lacks is told apart from a typo. Names and arities only.
"""

import subprocess
from pathlib import Path

from kvshell.elixir.library.real_functions import PATH
from kvshell.elixir.library.registry import FILES

PROGRAM = Path(__file__).with_name("elixir_functions.exs")
# Applications of OTP that a package may leave out.
APART = (":cpv", ":dialyzer", ":et_viewer", ":etop", ":observer", ":reltool", ":ttb", ":wx")


def main() -> None:
    """Write the file anew."""
    ran = subprocess.run(
        ["elixir", str(PROGRAM), *FILES], capture_output=True, text=True, check=True, timeout=120
    )
    lines = sorted({*ran.stdout.splitlines(), *APART})
    PATH.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
