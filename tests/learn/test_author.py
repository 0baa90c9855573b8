from kvshell.learn.authoring import Item, composed
from tests.learn.lessons import learner, parsed

ITEMS = [
    Item(":step", "Start it"),
    Item("", "# Start the manager."),
    Item("", "start manager"),
    Item(":hint", "It begins with start."),
    Item(":goal", ""),
    Item("", "alive manager"),
    Item(":step", "Make a store"),
    Item("", "create store s1"),
    Item(":goal", ""),
    Item("", "lookup s1"),
    Item("", "put s1 milk 1"),
    Item(":step", "Make a store"),
]


def test_a_recorded_walk_becomes_a_lesson() -> None:
    lesson = parsed("mine", composed(ITEMS, "Mine"))

    assert lesson.title == "Mine"
    assert [step.id for step in lesson.steps] == ["start-it", "make-a-store", "make-a-store-2"]
    first, second, third = lesson.steps
    assert first.prose.task == "Start the manager."
    assert first.prose.hints == ("It begins with start.",)
    assert [do.text for do in first.goal] == ["alive manager"]
    assert [do.text for do in second.goal] == ["lookup s1"]
    assert [do.text for do in second.solution] == ["create store s1", "put s1 milk 1"]
    assert third.reading


def test_a_recorded_lesson_can_be_walked() -> None:
    with learner(composed(ITEMS, "Mine")) as me:
        assert "goal: alive manager → true" in me("start manager")


def test_a_goal_without_a_read_only_command_is_dropped() -> None:
    text = composed([Item(":step", "Äh"), Item(":goal", ""), Item("", "start manager")], "Mine")

    assert "KVSHELL" not in text
    assert parsed("mine", text).steps[0].goal == ()
    assert parsed("mine", text).steps[0].id == "h"
