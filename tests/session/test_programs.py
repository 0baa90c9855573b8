"""The `load` line that `--load` stands for, as shown at the prompt and parsed again."""

import pytest

from kvshell.session import loading


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("counter.py", "load counter.py"),
        ("~/x/counter.py", "load ~/x/counter.py"),
        ("my server.py", 'load "my server.py"'),
        ('a"b;c.py', 'load "a\\"b;c.py"'),
        ("#c.py", 'load "#c.py"'),
    ],
)
def test_a_program_is_loaded_by_the_line_a_user_would_type(path: str, line: str) -> None:
    assert loading(path) == line
