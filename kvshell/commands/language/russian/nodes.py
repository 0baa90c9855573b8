"""Help for the command group `nodes` in Russian."""

from typing import Final

MESSAGES: Final[dict[str, str | tuple[str, ...]]] = {
    "Ctrl-C ended the shell's process: self() is {pid} now; "
    "its mailbox and its tables are gone, its bindings are kept{asked}": (
        "Ctrl-C завершил процесс оболочки: self() теперь {pid}; его почтового ящика и таблиц "
        "больше нет, связанные имена остались{asked}"
    ),
    "; the process that it called still handles the request": (
        "; вызванный им процесс всё ещё выполняет запрос"
    ),
    "KV.Registry was on both sides of the split: :global kept one and ended {pid}, as {name} "
    "saw it. Stores that only that one knew live on as orphans: registry shows them": (
        "KV.Registry был на обеих сторонах разрыва: :global оставил одного и завершил {pid} (по "
        "сообщению узла {name}). Хранилища, которые знал только он, живут дальше как сироты: их "
        "показывает registry"
    ),
    "kvshell ends a line on a node whose process needs more than {mega} MB; the node goes on": (
        "kvshell завершает строку на узле, если её процессу нужно больше {mega} МБ; сам узел "
        "работает дальше"
    ),
    "node {name} has died, and its stores with it: start node {name} starts it again": (
        "узел {name} завершился, и его хранилища вместе с ним: снова его запустит start node {name}"
    ),
    "node {name} is gone: start node {name} starts it again": (
        "узла {name} больше нет: снова его запустит start node {name}"
    ),
    "the node is gone: type reset to start another": ("узла больше нет: reset запустит другой"),
    "{name}, the shell's own node, is gone: leave kvshell and start it again": (
        "{name}, узла самой оболочки, больше нет: выйдите из kvshell и запустите его снова"
    ),
    "{one} and {other} are still apart: connect {one} {other} links them, too": (
        "между {one} и {other} связи всё ещё нет: их тоже свяжет connect {one} {other}"
    ),
    "{versions} answers: help engines": "отвечает {versions}: help engines",
    "{versions} answers, on the nodes {names}: help nodes": (
        "отвечает {versions}, на узлах {names}: help nodes"
    ),
    "each command runs as the Elixir that explain shows: help engines": (
        "каждая команда выполняется как Elixir, который показывает explain: help engines"
    ),
    "Who answers: the engines": "Кто отвечает: движки",
    "who answers: kvshell, or a real Erlang VM": "кто отвечает: kvshell или настоящая Erlang VM",
    "native": "native",
    "elixir": "elixir",
    "beam": "beam",
    "beam, several nodes": "beam, несколько узлов",
    "documents": "документы",
    "kvshell's own runtime, in Python: it runs every command, and every schedule.": (
        "Собственная среда kvshell на Python: выполняет любую команду и любое расписание."
    ),
    "`kvshell --engine elixir`: each command runs as the line that `explain` shows.": (
        "`kvshell --engine elixir`: каждая команда выполняется как строка, которую показывает "
        "`explain`."
    ),
    "`kvshell --engine beam`: a real Erlang VM answers. It needs Elixir; `kvshell doctor` says "
    "whether it is installed, and how to get it.": (
        "`kvshell --engine beam`: отвечает настоящая Erlang VM. Нужен Elixir; `kvshell doctor` "
        "говорит, установлен ли он и как его получить."
    ),
    "`kvshell --engine beam --nodes 3` starts three on this machine, `--join A@HOST,B@HOST` "
    "uses running ones: `help nodes`.": (
        "`kvshell --engine beam --nodes 3` запускает три узла на этой машине, `--join "
        "A@HOST,B@HOST` берёт работающие: `help nodes`."
    ),
    "`kvshell replay --engine beam PATH` compares a document with what the BEAM answers.": (
        "`kvshell replay --engine beam PATH` сравнивает документ с ответами BEAM."
    ),
    "the line runs on the node": "строка выполняется на узле",
    "{name} is cut off, too: nodes that were joined keep partitions from overlapping, as OTP 25 "
    "does if nobody forbids it. connect {first} {name} links it again": (
        "узел {name} тоже отрезан: присоединённые узлы не допускают пересекающихся частей сети, "
        "как OTP 25, если это не запрещено. Снова свяжет их connect {first} {name}"
    ),
    "{name} can be reached again": "узел {name} снова доступен",
    "{name} cannot be reached any more: it has ended, or the network is cut. kvshell did not "
    "start it and cannot start it again; connect {first} {name} tries to reach it": (
        "узел {name} больше недоступен: он завершился, или сеть разорвана. kvshell его не запускал "
        "и запустить снова не может; connect {first} {name} попробует с ним связаться"
    ),
    "{count:,} store stays on {nodes}. kvshell --join finds it again: start manager takes it "
    "over, and stop manager ends it": (
        "{count:,} хранилище остаётся на {nodes}. kvshell --join снова его найдёт: start manager "
        "примет его, а stop manager завершит",
        "{count:,} хранилища остаются на {nodes}. kvshell --join снова их найдёт: start manager "
        "примет их, а stop manager завершит",
        "{count:,} хранилищ остаётся на {nodes}. kvshell --join снова их найдёт: start manager "
        "примет их, а stop manager завершит",
    ),
    "A global name has one owner. If both sides have a manager, `:global` keeps one and "
    "ends the other; buckets that only the other one knew keep running without a name, and "
    "`registry` shows them as *orphans*.": (
        "У глобального имени один владелец. Если менеджер есть на обеих сторонах, `:global` "
        "оставляет одного и завершает другого; корзины, которых знал только он, живут без "
        "имени, и `registry` показывает их как *orphans* (сироты)."
    ),
    "After `stop node b`, an empty node with that name starts; any other short name adds a "
    "node. The new node gets the table of all names from the others.": (
        "После `stop node b` это пустой узел с тем же именем; любое другое короткое имя "
        "добавляет ещё один узел. Таблицу со всеми именами он получает от остальных."
    ),
    "As seen from the shell's own node: a node that it has no link to may be running, but "
    "cannot be seen. `kvshell --engine beam --nodes 3` starts three on this machine, "
    "`--join A@HOST,B@HOST` uses nodes that are already running.": (
        "Так, как это видит узел самой оболочки: узел, с которым у него нет связи, может "
        "работать, но отсюда не виден. `kvshell --engine beam --nodes 3` запускает три узла "
        "на этой машине, `--join A@HOST,B@HOST` берёт узлы, которые уже работают."
    ),
    "Both nodes keep running. Each sees the processes of the other as dead: monitors send "
    "`{:DOWN, ref, :process, pid, :noconnection}`, rows are removed, calls exit, and casts "
    "return `:ok` but are lost. A third node that is linked to both still sees both. "
    "`connect` heals the split.": (
        "Оба узла продолжают работать. Каждый видит процессы другого мёртвыми: мониторы шлют "
        "`{:DOWN, ref, :process, pid, :noconnection}`, строки исчезают, вызовы завершаются "
        "выходом, а cast отвечает `:ok` и теряется. Третий узел, связанный с обоими, "
        "по-прежнему видит оба. Разрыв устраняет `connect`."
    ),
    "Its operating system process is killed, with everything in it. The other nodes delete "
    "its rows, and the manager answers a create there with `{:error, {:nodedown, node}}`. "
    "If the manager ran on it, `start manager` starts another one, which takes over the "
    'rows. `stop "node"` stops a store called node.': (
        "Процесс операционной системы завершается сразу, и всё в нём тоже. Остальные узлы "
        "убирают его строки, а на create там менеджер отвечает `{:error, {:nodedown, node}}`. "
        "Если на узле был менеджер, `start manager` запускает другого, и тот принимает "
        'строки. `stop "node"` останавливает хранилище по имени node.'
    ),
    "With several nodes (`help nodes`), a hash of the name decides where the store starts; "
    "`on NODE` overrides it: `create store s1 on b`.": (
        "Если узлов несколько (`help nodes`), место хранилища определяет хеш имени; `on NODE` "
        "называет узел явно: `create store s1 on b`."
    ),
    "That node's shell has its own process, bindings and mailbox, and sees the system from "
    "there: after a split, `on b registry` shows what is left on the other side. A line "
    "without `on` runs on the first node.": (
        "У оболочки того узла свой процесс, свои связанные имена и свой почтовый ящик, и "
        "систему она видит оттуда: после разрыва `on b registry` покажет, что осталось на "
        "другой стороне. Строка без `on` выполняется на первом узле."
    ),
    "a node by its short name, such as b: nodes lists them": (
        "узел по короткому имени, например b; список даёт nodes"
    ),
    "a table: one row per node": "таблица: по строке на узел",
    "cut the link between two nodes: a network split": "обрывает связь двух узлов: разрыв сети",
    "kill a node, as a power cut would": "убивает узел, как отключение питания",
    "list the nodes, their links, and where the manager runs": (
        "перечисляет узлы: с кем каждый связан и где работает менеджер"
    ),
    "link two nodes, which also heals a split": "связывает два узла и устраняет разрыв",
    "nodes": "узлы",
    "run LINE in the shell of another node": "выполняет LINE в оболочке другого узла",
    "start a node and link it to all others": "запускает узел и связывает его со всеми остальными",
    "start, stop and separate the nodes of a cluster": (
        "запустить, остановить и разъединить узлы кластера"
    ),
    "the node at the other end of the link": "узел на другом конце связи",
    "the word on": "слово on",
    "true, or false if the link could not be made": "true или false, если связать не удалось",
    "true, or false if there was no link": "true или false, если связи не было",
    "what LINE answers there": "то, чем LINE отвечает там",
}
