"""A prompt for a terminal of any height: the menu is dropped first, then the toolbar."""

from typing import Any, Final

from prompt_toolkit import PromptSession
from prompt_toolkit.filters import Condition
from prompt_toolkit.layout import ConditionalContainer, Container, FloatContainer, HSplit, Window
from prompt_toolkit.layout.controls import BufferControl
from prompt_toolkit.layout.dimension import Dimension
from prompt_toolkit.layout.menus import CompletionsMenu
from prompt_toolkit.output import Output

MENU_ROWS: Final = 6  # the line and the rows kept free below it, so that no menu scrolls the screen
TOOLBAR_ROWS: Final = 1
MENU_HEIGHT: Final = 10  # of prompt_toolkit's 16 rows: all are drawn anew at each key


def has_menu(output: Output) -> bool:
    """Whether the terminal has room for a menu below the line."""
    return output.get_size().rows >= MENU_ROWS + TOOLBAR_ROWS


class FittingSession(PromptSession[str]):
    """A PromptSession that adapts to low terminals, down to a single row.

    If the rows that prompt_toolkit reserves do not fit, it shows "Window too small..." instead of
    the prompt. Here they are computed at every drawing, so the terminal may be resized while a line
    is typed. If it is low, Tab still completes, one candidate after another.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        self._bottom: Any = None
        roomy = Condition(lambda: has_menu(self.output))
        super().__init__(*args, complete_while_typing=roomy, **options)
        root = self.layout.container
        if isinstance(root, HSplit):
            root.children = [_unframed(child) for child in root.children]
            _lower_menu(root)
        control = self.layout.current_control
        if isinstance(control, BufferControl):
            control.menu_position = self._menu_position

    @property
    def reserve_space_for_menu(self) -> int:
        """The minimum number of rows for the line and its menu."""
        return MENU_ROWS if has_menu(self.output) else 0

    @reserve_space_for_menu.setter
    def reserve_space_for_menu(self, rows: int) -> None:
        """Ignore the value: the height of the pane decides."""

    @property
    def bottom_toolbar(self) -> Any:
        """The toolbar's content; None on a terminal that is too low for it."""
        return self._bottom if self.output.get_size().rows > TOOLBAR_ROWS else None

    @bottom_toolbar.setter
    def bottom_toolbar(self, make: Any) -> None:
        self._bottom = make

    def _menu_position(self) -> int | None:
        """The start of the completed word, so that the menu stays in place while it is typed.

        Below the cursor, it would move with every key, and each of its cells be drawn again.
        """
        state = self.default_buffer.complete_state
        if state is None or not state.completions:
            return None
        return state.original_document.cursor_position + state.completions[0].start_position


def _unframed(container: Container) -> Container:
    """Return the prompt itself instead of the choice between it and a prompt in a frame.

    The frame is never drawn, but with it prompt_toolkit visits 34 windows instead of 12, four times
    per key.
    """
    if isinstance(container, ConditionalContainer):
        return container.alternative_content or container
    return container


def _lower_menu(container: Container) -> None:
    """Limit the menu below `container` to MENU_HEIGHT rows."""
    if isinstance(container, FloatContainer):
        for each in container.floats:
            menu = each.content.content if isinstance(each.content, CompletionsMenu) else None
            if isinstance(menu, Window):
                menu.height = Dimension(min=1, max=MENU_HEIGHT)
    for child in container.get_children():
        _lower_menu(child)
