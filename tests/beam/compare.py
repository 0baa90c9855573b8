"""Runs random programs on the BEAM and here, and reports where they differ.

    python -m tests.beam.compare            200 programs of each kind
    python -m tests.beam.compare links 20   20 of one kind

Needs `elixir` on the PATH. Deliberate differences are listed in CONTRIBUTING.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from kvshell.elixir.evaluate import Evaluator
from kvshell.elixir.modules.code_server import ElixirCode
from kvshell.runtime import Exit, Killed, Runtime
from kvshell.terms import ElixirError, inspect
from tests.beam.programs import KINDS, program

LAB: Final = Path(__file__).with_name("lab.exs")
MARK: Final = "=> "
# A script that runs each program in a separate process and prints its value on one line.
DRIVER: Final = """
Logger.configure(level: :none)
Code.compiler_options(ignore_module_conflict: true)
Code.require_file(hd(System.argv()))
for text <- File.read!(List.last(System.argv())) |> String.split("\\n----\\n") do
  me = self()
  {pid, ref} = spawn_monitor(fn ->
    {value, _} = Code.eval_string(text)
    send(me, {:value, value})
  end)
  told = receive do
    {:value, value} -> value
    {:DOWN, ^ref, _, ^pid, why} -> {:died, Prog.plain(why, %{})}
  end
  IO.puts("=> " <> inspect(told, limit: :infinity, width: :infinity))
end
"""


def on_the_beam(programs: list[str]) -> list[str]:
    """Return the values of the programs on the BEAM."""
    with tempfile.TemporaryDirectory() as folder:
        driver, texts = Path(folder, "driver.exs"), Path(folder, "programs.txt")
        driver.write_text(DRIVER, encoding="utf-8")
        texts.write_text("\n----\n".join(programs), encoding="utf-8")
        ran = subprocess.run(
            ["elixir", str(driver), str(LAB), str(texts)],
            capture_output=True,
            text=True,
            check=True,
        )
    return [line.removeprefix(MARK) for line in ran.stdout.splitlines() if line.startswith(MARK)]


def here(programs: list[str]) -> list[str]:
    """Return the values of the programs here, each on its own runtime."""
    lab = LAB.read_text(encoding="utf-8")
    return [_here(lab, text) for text in programs]


def _here(lab: str, text: str) -> str:
    with Runtime("controlled") as runtime, runtime.attach():
        code = runtime.code = ElixirCode()
        evaluator = Evaluator(code, {})
        try:
            evaluator.evaluate(lab, 1, [])
            return inspect(evaluator.evaluate(text, 1, []), width=None)
        except Exit as exit_:
            return f"exit {inspect(exit_.reason, width=None)}"
        except ElixirError as error:
            return f"error {error}"
        except Killed:
            return "died"


def differences(kind: str, seeds: range) -> list[str]:
    """Return each program of these seeds whose values differ, with both values."""
    programs = [program(kind, seed) for seed in seeds]
    pairs = zip(seeds, programs, on_the_beam(programs), here(programs), strict=True)
    return [
        f"--- {kind} {seed}\n{text}\nbeam: {beam}\nhere: {ours}"
        for seed, text, beam, ours in pairs
        if _same(beam) != _same(ours)
    ]


def _same(value: str) -> str:
    """Return a value with its white space normalised."""
    return re.sub(r"\s+", " ", value)


def main(args: list[str]) -> int:
    """Compare, and print the programs that differ; return the exit code."""
    if shutil.which("elixir") is None:
        print("elixir is not on the PATH")
        return 2
    kinds = [args[0]] if args else list(KINDS)
    count = int(args[1]) if len(args) > 1 else 200
    found = 0
    for kind in kinds:
        differ = differences(kind, range(count))
        print("\n".join(differ))
        print(f"{kind}: {count} programs, {len(differ)} differ")
        found += len(differ)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
