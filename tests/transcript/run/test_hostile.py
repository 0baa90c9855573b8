"""Documents that would exhaust the machine end in limited time and memory, with a message."""

import subprocess
import sys
from pathlib import Path

import pytest

from kvshell.commands.arguments import MOST_PARTS
from kvshell.elixir.running.step_limits import DOCUMENT_BYTES
from kvshell.terms import List, Map, inspect
from kvshell.terms.printing.inspection import MOST_NODES
from kvshell.terms.weight import weight
from tests.transcript.running import play

MEGABYTES = 300
PARTS = 4  # of the documents: all of them together take a minute on a busy machine


def shared(levels: int, start: str, nest: str) -> str:
    """Return a document whose value contains the previous value ten times, `levels` times over."""
    grow = f"kv> x = get s1 k\n...\nkv> put s1 k {nest}\n...\n"
    return f"kv> start manager\n...\nkv> create store s1\n...\nkv> put s1 k {start}\n...\n" + (
        grow * levels
    )


TEN = ", ".join(["$x"] * 10)
PUT = "kv> start manager\n...\nkv> create store s1\n...\n"
LAST = "kv> get s1 k\n...\n"
DEEP = 150


def document(lines: str, front: str = "timeout: 300ms") -> str:
    return f"---\n{front}\n---\n\n~~~kvshell\n{lines}~~~\n"


DOCUMENTS = {
    "lists": shared(9, "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]", f"[{TEN}]") + LAST,
    "tuples": shared(9, "{1, 2, 3}", f"{{{TEN}}}") + LAST,
    "maps": shared(9, "%{1 => 2}", "%{a: $x, b: $x, c: $x, d: $x, e: $x, f: $x}") + LAST,
    "keys of maps": shared(9, "{1, 2}", "%{{$x, 1} => $x, {$x, 2} => $x, {$x, 3} => $x}") + LAST,
    "mixed": shared(9, "[1]", "[%{a: {$x, $x}, b: [$x, $x]}, {$x, $x}]") + LAST,
    "pairs thirty times": shared(30, "[1]", "[$x, $x]") + LAST,
    "wide": shared(2, "[1]", f"[{', '.join(['$x'] * 3000)}]") + LAST,
    "as a key": shared(5, "{1, 2, 3}", f"{{{TEN}}}") + "kv> put s1 $x 1\n...\nkv> keys s1\n...\n",
    "in a table": shared(6, "{1, 2, 3}", f"{{{TEN}}}")
    + "kv> t = ets new t\n...\nkv> ets insert t {$x, $x}\n...\nkv> ets list t\n...\n",
    "in a pattern": shared(6, "[1, 2, 3]", f"[{TEN}]")
    + "kv> [[[[a, b | c] | d] | e] | f] = get s1 k\n...\nkv> f\n...\nkv> {a, a} = get s1 k\n...\n",
    "in a message": shared(6, "[1]", f"[{TEN}]")
    + "kv> suspend manager\n...\nkv> cast manager [$x, $x]\n...\nkv> mailbox manager\n...\n",
    "in the state": shared(6, "[1]", f"[{TEN}]")
    + "".join(f"kv> put s1 {n} [$x, $x]\n...\n" for n in range(60))
    + "kv> state s1\n...\nkv> info s1\n...\n",
    "deep literal": f"{PUT}kv> put s1 k {'[' * 5000}{']' * 5000}\n...\n",
    "deep and allowed": f"{PUT}kv> put s1 k {'[' * DEEP}{']' * DEEP}\n...\n{LAST}",
    "deep maps": f"{PUT}kv> put s1 k {'%{a: ' * 190}1{'}' * 190}\n...\n{LAST}",
    "deep pattern": f"{PUT}kv> {'[' * 3000}x{']' * 3000} = get s1 k\n...\n",
    "an endless repeat": "kv> repeat 1000000000 self\n...\n",
    "repeats of repeats": "kv> repeat 1000000 repeat 1000000 repeat 1000000 self\n...\n",
    "many stores": "kv> start manager\n...\nkv> repeat 1000000 create store s{n}\n...\n",
    "many tables": "kv> repeat 1000000 ets new t{n}\n...\n",
    "many values": PUT + "kv> repeat 100000000 put s1 {n} [1, 2, 3]\n...\nkv> state s1\n...\n",
    "many clients": "".join(f"kv> as c{n} sleep 1m\n...\n" for n in range(1500)),
    "a mailbox": "kv> start manager\n...\nkv> suspend manager\n...\n"
    "kv> repeat 100000000 cast manager {:x, {n}}\n...\nkv> mailbox manager\n...\n",
    "a long sleep": "kv> sleep 1000m\n...\n",
    "a search": "kv> start manager\n...\nkv> explore lookup a; create store a; create store b; "
    "create store c; create store d; stop a; stop b; lookup c; lookup d\n...\n",
    "holes and gaps": "kv> help\n" + "${a}${b}${c}${d}${e}${f}!\n...\n" * 30,
    "gaps": "kv> help words\n" + "...\n${_}x\n" * 200,
    "big numbers": f"{PUT}kv> put s1 k {'9' * 60_000}\n...\n{LAST}",
    "a long text": f'{PUT}kv> put s1 k "{"a" * 60_000}"\n...\n{LAST}',
    "as explains": "kv> " + "explain " * 3000 + "self\n...\n",
    "as compares": "kv> " + "compare " * 200 + "self\n...\n",
}
REAL = {
    "a real sleep": ("kv> sleep 50m\n...\n", "clock: real\ntimeout: 300ms"),
    "a real repeat": ("kv> repeat 100000000 self\n...\n", "clock: real\ntimeout: 300ms"),
}
ALL = {name: document(lines) for name, lines in DOCUMENTS.items()} | {
    name: document(*given) for name, given in REAL.items()
}


