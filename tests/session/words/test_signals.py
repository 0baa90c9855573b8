"""The commands spawn, send, link, unlink, demonitor and exit behave as in OTP."""

from tests.session.typist import Typist


def test_a_spawned_process_only_collects_what_is_sent_to_it(kv: Typist) -> None:
    assert kv("p = spawn") == "#PID<0.101.0>"
    assert kv.all("send p :hello", "send p {:a, 1}", "settle", "alive p") == [
        ":hello",
        "{:a, 1}",
        ":ok",
        "true",
    ]
    shown = kv("mailbox p")
    assert ":hello" in shown
    assert "{:a, 1}" in shown


def test_send_reaches_a_name_and_an_unknown_one_is_an_error(kv: Typist) -> None:
    """`send` sends the bare term, without `$gen_cast`; an unknown name raises as in iex."""
    kv("start manager")
    assert kv("send shell :hi") == ":hi"
    assert kv("flush") == ":hi\n:ok"
    assert kv("send :nobody 1").startswith("** (ArgumentError)")


def test_exit_normal_ends_no_process_but_another_reason_does(kv: Typist) -> None:
    kv("p = spawn")
    assert kv.all("exit p :normal", "alive p") == ["true", "true"]
    assert kv.all("exit p :boom", "alive p") == ["true", "false"]
    kv("q = spawn")
    assert kv.all("exit q :kill", "alive q") == ["true", "false"]


def test_a_link_notifies_the_shell_until_unlink(kv: Typist) -> None:
    kv("p = spawn", "q = spawn")
    kv("Process.flag(:trap_exit, true)")
    assert kv.all("link p", "link q", "unlink q") == ["true"] * 3
    kv("exit p :boom", "exit q :boom", "settle")

    assert kv("flush") == "{:EXIT, #PID<0.101.0>, :boom}\n:ok"


def test_linking_to_an_unknown_process_is_an_error(kv: Typist) -> None:
    assert "1st argument: not a pid" in kv("link :nobody")


def test_a_removed_monitor_sends_nothing(kv: Typist) -> None:
    kv("p = spawn", "gone = monitor p", "kept = monitor p")
    assert kv("demonitor $gone") == "true"
    kv("exit p :boom", "settle")

    told = kv("flush").splitlines()
    assert len(told) == 2
    assert told[0].endswith(":process, #PID<0.101.0>, :boom}")
    assert kv("demonitor 5").startswith("** (ArgumentError)")
