"""`explore` in a lesson: the step is done when the learner has seen the verdict."""

from kvshell.commands.language.texts import Texts
from kvshell.commands.result import Result
from kvshell.learn.walk.lesson_host import Answered, printed
from kvshell.learn.walk.lesson_run import LessonRun
from kvshell.session import Session
from kvshell.transcript.run.exploring import Stop, explored
from tests.learn.lessons import learner, lesson

COUNTED = """\
---
title: Counted
design: ets
---
# Counted

## Count {#count}

Count the orders.

```kvshell
kv> explore create store s; stop s; lookup s
...
spec: 2 schedules, 2 outcomes; beam: 2 schedules, 2 outcomes
...
```

Two.

<!-- kv:hint It stands in the text. -->

<!--kvshell wrong say="Nobody has made it."
kv> explore stop s; lookup s
-->
"""


def test_the_steps_own_line_completes_it() -> None:
    with learner(COUNTED) as me:
        shown = me("explore  create store s ;stop s;  lookup s")

        assert "spec: 2 schedules, 2 outcomes; beam: 2 schedules, 2 outcomes" in shown
        assert "ok: done" in shown


def test_another_line_with_the_same_verdict_completes_it_too() -> None:
    with learner(COUNTED) as me:
        assert "ok: done" in me("explore create store milk; stop milk; lookup milk")


def test_another_verdict_does_not_complete_it_and_a_known_mistake_is_named() -> None:
    with learner(COUNTED) as me:
        assert me.said("explore create store s; lookup s") == [
            ("no", "right command, but with different words; :where shows the task"),
        ]
        assert me.said("explore stop s; lookup s") == [("no", "Nobody has made it.")]
        assert not me.run.passed


def test_exploring_leaves_the_learners_system_alone_and_is_replayed() -> None:
    with learner(COUNTED) as me:
        me("start manager", "create store mine", "explore create store s; stop s; lookup s")

        assert "mine" in me("stores")
        assert me("stores").count('"s"') == 0
        assert [each.text for each in me.run.journal][2].startswith("explore ")
        me(":reset")
        assert not me.run.passed


def test_ctrl_c_ends_only_the_search() -> None:
    run = LessonRun(lesson(COUNTED), Texts())
    try:
        run.begin()
        run.feed("start manager")
        session = run.session
        real = session.settle

        def pressed(timeout_s: float | None = None) -> bool:
            session.interrupt()
            return real(timeout_s)

        session.settle = pressed  # type: ignore[method-assign]  # Ctrl-C as the search begins
        (told, *_) = run.feed("explore create store s; stop s; lookup s")
        session.settle = real  # type: ignore[method-assign]  # and never again

        assert isinstance(told, Answered)
        assert "interrupted" in "\n".join(printed(told.ran))
        assert [each.text for each in run.journal] == ["start manager"]  # nothing to play again
        (after, *_) = run.feed("create store s")
        assert isinstance(after, Answered)
        assert printed(after.ran) == ("#PID<0.104.0>",)
    finally:
        run.close()


TWO = (
    COUNTED
    + """\

## Look {#look}

```kvshell
kv> stores
...
```

<!-- kv:hint The word for all of them. -->

## Count again {#count-again}

```kvshell
kv> explore create store t; lookup t
...
```

<!-- kv:hint It stands there. -->
"""
)


def test_moving_between_steps_does_not_repeat_the_search() -> None:
    searched: list[str] = []

    def search(wish: Result, session: Session, stop: Stop) -> list[Result]:
        assert wish.open is not None
        searched.append(wish.open.args["target"])
        return explored(wish, session, stop)

    run = LessonRun(lesson(TWO), Texts(), search)
    try:
        run.begin()
        line = "create store s; stop s; lookup s"
        for typed in ("start manager", f"explore {line}", "", ":reset", ":back", ":reset"):
            run.feed(typed)
        run.feed(f"explore {line}")
        for typed in ("start manager", "", "stores", "", ":hint"):  # the last step is not tried out
            run.feed(typed)

        assert run.step.id == "count-again"
        assert searched == [line]
        assert "explore create store t; lookup t" in run.step.solution[0].text
    finally:
        run.close()