ELIXIR = {
    "catches all": "f = fn f -> try do Enum.each(1..1_000_000_000, & &1) catch _, _ -> f.(f) end "
    "end; f.(f)",
    "goes on for ever": "f = fn f -> f.(f) end; f.(f)",
    "recursion": "f = fn f, n -> 1 + f.(f, n + 1) end; f.(f, 0)",
    "stream": "Stream.cycle([1]) |> Enum.to_list()",
    "in a process": "spawn(fn -> Enum.sum(Stream.cycle([1])) end)",
    "binaries": 'Enum.map(1..1000, fn n -> String.duplicate("#{n}", 10_000_000) end)',
    "ranges": "for a <- 1..100_000, b <- 1..100_000, do: {a, b}",
    "atoms": 'Enum.each(1..10_000_000, fn n -> String.to_atom("a#{n}") end)',
    "numbers": "Integer.pow(10, 10_000_000)",
    "expression": 'String.match?(String.duplicate("a", 100_000) <> "b", ~r/(a|aa)+$/)',
    "nesting": "[" * 5000 + "]" * 5000,
    "waits": "receive do :never -> 1 end",
    "normal forms": 'String.normalize(String.duplicate("ﷺ", 9_000_000), :nfkd)',
}
GROWING = {
    "a sequence": ":lists.seq(1, 1_000_000_000)",
    "a list": "Enum.to_list(1..1_000_000_000)",
    "a map": "Map.new(1..100_000_000, &{&1, &1})",
    "a set": "MapSet.new(1..100_000_000)",
    "pairs": "for x <- 1..10_000, y <- 1..10_000, do: {x, y}",
    "length": "Enum.map(1..100_000_000, & &1) |> length",
    "processes": "Enum.each(1..100_000_000, fn _ -> spawn(fn -> receive do :x -> 1 end end) end)",
    "few large lists": f"[{', '.join(['List.duplicate(1, 16_000_000)'] * 20)}]",
    "characters": 'String.codepoints(String.duplicate("日", 11_000_000))',
    "bytes": "String.codepoints(<<-1::size(200_000_000)>>)",
    "words": 'String.split(String.duplicate("日 ", 8_000_000))',
}


@pytest.mark.slow
def test_hostile_elixir_takes_bounded_time_and_memory(tmp_path: Path) -> None:
    documents = {name: document(f"kv> {line}\n...\n") for name, line in ELIXIR.items()}

    assert megabytes(tmp_path, documents) < MEGABYTES


@pytest.mark.slow
@pytest.mark.parametrize("name", GROWING)
def test_a_document_that_grows_stays_within_its_memory(tmp_path: Path, name: str) -> None:
    """With the default time limit, and each document in a process of its own."""
    growing = {name: f"~~~kvshell\nkv> {GROWING[name]}\n...\n~~~\n"}

    assert megabytes(tmp_path, growing) < MEGABYTES


