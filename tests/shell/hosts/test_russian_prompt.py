"""A prompt in Russian: messages to the user are in Russian, answers in English."""

import copy
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from kvshell.commands.assist.topics import TOPICS
from kvshell.commands.language.message import Message, joined
from kvshell.commands.language.texts import ENGLISH, Texts
from kvshell.commands.table import COMMANDS
from kvshell.session import Session
from kvshell.shell.hosts.session_prompt import ScreenOpener, SessionPrompt
from kvshell.shell.recordings import Recordings
from kvshell.views import Caps
from tests.cli.command import run
from tests.shell.terminal import shown_by

CAPS = Caps(tty=True, width=80, plain=False, interactive=True)
RUSSIAN = Texts("ru")


@pytest.fixture
def host() -> Iterator[SessionPrompt]:
    with Session() as session:
        recordings = Recordings(session)
        screen_openers: dict[str, ScreenOpener] = {
            "record": lambda wish, _host: recordings.open(wish)
        }
        yield SessionPrompt(
            session, lambda: CAPS, screen_openers, record=recordings.record, texts=RUSSIAN
        )


def typed(host: SessionPrompt, *lines: str) -> str:
    return "\n".join(block.text for line in lines for block in shown_by(host, line))


def test_welcome_help_hints_and_toolbar_are_russian(host: SessionPrompt) -> None:
    welcome = [block.text for block in host.welcome()]

    assert welcome[0].endswith("запускайте, ломайте и изучайте небольшую систему OTP на Python")
    assert welcome[2] == "Попробуйте: start manager"
    assert "Пока ничего не запущено." in typed(host, "help")
    assert "подсказка: пока ничего не запущено: start manager" in typed(host, "create store s1")
    typed(host, "start manager", "create store s1", "suspend manager", "stop s1")
    assert [part.text for part in host.status.parts] == [
        "ets", "manager приостановлен", "1 строка устарела", "1 сообщение ждёт", "1 хранилище",
    ]  # fmt: skip
    assert (host.status.label, host.status.leave) == (
        "дальше: ",
        "выход из kvshell — Ctrl-D или `exit`",
    )


def test_answers_stay_english(host: SessionPrompt) -> None:
    typed(host, "start manager", "create store s1")

    for line in ("lokup", "registry", "designs", "explain get s1 milk", "set hints perhaps"):
        said = typed(host, line).partition("\nподсказка")[0]
        assert not any("а" <= letter <= "я" for letter in said.lower()), said


def test_the_completion_menu_is_in_the_users_language(host: SessionPrompt) -> None:
    found = {entry.text: entry.description for entry in host.words.complete("sta")}

    assert RUSSIAN.translate(found["state"]) == "показывает состояние процесса"
    assert ENGLISH.translate(found["state"]) == "show the state of a process"


def test_a_recording_at_a_russian_prompt_is_english(host: SessionPrompt, tmp_path: Path) -> None:
    path = tmp_path / "my.md"

    typed(host, f"record {path}", "help put", "lokup", "record off")

    text = path.read_text(encoding="utf-8")
    assert "usage: put STORE KEY VALUE" in text
    assert "did you mean" in text
    assert not any("а" <= letter <= "я" for letter in text.lower())


def test_help_on_every_command_is_russian(host: SessionPrompt) -> None:
    for command in COMMANDS:
        if command.words in TOPICS:
            continue  # `designs` and `keys` are topics, too
        said = typed(host, f"help {command.words}")
        assert RUSSIAN(command.summary)[1:40].split("\n")[0] in said.replace("\n", " "), said
        assert said.startswith("вызов: ")


@pytest.mark.parametrize("words", [("-c", "help"), ("--lang", "ru", "-c", "help put")])
def test_a_batch_is_english_in_any_locale(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "ru_RU.UTF-8")

    done = run(*words)

    assert done.code == 0
    assert done.out
    assert not any("а" <= letter <= "я" for letter in (done.out + done.err).lower())


def test_a_message_is_its_english_text_with_its_template() -> None:
    stores = Message("{count:,} store", "{count:,} stores", count=2)
    said = joined([Message("Design {design} runs: {stores}", design="ets", stores=stores)], "{}.")

    assert said == "Design ets runs: 2 stores."
    assert ENGLISH.translate(said) is said
    assert RUSSIAN.translate(said) == "Работает дизайн ets: 2 хранилища."
    assert RUSSIAN.translate(copy.deepcopy(said)) == RUSSIAN.translate(
        pickle.loads(pickle.dumps(said))
    )


def test_data_that_looks_like_a_message_is_not_translated() -> None:
    assert RUSSIAN.translate("step") == "step"
    assert (
        RUSSIAN.translate(Message("no store is called {name}", name="step")) == "хранилища step нет"
    )
