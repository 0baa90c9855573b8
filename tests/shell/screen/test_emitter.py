import re
import threading

from kvshell.shell.hosts.protocol import ScreenBlock
from tests.shell.terminal import FakeHost, Terminal, talk


def test_news_appears_above_the_line_being_typed() -> None:
    host = FakeHost()

    terminal = talk(
        host,
        ("kv(1)>", "lookup sh"),
        ("lookup sh", lambda: host.tell("[error] GenServer #PID<0.104.0> terminating\n** boom")),
        (lambda t: "boom" in t.text and "lookup sh" in t.lines[t.screen.cursor.y], "op\r"),
        ("= lookup shop", "\x04"),
    )

    assert host.lines == ["lookup shop"]
    before_enter = terminal.seen[-2].split("\n")
    at = before_enter.index("[error] GenServer #PID<0.104.0> terminating")
    assert before_enter[at + 1] == "** boom"
    assert before_enter[at + 2].startswith("kv(1)> lookup sh")


def test_news_from_four_threads_while_typing_is_not_lost() -> None:
    host = FakeHost()

    def tell(number: int) -> None:
        for i in range(200):
            host.tell(f"event {number}.{i}.")

    threads = [threading.Thread(target=tell, args=(number,)) for number in range(4)]

    def start() -> None:
        for thread in threads:
            thread.start()

    def all_told(terminal: Terminal) -> bool:
        return sum(len(re.findall(r"event \d\.\d+\.", line)) for line in terminal.scrolled) == 800

    terminal = talk(
        host,
        ("kv(1)>", "lookup"),
        ("kv(1)> lookup", start),
        (all_told, " x\r"),
        ("= lookup x", "\x04"),
    )
    for thread in threads:
        thread.join()

    told = re.findall(r"event (\d)\.(\d+)\.", "\n".join(terminal.scrolled))
    for number in "0123":
        assert [int(i) for n, i in told if n == number] == list(range(200))
    assert host.lines == ["lookup x"]


def test_news_from_between_two_prompts_is_shown_before_the_next() -> None:
    host = FakeHost()

    def answer() -> list[ScreenBlock]:
        host.tell("happened meanwhile")
        return [ScreenBlock("= done")]

    host.answers["lookup x"] = answer
    terminal = talk(host, ("kv(1)>", "lookup x\r"), ("kv(2)>", "\x04"))

    lines = [line for line in terminal.lines if line]
    assert lines[:4] == ["kv(1)> lookup x", "= done", "happened meanwhile", "kv(2)>"]
