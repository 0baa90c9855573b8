"""A document that passes, and the report of one that does not."""

from kvshell.transcript.format.parser import parse
from kvshell.transcript.report.failures import failure_lines
from tests.transcript.running import failure, play

START = "kv> start manager\n{:ok, #PID<mgr>}\n"

TWO_STORES = """\
---
title: Two stores
prev_page: 01-manager
next_page: 03-ets-cache
width: 80
---
Start the manager, then make two stores. They are *different processes*:

```kvshell
kv> start manager
{:ok, #PID<mgr>}
kv> create store s1
#PID<s1>
kv> create store s2
#PID<s2>
kv> create store s1            # asking again returns the same process
#PID<s1>
kv> lookup s1
{:ok, #PID<s1>}
kv> registry
╭──────┬──────────┬─────────┬───────┬───────┬───────╮
│ name │ pid      │ process │ owner │ table │ state │
├──────┼──────────┼─────────┼───────┼───────┼───────┤
│ s1   │ #PID<s1> │ alive   │ yes   │ yes   │ fresh │
│ s2   │ #PID<s2> │ alive   │ yes   │ yes   │ fresh │
╰──────┴──────────┴─────────┴───────┴───────┴───────╯
kv> stop s1
:ok
kv> lookup s1
:error
```
"""


def shown(text: str, **settings: object) -> str:
    """Return the report of the only failure, with a fixed time."""
    document = parse("transcripts/02-two-stores.md", text)
    played = play(text, **settings)
    return "\n".join(failure_lines(document, failure(played)._replace(ms=12)))