def test_an_untrusted_line_has_less_memory_than_one_at_the_prompt() -> None:
    line = "~~~kvshell\nkv> Enum.count(Enum.to_list(1..100_000_000))\n...\n~~~\n"

    # This tests the limit on memory, so the time limit must not be reached first on a busy machine.
    (played,) = play(f"---\ntimeout: 1m\n---\n{line}").checked
    assert played.printed[0].endswith(f"more than {DOCUMENT_BYTES >> 20} MiB of memory")


@pytest.mark.slow
@pytest.mark.parametrize(
    "part",
    # Only one part is played each time: the others take up to half a minute.
    [pytest.param(part, marks=[pytest.mark.slower] if part != 2 else []) for part in range(PARTS)],
)
def test_hostile_documents_take_bounded_time_and_memory(tmp_path: Path, part: int) -> None:
    """A line may take 300 ms and a second of grace; the rest after a stuck line is abandoned."""
    assert len(ALL) >= 24
    names = list(ALL)[part::PARTS]

    assert megabytes(tmp_path, {name: ALL[name] for name in names}) < MEGABYTES


def megabytes(tmp_path: Path, documents: dict[str, str]) -> int:
    """Replay the documents in a separate process; return its peak memory in megabytes."""
    for name, text in documents.items():
        (tmp_path / f"{name.replace(' ', '-')}.md").write_text(text)
    program = (
        "import re, resource, sys\nfrom pathlib import Path\nfrom kvshell.cli import main\n"
        "code = main(['replay', '--report', 'json', sys.argv[1]])\n"
        "status = Path('/proc/self/status')\n"
        "most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "if status.exists():  # there ru_maxrss begins with the size of the parent\n"
        "    most = int(re.search(r'VmHWM:\\s*(\\d+)', status.read_text())[1])\n"
        "print(code, most, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )

    *_, last = done.stderr.splitlines()
    assert "Traceback" not in done.stderr
    code, kilobytes = last.split()
    assert code in {"1", "4"}
    assert f'"files":{len(documents)}' in done.stdout.splitlines()[-1]
    return int(kilobytes) // (1024 if sys.platform != "darwin" else 1024**2)


@pytest.mark.slow
def test_an_exponentially_shared_term_is_refused_when_it_is_built() -> None:
    # This tests the limit on parts, so the time limit must not be reached first on a slow machine.
    played = play(document(shared(9, "[1, 2, 3]", f"[{TEN}]"), front="timeout: 1m"))

    said = [each.printed[0] for each in played.checked if each.printed]
    assert said.count(
        "** (CommandError) this term would have 411,111 parts: a line makes one of at most 100,000"
    )
    assert all(each.failure is None or "(" in str(each.printed) for each in played.checked)


@pytest.mark.slow
@pytest.mark.parametrize("make", [lambda x: List([x] * 10), lambda x: (x,) * 10])
def test_the_printed_form_of_a_shared_term_is_bounded(make: object) -> None:
    term: object = 1
    for _ in range(9):
        term = make(term)  # type: ignore[operator]  # one of the two above

    assert weight(term) > 10**9
    for text in (inspect(term), inspect(term, limit=None)):
        assert "..." in text
        assert len(text) < 3_000_000
    assert inspect(term).count("1") <= MOST_NODES


def test_weight_counts_shared_parts_each_time() -> None:
    x = List([1, 2])

    assert weight(1) == weight("text") == 1
    assert weight(x) == 3
    assert weight((x, x)) == 7
    assert weight(Map({"k": x, (1,): 2})) == 1 + 1 + 3 + 2 + 1
    assert weight(List([(x, x)] * 10)) < MOST_PARTS


def test_a_time_out_has_a_maximum() -> None:
    with pytest.raises(Exception, match="a time of at most 60s"):
        play(document("kv> self\n...\n", "timeout: 2m"))
    with pytest.raises(Exception, match="a time of at most 60s"):
        play("~~~kvshell timeout=61s\nkv> self\n~~~\n")


def test_a_search_in_a_document_respects_its_timeout() -> None:
    line = "explore " + "; ".join(f"create store s{n}; lookup s{n}; stop s{n}" for n in range(8))
    played = play(document(f"kv> start manager ets-cast\n...\nkv> {line}\n...\n"))

    failure = played.checked[-1].failure
    assert failure is not None
    assert failure.summary == "no verdict within 0.3s: timeout= gives it longer"
