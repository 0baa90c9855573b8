"""Help for the command groups `send` and `signal` in Russian."""

from typing import Final

MESSAGES: Final[dict[str, str | tuple[str, ...]]] = {
    "send a request to a process and wait for its answer": "посылает процессу запрос и ждёт ответа",
    "`GenServer.call` with a timeout of five seconds. A request that the process has no "
    "clause for crashes it.": (
        "`GenServer.call` с тайм-аутом в пять секунд. Запрос, для которого у процесса нет "
        "ветви, его роняет."
    ),
    'a literal: :ping {:lookup, "s1"} "text"': 'литерал: :ping {:lookup, "s1"} "text"',
    "the answer": "ответ",
    "a process that has no clause for it crashes": "процесс, у которого нет для него ветви, падает",
    "send a request to a process and do not wait": "посылает процессу запрос и не ждёт",
    "`GenServer.cast`: `:ok` at once, even if the process is dead or does not exist.": (
        "`GenServer.cast`: сразу `:ok`, даже если процесс мёртв или его никогда не было."
    ),
    "to a dead process, too": ("и мёртвому процессу тоже"),
    "run LINE in another client process, without waiting for it": (
        "выполняет LINE в другом процессе-клиенте, не дожидаясь его"
    ),
    "The client has its own pid. It reads the shell's bindings, and what it binds is its own. "
    "The prompt returns at once, and the client's answer arrives as an event, `~ b: ...`. This is "
    "how to hold a *call* open, as in `suspend manager`, `as b create store s1`, "
    "`mailbox manager`.": (
        "У клиента свой pid. Он читает имена, связанные в shell, а связанные им самим видит только "
        "он. Приглашение возвращается сразу, а ответ клиента приходит событием `~ b: ...`. Так "
        "держат открытым *call*: `suspend manager`, `as b create store s1`, `mailbox manager`."
    ),
    "a short name for another client, such as b; it starts with its first line": (
        "короткое имя другого клиента, например b; он появляется с первой своей строкой"
    ),
    "a line as typed, `;` included": "строка, как её набирают, вместе с `;`",
    ":ok; the client's answer comes later as ~ CLIENT: answer": (
        ":ok; ответ клиента придёт позже: ~ CLIENT: ответ"
    ),
    "a different process from yours": "это другой процесс, не ваш",
    "show who sent what to whom, after each line or as a diagram": (
        "показывает, кто кому что послал, после каждой строки или диаграммой"
    ),
    "After `messages on`, each line is followed by the traffic it caused: calls, casts, "
    "replies, monitors, `:DOWN`s, exits, reads and writes of tables. `messages show` draws "
    "the last line as a sequence diagram if the terminal is wide enough, `messages show "
    "--mermaid` writes it for documents. While this is on, every call is a real message: "
    "nothing runs on its caller's thread.": (
        "После `messages on` за каждой строкой следует то, что из-за неё послали процессы: "
        "вызовы, cast, ответы, мониторы, `:DOWN`, выходы, чтение и запись таблиц. `messages "
        "show` рисует последнюю строку диаграммой последовательности, если терминал "
        "достаточно широк, а `messages show --mermaid` пишет её для документов. Пока показ "
        "включён, каждый вызов — настоящее сообщение: ничто не выполняется в потоке "
        "вызвавшего."
    ),
    "on, off or show": "on, off или show",
    "--mermaid": "--mermaid",
    ":ok, and an event after each line; a diagram": ":ok и событие после каждой строки; диаграмма",
    "first messages on, then a line that sends something": (
        "сначала messages on, потом строка, которая что-нибудь посылает"
    ),
    "get a message when a process dies": "просит сообщить о смерти процесса",
    "Returns a reference. When the process dies, this shell gets one message, `{:DOWN, ref, "
    ":process, pid, reason}`; `flush` shows it. If the process is already dead, the message "
    "comes at once, with the reason `:noproc`.": (
        "Возвращает ссылку. Когда процесс умрёт, оболочка получит одно сообщение, `{:DOWN, "
        "ref, :process, pid, reason}`; его покажет `flush`. Если процесс уже мёртв, сообщение "
        "приходит сразу, с причиной `:noproc`."
    ),
    "#Reference<..>": "#Reference<..>",
    "print the messages in this shell's mailbox and remove them": (
        "печатает сообщения из почтового ящика оболочки и убирает их"
    ),
    "As in iex. The `:DOWN` messages of `monitor` arrive there.": (
        "Как в iex. Сюда приходят сообщения `:DOWN` от `monitor`."
    ),
    "the messages, then :ok": "сообщения, затем :ok",
    "nothing has arrived": "ничего не пришло",
    "return the pid of this shell": "возвращает pid этой оболочки",
    "The shell is a process too: it makes the calls, and it has a mailbox.": (
        "Оболочка — тоже процесс: это она делает вызовы, и у неё есть почтовый ящик."
    ),
    "#PID<0.100.0>": "#PID<0.100.0>",
    "create an ETS table owned by this shell": "создаёт таблицу ETS, которой владеет эта оболочка",
    "As in the first example of the ETS chapter. Returns a reference to bind, `t = ets new "
    "t`; with `named_table` it returns the name, and the name is enough. The table is "
    "deleted when its owner dies. Without options it is a protected set: every process can "
    "read it, only the owner can write.": (
        "Как в первом примере главы про ETS. Возвращает ссылку, которую связывают с именем: "
        "`t = ets new t`; с `named_table` возвращает имя, и имени достаточно. Таблица "
        "исчезает вместе с владельцем. Без параметров это защищённое множество: читать могут "
        "все процессы, писать — только владелец."
    ),
    "what the table is called": "как называется таблица",
    "set, ordered_set, bag, public, protected, private, named_table, {:keypos, 2}": (
        "set, ordered_set, bag, public, protected, private, named_table, {:keypos, 2}"
    ),
    "#Reference<..>, or the name with named_table": "#Reference<..>, а с named_table имя",
    "insert a row, a tuple whose first element is its key": (
        "вставляет строку — кортеж, первый элемент которого её ключ"
    ),
    "In a set, a row replaces the row with the same key. `self()` is the shell's pid, and "
    "`$b` the value bound to `b`. Only the owner can write to a protected table.": (
        "В множестве строка заменяет другую с тем же ключом. `self()` — pid оболочки, `$b` — "
        "значение, связанное с `b`. В защищённую таблицу пишет только владелец."
    ),
    "a binding, a named table or a #Reference<..>": (
        "связанное имя, именованная таблица или #Reference<..>"
    ),
    'a tuple, as in {"foo", 1}, or a list of tuples': (
        'кортеж, например {"foo", 1}, или список кортежей'
    ),
    "several rows": "несколько строк",
    "read the rows with KEY from a table": "читает из таблицы строки с ключом KEY",
    "Reads the table directly; no process is asked. A missing key gives an empty list.": (
        "Читает таблицу напрямую, никого не спрашивая. Для ключа, которого нет, ответ — "
        "пустой список."
    ),
    "a list of tuples": "список кортежей",
    "delete the rows with KEY, or the whole table": ("удаляет строки с ключом KEY или всю таблицу"),
    "Returns `true` whether or not the row existed. Only the owner can delete from a "
    "protected table.": (
        "Всегда `true`, была строка или нет. Из защищённой таблицы удаляет только владелец."
    ),
    "the table itself": "сама таблица",
    "list the rows of a table": "перечисляет строки таблицы",
    "Sets are listed in insertion order, an `ordered_set` in term order.": (
        "Множества — в порядке вставки, `ordered_set` — в порядке термов."
    ),
    "the table of names, in designs that have one; library has Registry's own": (
        "таблица имён, если в дизайне она есть; в library — таблица самого Registry"
    ),
    "describe a table": ("описывает таблицу"),
    "Type, protection, owner, size, memory, and how often it was read.": (
        "Тип, защита, владелец, размер, память, сколько раз её читали."
    ),
    "send a plain message to a process": "посылает процессу простое сообщение",
    "`send/2`: sends the message as it is, whereas `cast` wraps it. A server gets it in "
    "`handle_info`. Returns the message, even if the process is dead; an unregistered name "
    "is an error. `spawn` starts a process that only collects messages.": (
        "`send/2`: посылает сообщение как есть, тогда как `cast` его оборачивает. Сервер "
        "получает его в `handle_info`. Возвращает это же сообщение, даже если процесс мёртв; "
        "незарегистрированное имя — ошибка. `spawn` запускает процесс, который только "
        "собирает сообщения."
    ),
    "the message": "само сообщение",
    "start a process that only collects messages": (
        "запускает процесс, который только собирает сообщения"
    ),
    "It has no behaviour and handles nothing: whatever is sent to it stays in its "
    "mailbox, and an exit signal ends it. Bind its pid to a name, as in `p = spawn`.": (
        "Поведения у него нет, и он ничего не обрабатывает: всё, что ему послано, остаётся в "
        "почтовом ящике, а завершает его сигнал выхода. Свяжите его pid с именем: `p = "
        "spawn`."
    ),
    "#PID<..>": "#PID<..>",
    "link this shell to a process: if one dies, the other does, too": (
        "связывает оболочку с процессом: кто умрёт, заберёт с собой другого"
    ),
    "When a linked process ends for any reason except `:normal`, the shell dies with it and "
    "starts again, with a new pid and no bindings; and when the shell dies, so does the "
    "process, unless it traps exits. Returns `true`; linking to a dead process is an error.": (
        "Когда связанный процесс завершается по любой причине, кроме `:normal`, оболочка "
        "умирает вместе с ним и начинает заново, с новым pid и без связанных имён; а если "
        "умирает оболочка, умирает и процесс, если не перехватывает exit. "
        "Возвращает `true`; связь с мёртвым процессом — ошибка."
    ),
    "a dead process cannot be linked": ("с мёртвым процессом связаться нельзя"),
    "remove the link between this shell and a process": "убирает связь между оболочкой и процессом",
    "Returns `true`, even if there was no link. After this, the death of one does not "
    "affect the other.": (
        "Возвращает `true`, даже если связи не было. После этого смерть одного не касается другого."
    ),
    "stop monitoring a process": ("перестаёт следить за процессом"),
    "Takes the reference that `monitor` returned, bound to a name. No `:DOWN` will arrive; "
    "one that has already arrived stays in the mailbox.": (
        "Принимает ссылку, которую вернул `monitor`, связанную с именем. После этого `:DOWN` "
        "не придёт; тот, что уже пришёл, остаётся в почтовом ящике."
    ),
    "a bound reference, as in r = monitor s1, then demonitor $r": (
        "ссылка: связанная с именем, например r = monitor s1, затем demonitor $r"
    ),
}
