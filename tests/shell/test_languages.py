"""Every message to the user has a Russian translation with the same placeholders."""

import re

from tests.pages.narration import RUSSIAN, with_russian_left_over, without_russian


def test_every_message_has_a_russian_translation() -> None:
    missing = without_russian()

    assert not missing, "no Russian in kvshell/commands/language/russian/ for:\n" + "\n".join(
        missing
    )


def test_no_translation_is_left_over() -> None:
    assert with_russian_left_over() == []


HOLES = re.compile(r"\{\w+(?::[^}]*)?\}")
CODE = re.compile(r"`[^`]+`")


def test_a_translation_has_the_placeholders_of_its_message() -> None:
    for english, told in RUSSIAN.items():
        for form in told if isinstance(told, tuple) else (told,):
            assert set(CODE.findall(form)) == set(CODE.findall(english)), form
            if "`" not in english and ":ok" not in english:
                assert set(HOLES.findall(form)) == set(HOLES.findall(english)), form
