"""Reading input: bytes become lines, or an error message."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvshell.batch.streams import LONGEST, InputLine, UnreadableError, given_lines, read_lines


def read(data: bytes) -> list[InputLine]:
    return list(read_lines(io.BytesIO(data)))


def texts(data: bytes) -> list[str]:
    return [line.text for line in read(data)]


@pytest.mark.parametrize(
    "data",
    [b"a b\nc\n", b"a b\nc", b"a b\r\nc\r\n", b"\xef\xbb\xbfa b\nc\n", b"\xef\xbb\xbfa b\r\nc"],
)
def test_line_ends_and_byte_order_marks_do_not_matter(data: bytes) -> None:
    assert texts(data) == ["a b", "c"]


def test_a_byte_order_mark_inside_the_input_is_text() -> None:
    assert texts("a\n\ufeffb\n".encode()) == ["a", "\ufeffb"]


def test_blank_lines_are_numbered_too() -> None:
    assert read(b"\n\nx") == [
        InputLine(n, text, piped=True) for n, text in enumerate(["", "", "x"], 1)
    ]


def test_only_lf_ends_a_line() -> None:
    assert texts("a\x0bb\u2028c\rd\n".encode()) == ["a\x0bb\u2028c\rd"]


def test_invalid_utf_8_is_reported_with_its_position() -> None:
    first, second = read(b"ok\nput s1 k \xff\xfe\n")

    assert first == InputLine(1, "ok", piped=True)
    assert second.problem == "line 2 is not UTF-8: byte 0xff at column 10"
    assert second.text == "put s1 k \\xff\\xfe"


def test_the_column_counts_characters() -> None:
    assert "column 3" in read("äö".encode() + b"\xff")[0].problem


def test_utf_16_is_recognised() -> None:
    assert read("help\n".encode("utf-16"))[0].problem == "the input is UTF-16: save it as UTF-8"


def test_a_line_of_maximum_length_is_read() -> None:
    assert [len(text) for text in texts(b"x" * LONGEST + b"\nshort")] == [LONGEST, 5]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
@pytest.mark.parametrize("more", [1, 2, 3, LONGEST, 3 * LONGEST + 7])
def test_a_longer_line_is_refused_and_reading_continues(more: int, end: bytes) -> None:
    line, *rest = read(b"x" * (LONGEST + more) + end + b"y\n" * bool(end))

    assert line.problem.startswith("line 1 has ")
    assert line.problem.endswith(" bytes: a line may have 65,536")
    assert len(line.text) < 70
    assert [each.text for each in rest] == ["y"] * bool(end)


def test_reading_a_folder_is_an_error() -> None:
    class Folder(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            raise IsADirectoryError(21, "Is a directory")

    with pytest.raises(UnreadableError, match="Is a directory"):
        list(read_lines(Folder()))


def test_an_argument_may_contain_several_lines() -> None:
    assert [line.text for line in given_lines(["a\r\nb", "c"])] == ["a", "b", "c"]


def test_lines_given_as_arguments_have_the_same_limits() -> None:
    broken, long = given_lines([b"\xff".decode("utf-8", "surrogateescape"), "x" * (LONGEST + 1)])

    assert broken.problem == "line 1 is not UTF-8: byte 0xff at column 1"
    assert long.problem == "line 2 has 65,537 bytes: a line may have 65,536"


@pytest.mark.slow
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\ufeff"))))
def test_written_lines_are_read_back_unchanged(lines: list[str]) -> None:
    assert texts("".join(f"{line}\n" for line in lines).encode()) == lines
