"""Feedback names what the system is doing."""

import pytest

from tests.learn.lessons import learner

STEP = """\
---
title: One
design: {design}
---
## One {{#one}}

Do it.

```kvshell
kv> self
...
```

<!--kvshell goal
kv> {goal}
{wanted}
-->

<!-- kv:hint Do. -->
"""


@pytest.mark.parametrize(
    ("design", "goal", "wanted", "lines", "said"),
    [
        ("ets", "lookup a", "{:ok, #PID<a>}", ["self"], "nothing runs, there is no manager to ask"),
        (
            "ets",
            "lookup a",
            "{:ok, #PID<a>}",
            ["start manager", "create store b"],
            "no process was ever created under that name",
        ),
        (
            "ets",
            "lookup a",
            ":error",
            ["start manager", "create store a", "suspend manager", "stop a"],
            "its :DOWN waits in the mailbox of KV.Registry, which is suspended",
        ),
        (
            "plain",
            "lookup a",
            ":error",
            ["start manager", "create store a", "stop a"],
            "asked for no :DOWN: it keeps the pid forever",
        ),
        ("plain", "get a k", "1", ["start manager", "create store a"], "a holds nothing yet"),
        (
            "map",
            "info a",
            "...\n│ monitored by │ #PID<r>, #PID<s> │\n...",
            ["start manager", "create store a"],
            "`info a` shows monitored by: #PID<0.103.0>.",
        ),
        (
            "plain",
            "registry",
            "│ name │ pid │ process │ owner │ table │ state │\n...\n"
            "│ a │ #PID<a> │ ${_:any} │ yes │ - │ dead, kept │\n...",
            ["start manager", "create store a"],
            "`registry` shows a: state fresh.",
        ),
        (
            "plain",
            "registry",
            "│ name │ pid │ process │ owner │ table │ state │\n...\n"
            "│ b │ #PID<a> │ alive │ yes │ - │ fresh │\n...",
            ["start manager", "create store a"],
            "`registry` has no row for b.",
        ),
        (
            "plain",
            "mailbox shell",
            "...\n│ 1 │ cast │ :hello │ - │\n...",
            ["start manager", "flush"],
            "nobody has sent shell a message, or all of them have been taken out already",
        ),
        ("plain", "ets list t", "[]", ["ets new t"], "`ets list t` fails: there is no table t."),
        (
            "plain",
            "get a k",
            "1",
            ["start manager", "create store a", "put a k 2"],
            'a holds %{"k" => 2}',
        ),
        (
            "plain",
            "get a k",
            "1",
            ["start manager", "create store a", "suspend a", "put a k 1"],
            "1 message waits in the mailbox of a and has not been handled",
        ),
        ("plain", "get a k", "1", ["start manager", "put b k 1"], "no process was ever created"),
        (
            "plain",
            "mailbox manager",
            "x",
            ["start manager", "suspend manager"],
            "KeyVal.Manager is suspended, but nobody has sent it anything",
        ),
        (
            "plain",
            "mailbox manager",
            "x",
            ["start manager"],
            "KeyVal.Manager is not suspended, so it handles each message at once",
        ),
        (
            "plain",
            "mailbox manager",
            "x",
            ["start manager", "suspend manager", "cast manager :hi"],
            "1 message waits, the first is :hi",
        ),
        ("plain", "alive a", "false", ["start manager", "create store a"], "nothing has ended it"),
        (
            "map",
            "alive supervisor",
            "x",
            ["start manager", "kill manager"],
            "it has used 1 of its 3 restarts in 5 s",
        ),
        (
            "ets-cast",
            "registry",
            "x",
            ["start manager", "suspend manager", "create store a"],
            "the create message waits in the mailbox of KV.Registry, which is suspended",
        ),
        (
            "ets",
            "stores",
            '["b"]',
            ["start manager", "create store a", "suspend manager", "stop a"],
            "is dead (:normal)",
        ),
        ("ets", "state nosuch", "x", ["start manager"], "no process was ever created"),
    ],
)
def test_an_unmet_goal_is_explained(
    design: str, goal: str, wanted: str, lines: list[str], said: str
) -> None:
    with learner(STEP.format(design=design, goal=goal, wanted=wanted)) as me:
        me("; ".join(lines))  # on one line: the goal is not looked at in between

        assert said in " ".join(me(":where").split())
