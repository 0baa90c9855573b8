"""In which order the blocks of a document run.

Document order, except that a step's `goal` blocks come after its other blocks, and `teardown`
blocks at the end of the system they clean up: before the next `fresh`, or at the document's end.
"""

from kvshell.transcript.document import Block, Document


def run_order(document: Document) -> list[Block]:
    """Return every block that a replay looks at, skipped ones included."""
    ordered: list[Block] = []
    goals: list[Block] = []
    teardowns: list[Block] = []
    step = 0
    for block in document.blocks:
        given = block.attributes
        if given.norun or given.wrong:
            continue
        fresh = given.fresh and block.runs
        if block.step != step or fresh:
            ordered += goals
            goals.clear()
            step = block.step
        if fresh:
            ordered += teardowns
            teardowns.clear()
        if given.teardown:
            teardowns.append(block)
        elif given.goal:
            goals.append(block)
        else:
            ordered.append(block)
    return ordered + goals + teardowns
