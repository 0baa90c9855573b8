"""pytest collects the ExUnit files below `kvshell_paths`."""

import pytest

pytest_plugins = ["pytester"]

TESTS = """
defmodule CountTest do
  use ExUnit.Case
  test "adds" do
    assert 1 + 1 == 2
  end
  test "is wrong" do
    assert 1 + 1 == 3
  end
  @tag skip: "later"
  test "waits" do
    flunk()
  end
end
"""


@pytest.mark.slow
def test_each_test_of_a_file_is_an_item(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nkvshell_paths = checks\n")
    pytester.mkdir("checks")
    (pytester.path / "checks" / "count_test.exs").write_text(TESTS)
    (pytester.path / "checks" / "broken_test.exs").write_text("defmodule B do\n  [1\nend\n")
    (pytester.path / "elsewhere_test.exs").write_text(TESTS)

    found = pytester.runpytest_subprocess("-v", "-p", "no:cacheprovider")

    found.assert_outcomes(errors=1)
    found.stdout.fnmatch_lines(["*== Compilation error in file *broken_test.exs ==*"])
    (pytester.path / "checks" / "broken_test.exs").unlink()
    found = pytester.runpytest_subprocess("-v", "-p", "no:cacheprovider")

    found.assert_outcomes(passed=1, failed=1, skipped=1)
    found.stdout.fnmatch_lines(
        [
            "*count_test.exs::CountTest::test adds PASSED*",
            "*1) test is wrong (CountTest)*",
            "*Assertion with == failed*",
        ]
    )
