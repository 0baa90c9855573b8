import pytest

from kvshell.learn.goal import see
from kvshell.learn.pieces import Frame
from tests.lessons import TWO_STORES, Learner, learner


def test_a_step_begins_with_its_task_and_keeps_the_solution_to_itself(me: Learner) -> None:
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


def test_enter_goes_on_only_when_the_step_is_done(me: Learner) -> None:
    me("")
    assert me.run.index == 0

    me("start manager", "")

    assert me.run.step.id == "create"


def test_another_way_to_the_same_state_is_as_good(me: Learner) -> None:
    assert "goal:" in me("x = start manager plain; stores")

    assert "goal:" in me("", 'create bucket "s1"; put s1 a 1')


def test_a_goal_is_a_look_that_leaves_no_trace(me: Learner) -> None:
    me("start manager", "create store s1")
    session = me.run.session
    before = (session.counter, list(session.inputs), session.events())
    reads = session.runtime.tables.find(session.design.table)
    assert reads is not None
    count = reads.info().reads

    me.run.enter(1)
    see(session, me.run.step, me.run.scope)

    assert (session.counter, list(session.inputs), session.events()) == before
    assert reads.info().reads == count


def test_a_recognised_mistake_is_answered_with_its_sentence(me: Learner) -> None:
    me("start manager", "")

    assert ("no", "That asked for a second manager.") in me.said("start  manager")


def test_any_other_miss_is_explained_by_the_system(me: Learner) -> None:
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
    assert me.said("help") == []
    assert me.run.misses == {}


def test_a_line_that_is_no_command_is_answered_by_the_shell_alone(me: Learner) -> None:
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


def test_a_step_that_changes_nothing_wants_its_command_in_whatever_spelling(me: Learner) -> None:
    me("start manager", "", "create store s1", "")
    assert me.run.step.id == "look"

    assert "not yet" in me("lookup s2")
    assert "done" in me('lookup   "s1"')


def test_a_step_that_changes_nothing_is_done_by_what_prints_the_same(me: Learner) -> None:
    me("start manager", "", "create store s1", "")

    assert "ok: done" in me("{:ok, b} = lookup s1")


def test_commands_of_a_longer_step_are_ticked_off_without_a_word_of_blame(me: Learner) -> None:
    me("start manager", "", "create store s1", "", "lookup s1", "", "")

    assert me.said("stop s1") == [("note", "1 more to do")]
    assert "goal:" in me("create store s1")


def test_a_command_that_came_too_late_is_not_ticked_off(me: Learner) -> None:
    me("start manager", "", "create store s1", "", "lookup s1", "", "")

    assert me.said("create store s1")[0][0] == "no"


def test_what_goto_passed_over_is_not_done(me: Learner) -> None:
    me(":goto look")

    assert me.run.done == set()


def test_two_names_of_pids_are_two_processes(me: Learner) -> None:
    me("start manager", "", "create store s1", "", "lookup s1", "", "")

    said = me.said("create store s1")  # the same process as before: nothing was made anew

    assert not me.run.passed
    assert "another process" in said[0][1] or "1 more" in said[0][1]


def test_what_the_learner_did_before_the_step_counts(me: Learner) -> None:
    shown = me("start manager", "create store s1", "")

    assert "your system is there already" in shown
    assert me.run.passed


def test_the_last_enter_ends_the_lesson(me: Learner) -> None:
    me("start manager", "", "create store s1", "", "lookup s1", "", "")
    me("stop s1", "create store s1")

    shown = me("")

    assert "that was the last step" in shown
    assert me.run.finished
    assert me.run.left


# -- words ----------------------------------------------------------------------------------------


def test_words_are_not_counted_and_not_kept(me: Learner) -> None:
    me("start manager", ":where", ":list", ":hint", ":help")

    assert me.run.prompt == "kv(2)> "
    assert [entry.text for entry in me.run.journal] == ["start manager"]


def test_skip_types_the_solution_and_goes_on(me: Learner) -> None:
    shown = me(":skip")

    assert "kv(1)> start manager" in shown
    assert "the lesson typed this into your system" in shown
    assert me.run.step.id == "create"
    assert me.run.skipped == {"start"}


def test_skip_tells_what_the_step_was_to_teach(me: Learner) -> None:
    assert "It runs." in me(":skip")


def test_skip_builds_the_system_anew_where_the_learner_went_astray(me: Learner) -> None:
    me("start manager", "", "create store s1", "", "reset")

    shown = me(":skip")

    assert "your system had gone another way" in shown
    assert me("lookup s1").startswith("{:ok, ")


def test_skip_of_a_step_that_is_done_is_enter(me: Learner) -> None:
    me("start manager", ":skip")

    assert me.run.step.id == "create"
    assert me.run.skipped == set()


def test_back_and_reset_give_the_learners_own_system_of_then(me: Learner) -> None:
    me("start manager", "put x y z", "create store mine", "", "create store s1", "")

    shown = me(":back")

    assert "your system is as it was when this step began" in shown
    assert me.run.step.id == "create"
    assert me("stores") == '["mine"]'
    me("create store other", ":reset")
    assert me("stores") == '["mine"]'
    assert me(":goto start", ":back") == "this is the first step"


