"""The learner's commands: hint, show, skip, back, reset, goto, where, list."""

from tests.learn.lessons import TWO_STORES, Learner, learner


def test_learner_words_are_neither_counted_nor_stored(me: Learner) -> None:
    me("start manager", ":where", ":list", ":hint", ":help")

    assert me.run.prompt == "kv(2)> "
    assert [entry.text for entry in me.run.journal] == ["start manager"]


def test_help_names_the_learner_words_first_and_says_how_to_see_the_task_again(
    me: Learner,
) -> None:
    first, *others = me("help").splitlines()

    assert first.startswith(":hint gives a hint, :show the solution")
    assert "All commands" in others
    assert others[-1] == ":where shows the task again"


def test_help_in_the_copy_says_how_to_go_back(me: Learner) -> None:
    me(":play")

    assert me("help").splitlines()[-1] == (
        "this is the copy: :where shows the task, :resume goes back"
    )


def test_skip_types_the_solution_and_continues(me: Learner) -> None:
    shown = me(":skip")

    assert "kv(1)> start manager" in shown
    assert "the lesson typed this into your system" in shown
    assert me.run.step.id == "create"
    assert me.run.skipped == {"start"}


def test_skip_shows_the_steps_explanation(me: Learner) -> None:
    assert "It runs." in me(":skip")


def test_skip_rebuilds_the_system_after_a_detour(me: Learner) -> None:
    me("start manager", "", "create store s1", "", "reset")

    shown = me(":skip")

    assert "your system was in another state" in shown
    assert me("lookup s1").startswith("{:ok, ")


def test_skipping_a_finished_step_is_enter(me: Learner) -> None:
    me("start manager", ":skip")

    assert me.run.step.id == "create"
    assert me.run.skipped == set()


def test_back_and_reset_restore_the_learners_earlier_system(me: Learner) -> None:
    me("start manager", "put x y z", "create store mine", "", "create store s1", "")

    shown = me(":back")

    assert "your system is as it was when this step began" in shown
    assert me.run.step.id == "create"
    assert me("stores") == '["mine"]'
    me("create store other", ":reset")
    assert me("stores") == '["mine"]'
    assert me(":goto start", ":back") == "this is the first step"


def test_goto_takes_ids_and_numbers_and_runs_the_skipped_steps(me: Learner) -> None:
    shown = me(":goto look")

    assert "built by the lesson's own commands" in shown
    assert me("lookup s1").startswith("{:ok, ")
    assert "there is no step nosuch: :list names them" in me(":goto nosuch")
    assert ":goto needs the id or the number of a step" in me(":goto")
    me(":goto 1")
    assert me.run.step.id == "start"


LOST = "so this step cannot be done: try"


def test_a_step_that_cannot_be_done_from_here_says_so_when_it_begins(me: Learner) -> None:
    assert LOST in me("start manager", "stop manager", "")

    me(":reset")

    assert "goal: lookup s1" in me("create store s1")


def test_hints_depend_on_what_was_done(me: Learner) -> None:
    me("start manager", "")
    assert LOST not in me(":hint")
    me("stop manager")

    assert LOST in me(":hint")
    assert LOST in me(":show")


def test_after_three_dead_ends_the_way_back_is_suggested(me: Learner) -> None:
    me("start manager", "", "stop manager", "reset")

    assert LOST in me("reset")


def test_a_step_that_is_half_done_is_not_lost(me: Learner) -> None:
    me(":goto another", "stop s1")

    assert LOST not in me(":hint")


def test_the_right_command_with_other_arguments_is_recognised(me: Learner) -> None:
    me(":goto look")

    assert "right command, but this step is not about `s2`" in me("lookup s2")


def test_the_right_command_does_not_count_if_it_finds_nothing(me: Learner) -> None:
    me(":goto look", "stop manager")

    shown = me("lookup s1")

    assert "** (" in shown
    assert "right command, but your system is in another state: try :reset" in shown
    assert not me.run.passed


def test_the_right_command_does_not_count_if_the_store_is_gone(me: Learner) -> None:
    me(":goto look", "stop s1")

    assert "try :reset" in me("lookup s1")
    assert not me.run.passed


def test_additional_stores_do_no_harm() -> None:
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


def test_list_distinguishes_skipped_from_finished_steps(me: Learner) -> None:
    me(":skip")

    assert me(":list").splitlines()[1].split()[-1] == "skipped"
    me(":back", "start manager", "")
    assert me(":list").splitlines()[1].split()[-1] == "done"


def test_a_learner_word_without_effect_says_so(me: Learner) -> None:
    assert ":play makes a copy" in me(":resume")
    me(":goto read")
    assert me(":hint") == me(":show") == "nothing to do here: Enter goes on"


# -- free play ------------------------------------------------------------------------------------
