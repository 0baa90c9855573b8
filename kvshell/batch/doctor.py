"""`kvshell doctor`: which engines are available here, and how to install the others."""

from argparse import Namespace

from kvshell.engines.available import availability
from kvshell.engines.protocol import SUMMARIES
from kvshell.views.caps import Flags
from kvshell.views.json_line import dumps
from kvshell.views.output import emit


def doctor(_given: Namespace, flags: Flags) -> int:
    """Write a line for each engine; return exit code 0, even if engines are missing."""
    found = availability()
    if flags.caps.json:
        for each in found:
            engine = {"v": 1, "engine": each.name, "version": each.version or None}
            emit(dumps({**engine, "missing": each.missing or None}))
        return 0
    width = max(len(each.version or "missing") for each in found)
    for each in found:
        version = each.version or "missing"
        emit(f"{each.name:6}  {version:{width}}  {SUMMARIES[each.name]}")
        if each.missing:
            emit(f"        {each.missing}")
    return 0
