"""Mermaid: a chart as text that documents draw."""

from typing import Final

from kvshell.commands.view import Chart

# What Mermaid reads as its own: `;` ends a statement, `#` begins an entity.
_ESCAPED: Final = str.maketrans({"#": "#35;", ";": "#59;", "\n": " "})


def mermaid(chart: Chart) -> str:
    """Write a chart as a Mermaid sequence diagram, for documents."""
    lines = ["sequenceDiagram"]
    for index, lane in enumerate(chart.lanes):
        lines.append(f"    participant p{index} as {_plain(lane.text)}")
    for arrow in chart.arrows:
        if arrow.kind == "note":
            lines.append(f"    Note over p{arrow.source}: {_plain(arrow.label)}")
        else:
            sign = "--)" if arrow.kind == "flight" else "->>"
            lines.append(f"    p{arrow.source}{sign}p{arrow.target}: {_plain(arrow.label)}")
    return "\n".join(lines)


def _plain(text: str) -> str:
    return text.translate(_ESCAPED)
