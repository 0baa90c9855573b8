"""Help for the command groups `break` and `look` in Russian."""

from typing import Final

MESSAGES: Final[dict[str, str | tuple[str, ...]]] = {
    "stop one process and wait until it has ended": (
        "останавливает один процесс и ждёт, пока он завершится"
    ),
    "The default reason is `:normal`. A bare word is an atom, so `stop s1 shutdown` is "
    "the chapter's `Agent.stop(bucket, :shutdown)`. `:normal` and `:shutdown` are not "
    "logged, any other reason is.": (
        "Причина по умолчанию — `:normal`. Слово без кавычек — атом, поэтому `stop s1 "
        "shutdown` — это `Agent.stop(bucket, :shutdown)` из главы. `:normal` и `:shutdown` в "
        "журнал не попадают, любая другая причина попадает."
    ),
    '`stop manager` stops the whole system. In quotes it is always a store: `stop "manager"`.': (
        "`stop manager` останавливает всю систему. В кавычках это всегда хранилище: `stop "
        '"manager"`.'
    ),
    "manager, a binding, a store, a registered name or a pid; in quotes always a store": (
        "manager, связанное имя, хранилище, зарегистрированное имя или pid; в кавычках — "
        "всегда хранилище"
    ),
    "the reason, by default normal; a bare word is an atom: shutdown, boom": (
        "причина: если её нет, то normal; слово без кавычек — атом: shutdown, boom"
    ),
    ":ok once it has ended; the manager keeps its name forever": (
        ":ok, когда процесс завершился; менеджер хранит его имя вечно"
    ),
    ":ok once it has ended; its name is removed when the registry handles the :DOWN": (
        ":ok, когда процесс завершился; имя исчезнет, когда реестр обработает :DOWN"
    ),
    "stopping a dead process exits": ("остановка мёртвого процесса завершается с exit"),
    "kill a process: it cannot refuse, and runs no more code": (
        "убивает процесс: отказаться он не может и кода больше не выполнит"
    ),
    "Sends the exit signal `:kill` and answers `true` at once, even if the process is "
    "dead. Nothing is logged and `terminate` does not run. Processes that monitor it get "
    "`:killed`.": (
        "Посылает сигнал выхода `:kill` и сразу отвечает `true`, даже если процесс мёртв. В "
        "журнал ничего не пишется, `terminate` не выполняется. Кто следил за процессом, "
        "получает `:killed`."
    ),
    "true": "true",
    "crash a process: its own handler raises": (
        "роняет процесс: исключение возникает в его собственном обработчике"
    ),
    "A bucket is called with a function that raises; any other process gets a call that "
    "it has no clause for. The caller sees the exit as iex prints it, the crash is "
    "logged, and the process is dead. Its supervisor may restart it: after `crash "
    "manager` there is a new, empty registry.": (
        "Корзину вызывают с функцией, которая бросает исключение; любой другой процесс "
        "получает вызов, для которого у него нет ветви. Вызвавший видит exit так, как его "
        "печатает iex, падение попадает в журнал, а процесс мёртв. Супервизор может его "
        "перезапустить: после `crash manager` реестр новый и пустой."
    ),
    "an error: the exit, as iex prints it": ("ошибка: exit, как его печатает iex"),
    "a message that no clause matches crashes it": (
        "его роняет любое сообщение, для которого нет ветви"
    ),
    "suspend a process: its messages wait in its mailbox": (
        "приостанавливает процесс: его сообщения ждут в почтовом ящике"
    ),
    "It handles nothing until `resume`, or one message at a time with `step`. A caller "
    "waits, for up to five seconds; `as b create store s1` makes another client wait "
    "instead of you. This is how to hold a race open: `suspend manager; stop s1`, then "
    "look at `registry`.": (
        "Он ничего не обрабатывает до `resume` или берёт по одному сообщению с `step`. "
        "Вызвавший ждёт до пяти секунд; `as b create store s1` заставит ждать другого "
        "клиента, а не вас. Так гонку держат открытой: `suspend manager; stop s1`, а потом "
        "взгляните на `registry`."
    ),
    "a table still has the row of the dead bucket": "в таблице всё ещё есть строка мёртвой корзины",
    "let a suspended process handle its messages again": (
        "возвращает приостановленный процесс к работе"
    ),
    "It handles the waiting messages in the order in which they arrived.": (
        "Он обрабатывает ждущие сообщения в том порядке, в каком они пришли."
    ),
    "empty again": "снова пусто",
    "it was not suspended: nothing happens": ("он не был приостановлен: ничего не происходит"),
    "let a suspended process handle one message, or N": (
        "даёт приостановленному процессу обработать одно сообщение или N"
    ),
    "The process stays suspended. The answer says what was handled and how many messages "
    "are left: this is how to step through a race by hand.": (
        "Процесс остаётся приостановленным. В ответе — что обработано и сколько сообщений "
        "осталось: так гонку проходят по шагам вручную."
    ),
    "how many messages at most; default 1": ("сколько сообщений самое большее; по умолчанию 1"),
    'a line per message: handled {:create, "s1"}, 0 left': (
        'по строке на сообщение: handled {:create, "s1"}, 0 left'
    ),
    "wait until the system is at rest": "ждёт, пока система придёт в покой",
    "At rest, no process can continue: each is suspended, or waits for a message that has "
    "not been sent. Between lines the shell settles by itself; inside a line, `create store "
    "a; settle; lookup a` lets the others run first. Messages waiting for suspended "
    "processes do not count.": (
        "В покое ни один процесс не может продолжать: каждый приостановлен или ждёт "
        "сообщения, которого никто не послал. Между строками оболочка ждёт покоя сама; внутри "
        "строки `create store a; settle; lookup a` сначала даёт поработать другим. Сообщения, "
        "ждущие приостановленных процессов, не в счёт."
    ),
    "with ets-cast the lookup finds it now": "в ets-cast поиск теперь находит хранилище",
    "let time pass": "ждёт указанное время",
    "In a batch and in documents time is virtual: five seconds pass at once, and timers "
    "fire in order.": (
        "В пакетном запуске и в документах время виртуальное: пять секунд проходят мгновенно, "
        "а таймеры срабатывают по порядку."
    ),
    "milliseconds, or with a unit: 200ms, 5s, 1m": (
        "миллисекунды или число с единицей: 200ms, 5s, 1m"
    ),
    "show every name and the state of its process, or the history of NAME": (
        "показывает каждое имя и состояние его процесса или историю имени NAME"
    ),
    "*fresh*: the process is alive. *pending*: its create is still waiting. *stale*: the "
    "process is dead and its `:DOWN` is still waiting, so lookup answers a dead pid. In "
    "`plain` *dead, kept*: the manager never forgets a name.": (
        "*fresh*: процесс жив. *pending*: его create ещё ждёт. *stale*: процесс мёртв, а его "
        "`:DOWN` ещё ждёт, поэтому lookup отвечает мёртвым pid. В `plain` *dead, kept*: "
        "менеджер никогда не забывает имён."
    ),
    "With a NAME: who wrote the row at which line, when and why the process died, where "
    "the `:DOWN` is now, and what to type next. Works while the registry is suspended.": (
        "С именем NAME: кто и в какой строке сделал запись, когда и почему умер процесс, где "
        "сейчас `:DOWN` и что набрать дальше. Работает и при приостановленном реестре."
    ),
    "a table; with NAME, its history": ("таблица; с NAME — история имени"),
    "the :DOWN waits in the suspended registry's mailbox": (
        ":DOWN ждёт в почтовом ящике приостановленного реестра"
    ),
    "the history of one name": "история одного имени",
    "show the ETS table that holds the names": "показывает таблицу ETS, в которой лежат имена",
    "Its type, protection and owner, how often it was read, and its current rows: a row "
    "may belong to a dead process. In `plain` and `map` there is no table; in `library` "
    "it is the library's own, and `public`, because every bucket writes its row itself.": (
        "Тип, защита и владелец таблицы, сколько раз её читали и что в ней сейчас: строка "
        "может принадлежать мёртвому процессу. В `plain` и `map` таблицы нет; в `library` это "
        "таблица самой библиотеки, и она `public`, потому что каждая корзина пишет свою "
        "строку сама."
    ),
    "a table": "таблица",
    "no table: the names are in the manager's map": (
        "таблицы нет: имена лежат в отображении менеджера"
    ),
    "show the state of a process": "показывает состояние процесса",
    "Reads it from outside, without a message, so it works while the process is "
    "suspended. `:sys.get_state` in iex sends a message and waits.": (
        "Читает его снаружи, без сообщения, поэтому работает и для приостановленного "
        "процесса. `:sys.get_state` в iex посылает сообщение и ждёт."
    ),
    "a term": "терм",
    "show what a process is and what it is doing": "показывает, что это за процесс и чем он занят",
    "Name, module, status, what it waits for, mailbox, messages handled, approximate "
    "memory, links, monitors, tables. For a dead process, also why it died.": (
        "Имя, модуль, статус, чего ждёт, почтовый ящик, сколько сообщений обработал, "
        "примерная память, связи, мониторы, таблицы. Про мёртвый процесс — ещё и отчего он "
        "умер."
    ),
    "show the messages waiting in a process's mailbox": (
        "показывает сообщения, которые ждут в почтовом ящике процесса"
    ),
    "In the order of arrival, which is the order in which they will be handled.": (
        "В том порядке, в каком они пришли; в нём же они будут обработаны."
    ),
    "check whether a process is alive": ("проверяет, жив ли процесс"),
    "A dead process stays dead: a new one gets a new pid.": (
        "Мёртвый процесс так и остаётся мёртвым: новый процесс получит новый pid."
    ),
    "true or false": "true или false",
    "list all live processes": "перечисляет все живые процессы",
    "With name, module, status and the number of messages waiting for it.": (
        "С именем, модулем, статусом и числом ждущих сообщений."
    ),
    "draw the supervision tree": "рисует дерево супервизоров",
    "Shows who started whom, and which processes are restarted together. For a supervisor "
    "it shows the strategy and how much of the restart budget is used; one restart beyond "
    "the budget, and the supervisor stops together with everything below it. `info "
    "supervisor` says why the last restart happened. `plain` has no supervisor, so there is "
    "no tree.": (
        "Показывает, кто кого запустил и кто с кем перезапускается. У супервизора видны "
        "стратегия и израсходованная часть лимита перезапусков; ещё один перезапуск сверх "
        "лимита — и он останавливается вместе со всем, что под ним. Отчего был последний "
        "перезапуск, скажет `info supervisor`. В `plain` супервизора нет, поэтому нет и "
        "дерева."
    ),
    "a tree": "дерево",
    "the registry was killed; everything below is new": "реестр убит, и всё под ним новое",
    "list every ETS table": "перечисляет все таблицы ETS",
    "Name, type, protection, owner and size. A table dies with its owner.": (
        "Имя, тип, защита, владелец и размер. Таблица исчезает вместе с владельцем."
    ),
}
