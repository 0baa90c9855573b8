import pytest

from kvshell.learn.walk.goal import see
from kvshell.learn.walk.lesson_host import StepFrame
from tests.learn.lessons import TWO_STORES, Learner, learner


def test_a_step_begins_with_its_task_without_the_solution(me: Learner) -> None:
    frame = me.run.frame()

    assert (frame.title, frame.step, frame.number, frame.total) == ("Two stores", "Start it", 1, 5)
    assert frame.task == "Start the manager."
    assert "start manager" not in frame.task


def test_the_goal_is_checked_after_each_line_and_praised_once(me: Learner) -> None:
    shown = me("start manager")

    assert "ok: goal: alive manager → true" in shown
    assert "It runs." in shown
    assert shown.endswith("Enter: next step   ·   :play: experiment")
    assert "goal" not in me("stores")


def test_enter_continues_only_when_the_step_is_done(me: Learner) -> None:
    me("")
    assert me.run.index == 0

    me("start manager", "")

    assert me.run.step.id == "create"


def test_another_way_to_the_same_state_counts(me: Learner) -> None:
    assert "goal:" in me("x = start manager plain; stores")

    assert "goal:" in me("", 'create bucket "s1"; put s1 a 1')


def test_a_step_may_be_answered_in_elixir(me: Learner) -> None:
    assert "goal:" in me("{:ok, _} = KV.Supervisor.start_link(name: KV.Supervisor)")

    assert "goal:" in me("", 'KV.Registry.create(KV.Registry, "s1")\n')


def test_checking_a_goal_leaves_no_trace(me: Learner) -> None:
    me("start manager", "create store s1")
    session = me.run.session
    before = (session.counter, list(session.inputs), session.events())
    reads = session.runtime.tables.find(session.design.table_name)
    assert reads is not None
    count = reads.info().reads

    me.run.enter(1)
    see(session, me.run.step, me.run.scope)

    assert (session.counter, list(session.inputs), session.events()) == before
    assert reads.info().reads == count


def test_a_recognised_mistake_is_answered_with_its_sentence(me: Learner) -> None:
    me("start manager", "")

    assert ("no", "That asked for a second manager.") in me.said("start  manager")


def test_any_other_miss_is_explained_by_the_systems_state(me: Learner) -> None:
    me("start manager ets-cast", "", "suspend manager")

    said = me.said("create store s1")

    assert said[0] == (
        "no",
        "`lookup s1` is :error: the create message waits in the mailbox of KV.Registry, "
        "which is suspended.",
    )


def test_looking_around_is_no_mistake(me: Learner) -> None:
    me("start manager", "")

    assert me.said("registry") == []
    assert [label for label, _ in me.said("help")] == ["note", "note"]  # the lesson's own commands
    assert me.run.misses == {}


def test_an_unknown_command_is_answered_by_the_shell_only(me: Learner) -> None:
    shown = me("strat manager")

    assert shown.startswith("** (CommandError) no command strat")
    assert "not yet" not in shown


def test_help_is_offered_after_three_misses_and_not_before(me: Learner) -> None:
    me("start manager", "")

    offers = [":hint" in me(f"create store s{n}") for n in (2, 3, 4, 5)]

    assert offers == [False, False, True, False]


def test_hints_escalate_up_to_the_solution(me: Learner) -> None:
    me("start manager", "")

    shown = [me(":hint") for _ in range(4)]

    assert shown[0] == "hint 1/3: Stores are created by the manager."
    assert shown[1] == "hint 2/3: The command has three words."
    assert shown[2] == shown[3] == "hint 3/3: create store s1"
    assert me(":show") == "solution: create store s1"


def test_a_read_only_step_accepts_its_command_in_any_spelling(me: Learner) -> None:
    me("start manager", "", "create store s1", "")
    assert me.run.step.id == "look"

    assert "not yet" in me("lookup s2")
    assert "done" in me('lookup   "s1"')


def test_a_read_only_step_accepts_a_line_with_the_same_output(me: Learner) -> None:
    me("start manager", "", "create store s1", "")

    assert "ok: done" in me("{:ok, b} = lookup s1")


def test_commands_of_a_longer_step_are_ticked_off_one_by_one(me: Learner) -> None:
    me("start manager", "", "create store s1", "", "lookup s1", "", "")

    assert me.said("stop s1") == [("note", "1 more to do")]
    assert "goal:" in me("create store s1")


