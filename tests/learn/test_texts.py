import pytest

from kvshell.commands.language.texts import Texts, language
from kvshell.learn.lesson import catalogue as shelf


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "ждёт 1 сообщение"),
        (3, "ждут 3 сообщения"),
        (5, "ждут 5 сообщений"),
        (11, "ждут 11 сообщений"),
        (21, "ждёт 21 сообщение"),
    ],
)
def test_russian_has_three_plural_forms(count: int, said: str) -> None:
    assert Texts("ru").many("{count} message waits", "{count} messages wait", count) == said


def test_english_texts_are_those_in_the_code() -> None:
    assert (
        Texts("en").many("{count} message waits", "{count} messages wait", 2) == "2 messages wait"
    )
    assert Texts("de").language == "en"


@pytest.mark.parametrize(
    ("asked", "environ", "code"),
    [
        ("ru", {"LANG": "en_US.UTF-8"}, "ru"),
        ("", {"LC_MESSAGES": "ru_RU.UTF-8", "LANG": "en_US.UTF-8"}, "ru"),
        ("", {"LANG": "ru_RU"}, "ru"),
        ("", {"LANG": "C.UTF-8"}, "en"),
        ("", {"LC_ALL": "de_DE"}, "en"),
        ("", {}, "en"),
    ],
)
def test_the_language_comes_from_the_option_or_the_locale(
    asked: str, environ: dict[str, str], code: str
) -> None:
    assert language(asked, environ) == code


@pytest.mark.parametrize(
    "word", ["01-a-process-and-its-mailbox", "1", "01", "a-process-and-its-mailbox", "mailbox"]
)
def test_a_lesson_is_found_by_its_name_or_number(word: str) -> None:
    assert shelf.lesson_path(word).stem == "01-a-process-and-its-mailbox"


def test_an_unknown_lesson_is_refused() -> None:
    with pytest.raises(shelf.NoLessonError, match="no lesson 99: learn lists them"):
        shelf.lesson_path("99")
    with pytest.raises(shelf.NoLessonError, match="did you mean 08-what-a-lookup-costs"):
        shelf.lesson_path("08-what-a-lokup-costs")
    with pytest.raises(
        shelf.NoLessonError, match="did you mean 09-race-one-cast-and-call, 10-race-two-the-row-th"
    ):
        shelf.lesson_path("race")
    with pytest.raises(shelf.NoLessonError, match="no lesson s: learn lists them"):
        shelf.lesson_path("s")