def test_goto_takes_ids_and_numbers_and_plays_what_was_not_walked(me: Learner) -> None:
    shown = me(":goto look")

    assert "built by the lesson's own commands" in shown
    assert me("lookup s1").startswith("{:ok, ")
    assert "there is no step nosuch: :list names them" in me(":goto nosuch")
    assert ":goto needs the id or the number of a step" in me(":goto")
    me(":goto 1")
    assert me.run.step.id == "start"


LOST = "this step cannot be done there: try"


def test_a_step_that_cannot_be_done_from_here_says_so_when_it_begins(me: Learner) -> None:
    assert LOST in me("start manager", "stop manager", "")

    me(":reset")

    assert "goal: lookup s1" in me("create store s1")


def test_hints_look_at_what_was_done(me: Learner) -> None:
    me("start manager", "")
    assert LOST not in me(":hint")
    me("stop manager")

    assert LOST in me(":hint")
    assert LOST in me(":show")


def test_three_misses_that_lead_nowhere_are_told_the_way_back(me: Learner) -> None:
    me("start manager", "", "stop manager", "reset")

    assert LOST in me("reset")


def test_a_step_that_is_half_done_is_not_lost(me: Learner) -> None:
    me(":goto another", "stop s1")

    assert LOST not in me(":hint")


def test_the_right_command_with_other_words_is_told_so(me: Learner) -> None:
    me(":goto look")

    assert "that is the command, but not about `s2` here" in me("lookup s2")


def test_the_right_words_do_not_count_where_they_find_nothing(me: Learner) -> None:
    me(":goto look", "stop manager")

    shown = me("lookup s1")

    assert "** (" in shown
    assert "that is the command, but your system went another way: try :reset" in shown
    assert not me.run.passed


def test_the_right_words_do_not_count_where_the_store_is_gone(me: Learner) -> None:
    me(":goto look", "stop s1")

    assert "try :reset" in me("lookup s1")
    assert not me.run.passed


def test_more_than_the_lesson_made_does_no_harm() -> None:
    text = TWO_STORES.replace("kv> lookup s1\n{:ok, #PID<s1>}\n```", 'kv> stores\n["s1"]\n```')
    with learner(text) as me:
        me(":goto look", "create store s2")

        assert "done" in me("stores")


def test_where_shows_the_task_and_what_is_missing(me: Learner) -> None:
    shown = me(":where")

    assert "Start the manager." in shown
    assert "`alive manager` is false: nothing runs, there is no manager to ask." in shown


def test_list_names_the_steps(me: Learner) -> None:
    me("start manager", "")

    lines = me(":list").splitlines()

    assert lines[1].split() == ["1", "Start", "it", "start", "done"]
    assert lines[2].split()[-1] == "here"


def test_list_tells_a_step_that_was_skipped_from_one_that_was_done(me: Learner) -> None:
    me(":skip")

    assert me(":list").splitlines()[1].split()[-1] == "skipped"
    me(":back", "start manager", "")
    assert me(":list").splitlines()[1].split()[-1] == "done"


def test_a_word_that_goes_nowhere_here_says_so(me: Learner) -> None:
    assert ":play makes a copy" in me(":resume")
    me(":goto read")
    assert me(":hint") == me(":show") == "nothing to do here: Enter goes on"


# -- free play ------------------------------------------------------------------------------------


def test_free_play_never_touches_the_lesson(me: Learner) -> None:
    me("start manager", "")

    me(":play")
    assert me.run.prompt == "kv(play)> "
    me("kill supervisor", "reset", "")
    assert ":resume goes back" in me(":skip")
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


def test_a_copy_that_is_past_the_step_is_not_taken(me: Learner) -> None:
    me("start manager", "", "create store s1", "", ":play", "kill s1", "lookup s1")

    assert "the step cannot be done from there" in me(":resume keep")


def test_quit_and_exit_leave_from_anywhere(me: Learner) -> None:
    me("start manager", ":play", ":quit")
    assert me.run.left

    with learner() as another:
        assert another("exit") == ""
        assert [entry.text for entry in another.run.journal] == []


# -- shapes of lessons ----------------------------------------------------------------------------


def test_setup_is_typed_by_the_lesson_and_fresh_begins_anew() -> None:
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
def test_the_same_lines_make_the_same_system(line: str, me: Learner) -> None:
    me("start manager", line, ":play")

    assert me.run.play is not None
    assert [str(p) for p in me.run.play.session.runtime.processes()] == [
        str(p) for p in me.run.world.session.runtime.processes()
    ]


def test_a_line_that_can_never_end_is_told_and_the_lesson_goes_on(me: Learner) -> None:
    shown = me("start manager", "suspend manager", "call manager :x; stop manager")

    assert shown
    assert isinstance(me.run.frame(), Frame)
