"""The user's preferences for a prompt: config folder, environment and command line."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from kvshell.commands.language.message import Message
from kvshell.commands.view import Role
from kvshell.shell.config import startup
from kvshell.shell.config.settings import Config, folder, read
from kvshell.shell.hosts.protocol import SETTINGS, PromptRunner, ScreenBlock, TypingHelp
from kvshell.views.caps import Flags
from kvshell.views.colours import recolour, style_of


class Preferences(NamedTuple):
    """The user's preferences for a prompt.

    Attributes:
        config: the settings from the file and the environment.
        folder: the folder of `startup.kv`; None to run no start-up script.
        theme: the theme that suits the terminal.
        keep_history: whether lines are saved to disk.
        history_size: the maximum number of saved lines.
        pager: the command for long answers; empty for the built-in pager.
        present: presentation mode: no ghost text, more space, keys shown.
    """

    config: Config
    folder: Path | None
    theme: str
    keep_history: bool
    history_size: int
    pager: str
    present: bool

    def setting(self, name: str) -> str:
        """Return the value of an option where there is no session to ask."""
        found = self.config.options.get(name)
        if name == "theme" and found is None:
            return self.theme
        return SETTINGS[name] if found is None else str(found.value)

    def settle(self, session: PromptRunner) -> None:
        """Apply these options to a session; a delivery law other than the session's resets it."""
        session.options["theme"] = self.theme
        for name, setting in self.config.options.items():
            if name != "law":
                session.options[name] = setting.value
            elif setting.value != session.options["law"]:
                session.run(f"set law {setting.value}", counted=False)

    def start(self, session: PromptRunner, words: TypingHelp) -> Iterable[ScreenBlock]:
        """Report invalid config entries, then run `startup.kv`; yields the messages to show."""
        for problem in self.config.problems:
            yield ScreenBlock(Message("config: {problem}", problem=problem), narration=True)
        if self.folder is not None:
            for problem in startup.run(self.folder / "startup.kv", session, words.unfinished):
                yield ScreenBlock(problem, narration=True)


def preferences(flags: Flags, environ: Mapping[str, str] = os.environ) -> Preferences:
    """Read the preferences; their colours apply to the whole process from now on."""
    place = folder() if flags.config else None
    config = read(None if place is None else place / "config.toml", environ)
    recolour(
        {
            Role(name.removeprefix("colours.")): style_of(setting.value)
            for name, setting in config.colours.items()
        }
    )
    return Preferences(
        config=config,
        folder=place,
        theme=flags.caps.theme,
        keep_history=flags.history and config.rest["history.keep"].value,
        history_size=config.rest["history.size"].value,
        pager=config.rest["pager"].value,
        present=flags.present,
    )
