"""Shows characters that would hide or reverse text in the typed line as escapes."""

from bisect import bisect_right
from itertools import accumulate

from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.formatted_text.utils import fragment_list_to_text
from prompt_toolkit.layout.processors import (
    Processor,
    Transformation,
    TransformationInput,
)

from kvshell.views import safe


class ShownSafely(Processor):
    """Shows `U+202E` and similar characters as escapes; the text that is run is unchanged.

    Control characters are shown as `^[` by prompt_toolkit itself.
    """

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        """Replace invisible characters by escapes, and map the cursor's positions."""
        fragments = transformation_input.fragments
        text = fragment_list_to_text(fragments)
        if text.isprintable():
            return Transformation(fragments)
        shown: StyleAndTextTuples = [(each[0], _shown(each[1])) for each in fragments]
        starts = [0, *accumulate(len(_shown(char)) for char in text)]

        def to_display(place: int) -> int:
            return starts[min(place, len(text))] + max(place - len(text), 0)

        def to_source(place: int) -> int:
            if place >= starts[-1]:
                return len(text) + place - starts[-1]
            return bisect_right(starts, place) - 1

        return Transformation(shown, to_display, to_source)


def _shown(text: str) -> str:
    return "".join(char if char < "\u00a0" else safe(char) for char in text)