def test_a_command_that_came_too_late_is_not_ticked_off(me: Learner) -> None:
    me("start manager", "", "create store s1", "", "lookup s1", "", "")

    assert me.said("create store s1")[0][0] == "no"


def test_steps_passed_over_by_goto_are_not_done(me: Learner) -> None:
    me(":goto look")

    assert me.run.done == set()


def test_two_names_of_pids_are_two_processes(me: Learner) -> None:
    me("start manager", "", "create store s1", "", "lookup s1", "", "")

    said = me.said("create store s1")  # the same process as before: nothing was made anew

    assert not me.run.passed
    assert "a different process" in said[0][1] or "1 more" in said[0][1]


def test_work_done_before_the_step_counts(me: Learner) -> None:
    shown = me("start manager", "create store s1", "")

    assert "your system is already in that state" in shown
    assert me.run.passed


def test_the_last_enter_ends_the_lesson(me: Learner) -> None:
    me("start manager", "", "create store s1", "", "lookup s1", "", "")
    me("stop s1", "create store s1")

    shown = me("")

    assert "that was the last step" in shown
    assert me.run.finished
    assert me.run.left


# -- words ----------------------------------------------------------------------------------------


def test_free_play_never_touches_the_lesson(me: Learner) -> None:
    me("start manager", "")

    me(":play")
    assert me.run.prompt == "kv(play)> "
    me("kill supervisor", "reset", "")
    assert "go back to the lesson with :resume first, then :skip" in me(":skip")
    assert "in the copy already; :resume goes back" in me(":play")
    me(":resume")

    assert me.run.prompt == "kv(2)> "
    assert me("alive manager") == "true"
    assert [entry.text for entry in me.run.journal] == ["start manager", "alive manager"]


def test_a_copy_can_become_the_system(me: Learner) -> None:
    me("start manager", "", ":play", "create store s1", "create store s9")

    shown = me(":resume keep")

    assert "the copy is your system now" in shown
    assert "goal: lookup s1" in shown
    assert me("stores") == '["s1", "s9"]'


def test_a_copy_in_which_the_step_cannot_be_done_is_not_taken(me: Learner) -> None:
    me("start manager", "", ":play", "reset")

    shown = me(":resume keep")

    assert "the step cannot be done from there" in shown
    assert me("alive manager") == "true"


def test_a_copy_beyond_the_step_is_not_taken(me: Learner) -> None:
    me("start manager", "", "create store s1", "", ":play", "kill s1", "lookup s1")

    assert "the step cannot be done from there" in me(":resume keep")


def test_quit_and_exit_leave_from_anywhere(me: Learner) -> None:
    me("start manager", ":play", ":quit")
    assert me.run.left

    with learner() as another:
        assert another("exit") == ""
        assert [entry.text for entry in another.run.journal] == []


# -- shapes of lessons ----------------------------------------------------------------------------


def test_the_lesson_types_the_setup_and_fresh_starts_over() -> None:
    text = (
        TWO_STORES
        + """
## A fresh start {#fresh}

Create s2.

```kvshell fresh setup
kv> start manager plain
{:ok, #PID<manager>}
```

```kvshell
kv> create store s2
#PID<s2>
```

<!--kvshell goal
kv> lookup s2
{:ok, #PID<s2>}
-->
"""
    )
    with learner(text) as someone:
        shown = someone(":goto fresh")

        assert "kv(1)> start manager plain" in shown
        assert someone("stores") == "[]"
        assert "goal: lookup s2" in someone("create store s2")
        someone(":reset")
        assert someone("stores") == "[]"


@pytest.mark.parametrize("line", ["create store a; lookup a", "as b lookup s1", "sleep 5s"])
def test_the_same_lines_create_the_same_system(line: str, me: Learner) -> None:
    me("start manager", line, ":play")

    assert me.run.play is not None
    assert [str(p) for p in me.run.play.session.runtime.processes()] == [
        str(p) for p in me.run.host.session.runtime.processes()
    ]


def test_a_line_that_can_never_end_is_reported_and_the_lesson_continues(me: Learner) -> None:
    shown = me("start manager", "suspend manager", "call manager :x; stop manager")

    assert shown
    assert isinstance(me.run.frame(), StepFrame)
