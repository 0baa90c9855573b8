"""What `kvshell test` takes from a project: mix.exs and the files of config/."""

import re
from pathlib import Path

import pytest

from kvshell.cli import main


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_test_paths_and_pattern_come_from_the_project(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "mix.exs").write_text(
        "defmodule Shop.MixProject do\n  use Mix.Project\n\n  def project do\n"
        '    [app: :shop, test_paths: ["checks"], test_pattern: "*_{check,proof}.exs"]\n'
        "  end\nend\n"
    )
    (project / "checks/deep").mkdir(parents=True)
    (project / "checks/test_helper.exs").write_text("ExUnit.start(exclude: [:slow])\n")
    body = '  use ExUnit.Case\n  test "a", do: :ok\n  @tag :slow\n  test "b", do: flunk()\nend\n'
    (project / "checks/deep/a_check.exs").write_text(f"defmodule A do\n{body}")
    (project / "checks/b_proof.exs").write_text(f"defmodule B do\n{body}")
    (project / "checks/c_test.exs").write_text(f"defmodule C do\n{body}")

    codes = [main(["test"]), main(["test", "checks/deep"])]

    printed = capsys.readouterr().out
    assert codes == [0, 0]
    assert re.findall(r"^\w+ \[.*", printed, re.MULTILINE) == [
        "B [checks/b_proof.exs]", "A [checks/deep/a_check.exs]", "A [checks/deep/a_check.exs]",
    ]  # fmt: skip
    assert "4 tests, 0 failures, 2 excluded" in printed


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ('deps: [{:jason, "~> 1.0"}]', "this shell fetches no packages: deps must be empty"),
        ('apps_path: "apps"', "this shell runs one application at a time, not an umbrella (apps_p"),
    ],
)
def test_unsupported_features_of_mix_are_refused(
    project: Path, capsys: pytest.CaptureFixture[str], said: str, why: str
) -> None:
    (project / "mix.exs").write_text(
        f"defmodule Shop.MixProject do\n  use Mix.Project\n\n  def project do\n    [{said}]\n"
        "  end\nend\n"
    )

    assert main(["test"]) == 2
    assert f"** (CompileError) mix.exs:4: {why}" in capsys.readouterr().out


def test_the_files_of_config_are_read(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As mix 1.14 reads the same files: `env` of mix.exs, then config.exs, then runtime.exs."""
    files = {
        "mix.exs": "defmodule Shop.MixProject do\n  use Mix.Project\n"
        "  def project, do: [app: :shop]\n"
        "  def application, do: [env: [colour: :red, size: 1]]\nend\n",
        "config/config.exs": "import Config\n\nconfig :shop, size: 2, nested: [a: [x: 1], b: 2]\n"
        "config :shop, Shop.Repo, pool: 10\nconfig :shop, nested: [a: [y: 2]]\n"
        'import_config "#{config_env()}.exs"\n',
        "config/test.exs": "import Config\nconfig :shop, env: Mix.env()\n"
        "if config_env() == :test do\n  config :shop, Shop.Repo, sandbox: true\nend\n",
        "config/runtime.exs": "import Config\nconfig :shop, late: config_env()\n",
        "lib/stock.ex": "defmodule Shop do\n  @size Application.compile_env(:shop, :size)\n"
        "  def size, do: @size\nend\n",
        "test/stock_test.exs": "defmodule ShopTest do\n  use ExUnit.Case\n"
        '  test "it" do\n    assert Shop.size() == 2\n'
        "    assert Enum.sort(Application.get_all_env(:shop)) == [\n"
        "      {Shop.Repo, [pool: 10, sandbox: true]}, {:colour, :red}, {:env, :test},\n"
        "      {:late, :test}, {:nested, [b: 2, a: [x: 1, y: 2]]}, {:size, 2}\n    ]\n  end\nend\n",
    }
    for name, text in files.items():
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(text)

    assert main(["test"]) == 0, capsys.readouterr().out
    assert main(["test", "--explore"]) == 0  # in every schedule, too
    (project / "config/test.exs").unlink()
    assert main(["test"]) == 2
    assert "** (File.Error) could not read file " in capsys.readouterr().out


def test_runtime_exs_is_read_after_compiling_lib(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The output is that of `mix test` 1.14, with the unknown applications and the seed."""
    files = {
        "mix.exs": "defmodule Shop.MixProject do\n  use Mix.Project\n"
        "  def project, do: [app: :shop]\nend\n",
        "config/config.exs": "import Config\nconfig :zz, a: 1\nconfig :shop, mode: :compiled\n"
        "config :nosuch, a: 1\nconfig :zz, b: 1\nconfig :logger, level: :info\n",
        "config/runtime.exs": "import Config\nconfig :rr, b: 1\nconfig :nosuch, b: 2\n"
        'IO.puts("loaded: #{Code.ensure_loaded?(Shop)}")\nconfig :shop, mode: :started\n',
        "lib/stock.ex": "defmodule Shop do\n  @mode Application.compile_env(:shop, :mode)\n"
        "  def mode, do: @mode\nend\n",
        "test/test_helper.exs": "ExUnit.start(seed: 5)\n",
        "test/stock_test.exs": "defmodule ShopTest do\n  use ExUnit.Case\n"
        '  test "it" do\n    assert Shop.mode() == :compiled\n'
        "    assert Application.get_env(:shop, :mode) == :started\n"
        "    assert Application.get_all_env(:nosuch) |> Enum.sort() == [a: 1, b: 2]\n  end\nend\n",
    }
    for name, text in files.items():
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(text)

    code = main(["test"])

    said = capsys.readouterr()
    assert code == 0, said.out
    assert "loaded: true" in said.out
    named = [line for line in said.err.split("\n") if line.startswith("Please ensure")]
    assert [line.split()[2] for line in named] == [":rr", ":nosuch", ":nosuch", ":zz"]
    assert "Randomized with seed 5" in said.out
    assert main(["test", "--seed", "0"]) == 0
    assert "Randomized with seed 0" in capsys.readouterr().out
