"""Myers' difference algorithm, for `List.myers_difference` and `String.myers_difference`."""

from collections.abc import Callable, Sequence
from typing import Any

from kvshell.elixir.library.calls import caller
from kvshell.terms import A, List, equal

Steps = Any  # a chain (step, rest) of previous steps, last first; None at the start


def difference(
    one: Sequence[Any],
    other: Sequence[Any],
    script: Any = None,
    join: Callable[[list[Any]], Any] = List,
) -> List:
    """Return the edit script from `one` to `other`, a keyword list of `:eq`, `:del` and `:ins`."""
    if not one and not other:
        return List()
    diff = None if script is None else caller(script, 2)
    paths: list[Path] = [(0, 0, None)]
    envelope = 0
    while True:
        found: list[Path] = []
        for place in range(envelope + 1):
            path = _followed(_proceeded(place, envelope, paths, one, other, diff), one, other)
            if path[0] >= len(one) and path[1] >= len(other):
                return List(_compacted(path[2], join))
            found.append(path)
        paths = found
        envelope += 1


Path = tuple[int, int, Steps]  # position in each, and the steps so far


def _proceeded(
    place: int,
    envelope: int,
    paths: list[Path],
    one: Sequence[Any],
    other: Sequence[Any],
    diff: Callable[..., Any] | None,
) -> Path:
    if envelope == 0:
        return paths[0]
    if place == 0:
        return _deleted(paths[0], one)
    if place == envelope:
        return _inserted(paths[-1], one, other, diff)
    before, after = paths[place - 1], paths[place]
    if before[0] > after[0]:
        return _inserted(before, one, other, diff)
    return _deleted(after, one)


def _inserted(
    path: Path, one: Sequence[Any], other: Sequence[Any], diff: Callable[..., Any] | None
) -> Path:
    y, x, steps = path
    if x >= len(other):
        return path
    if diff is not None and y < len(one):
        nested = diff(one[y], other[x])
        if nested is not None and nested is not False:
            return y + 1, x + 1, ((A.diff, nested), steps)
    return y, x + 1, ((A.ins, other[x]), steps)


def _deleted(path: Path, one: Sequence[Any]) -> Path:
    y, x, steps = path
    return (y + 1, x, steps) if y >= len(one) else (y + 1, x, ((A.del_, one[y]), steps))


def _followed(path: Path, one: Sequence[Any], other: Sequence[Any]) -> Path:
    y, x, steps = path
    while y < len(one) and x < len(other) and equal(one[y], other[x]):
        steps = ((A.eq, one[y]), steps)
        y, x = y + 1, x + 1
    return y, x, steps


def _compacted(steps: Steps, join: Callable[[list[Any]], Any]) -> list[Any]:
    flat = []
    while steps is not None:
        step, steps = steps
        flat.append(step)
    made: list[Any] = []
    for kind, value in reversed(flat):
        if kind is A.diff:
            made.append((kind, value))
        elif made and made[-1][0] is kind:
            made[-1][1].append(value)
        else:
            made.append((kind, [value]))
    return [(kind, value if kind is A.diff else join(value)) for kind, value in made]
