"""Help for the command groups `system` and `stores` in Russian."""

from typing import Final

MESSAGES: Final[dict[str, str | tuple[str, ...]]] = {
    "start the system: the manager and, except in plain, its supervisors": (
        "запускает систему: менеджер и, кроме plain, его супервизоры"
    ),
    "Without DESIGN it starts `ets`, the last stage of the ETS chapter. `designs` "
    "compares the five. In `plain` a single process starts, KeyVal.Manager. In the others "
    "KV.Supervisor starts KV.BucketSupervisor and KV.Registry, and the answer holds the "
    "registry's pid.": (
        "Без DESIGN запускается `ets`, последний этап главы про ETS. `designs` сравнивает все "
        "пять. В `plain` запускается один процесс, KeyVal.Manager. В остальных KV.Supervisor "
        "запускает KV.BucketSupervisor и KV.Registry, а в ответе — pid реестра."
    ),
    "{:ok, pid}; if it is already running {:error, {:already_started, pid}}": (
        "{:ok, pid}; если система уже запущена — {:error, {:already_started, pid}}"
    ),
    "it is already running": "она уже запущена",
    "stop the whole system": "останавливает всю систему",
    "In `map`, `ets-cast` and `ets` the supervisor stops, and with it the registry and "
    "every bucket. In `plain` nothing links the stores to the manager: they keep running, "
    "but their names are lost.": (
        "В `map`, `ets-cast` и `ets` останавливается супервизор, а с ним реестр и все "
        "корзины. В `plain` хранилища с менеджером ничем не связаны: они работают дальше, но "
        "имена их потеряны."
    ),
    'To stop only a store called manager, quote it: `stop "manager"`.': (
        "Чтобы остановить только хранилище по имени manager, возьмите имя в кавычки: `stop "
        '"manager"`.'
    ),
    ":ok": ":ok",
    "in plain the store outlives its manager": "в plain хранилище переживает своего менеджера",
    "stop the whole system and start it again, optionally in another design": (
        "останавливает всю систему и запускает снова, можно в другом дизайне"
    ),
    "`stop manager` and `start manager` in one command: this is how to change the design. "
    "All stores are gone; bindings are kept, but the pids they hold are dead.": (
        "`stop manager` и `start manager` одной командой: так меняют дизайн. Все хранилища "
        "исчезают; имена остаются связанными, но pid за ними уже мертвы."
    ),
    "{:ok, pid}": "{:ok, pid}",
    "the new manager is a new process": "новый менеджер — это новый процесс",
    "end everything and start over: no system, no bindings, line 1": (
        "завершает всё и начинает сначала: нет системы, нет связанных имён, строка 1"
    ),
    "All processes except the shell end, bindings are cleared, and pids start from the "
    "beginning. Options that you `set` are kept.": (
        "Завершаются все процессы, кроме оболочки, связанные имена забыты, pid отсчитываются "
        "с начала. Параметры, заданные командой `set`, остаются."
    ),
    "the same pids as before": "те же pid, что и раньше",
    "compare the stages of the tutorials, which are called designs here": (
        "сравнивает этапы учебных статей: здесь они называются дизайнами"
    ),
    "One system runs at a time, built in one of five ways. `plain` is the system of part 2: "
    "the manager keeps the names in a map and never forgets one. `map`, `ets-cast` and "
    "`ets` are the stages of the ETS chapter; `library` is what it finally recommends, "
    "Elixir's own Registry. `start manager DESIGN` starts one, `restart manager DESIGN` "
    "switches to another, `compare LINE` shows what a line does in all five.": (
        "В каждый момент работает одна система, построенная одним из пяти способов. `plain` — "
        "система из части 2: менеджер держит имена в отображении и никогда ни одного не "
        "забывает. `map`, `ets-cast` и `ets` — этапы главы про ETS; `library` — то, что она "
        "советует в конце: Registry из самого Elixir. `start manager DESIGN` запускает один "
        "из них, `restart manager DESIGN` переходит к другому, `compare LINE` показывает, что "
        "строка делает во всех пяти."
    ),
    "a table": "таблица",
    "take a lesson, or list the lessons and your progress": (
        "начинает урок или показывает список уроков и пройденное"
    ),
    "A lesson runs on its own system while yours waits. It checks the system after each "
    "line you type, so any way to reach the goal counts. Lessons have their own commands, "
    "such as `:hint`, `:skip`, `:play` and `:quit`; `:help` lists them. From the command "
    "line: `kvshell learn LESSON`.": (
        "Урок идёт на собственной системе, а ваша тем временем ждёт. После каждой вашей "
        "строки он проверяет систему, поэтому годится любой путь к цели. У урока есть свои "
        "команды, например `:hint`, `:skip`, `:play` и `:quit`; список даёт `:help`. Из "
        "командной строки: `kvshell learn LESSON`."
    ),
    "Lessons, help, hints and notices are in English, or in Russian with `--lang ru` or a "
    "Russian locale (`LC_ALL`, `LC_MESSAGES`, `LANG`). Answers and errors are always in "
    "English, and so are batches, documents and recordings.": (
        "Уроки, справка, подсказки и сообщения — на английском, а с `--lang ru` или с русской "
        "локалью (`LC_ALL`, `LC_MESSAGES`, `LANG`) — на русском. Ответы и ошибки всегда "
        "английские; пакетный запуск, документы и записи — тоже."
    ),
    "a file": "файл",
    "the lessons, or the first step": "уроки или первый шаг",
    "the prompt shows the list": "список показывает приглашение",
    "load a Python or Elixir file; load it again to update the running servers": (
        "загружает файл на Python или Elixir; повторно — работающие серверы переходят на новый код"
    ),
    "An Elixir file, or a folder of them, is compiled; the answer lists its modules. In a "
    "Python file, each GenServer class is started under the name of its module, with `[]`; "
    "a file with a function `start()` decides itself what to start. Edit the file and load "
    "it again: a running server keeps its pid and its state, and handles its next message "
    "with the new code, including that of Python modules next to the file. Errors are "
    "reported with their line. `kvshell --load PATH` does this before the first line; a "
    "transcript can do it only with `--trust`.": (
        "Файл Elixir или папка таких файлов компилируется; в ответе — список модулей. В файле "
        "на Python каждый класс GenServer запускается под именем своего модуля с аргументом "
        "`[]`; файл с функцией `start()` сам решает, что запустить. Исправьте файл и "
        "загрузите его снова: работающий сервер сохраняет pid и состояние, а следующее "
        "сообщение обработает уже новым кодом, в том числе из модулей Python рядом с файлом. "
        "Об ошибке сообщается с номером строки. `kvshell --load PATH` делает то же до первой "
        "строки; документу это можно только с `--trust`."
    ),
    "a Python or Elixir file, or a folder of Elixir files": (
        "файл на Python или Elixir или папка с файлами Elixir"
    ),
    "{:ok, pid}, [{name, {:ok, pid}}] or {:reloaded, names}; Elixir: [module]": (
        "{:ok, pid}, [{имя, {:ok, pid}}] или {:reloaded, имена}; для Elixir — [модуль]"
    ),
    "measure calls, lookups and many stores on this machine": (
        "измеряет вызовы, поиск и множество хранилищ на этой машине"
    ),
    "Takes about 15 seconds and runs in a separate process: your system is not touched. "
    "Every figure has a bar and a line that explains it, such as `a lookup through the "
    "registry costs N times a read of the table`. `kvshell bench --json` prints the "
    "figures for programs.": (
        "Занимает около 15 секунд и идёт в отдельном процессе: вашей системы не касается. У "
        "каждого числа есть полоска и пояснение вроде `a lookup through the registry costs N "
        "times a read of the table`. `kvshell bench --json` печатает числа для программ."
    ),
    "figures with bars": "числа с полосками",
    "the prompt runs it": "работает только в приглашении",
    "leave the shell; with PROCESS and REASON, send an exit signal": (
        "выходит из оболочки; с PROCESS и REASON посылает сигнал выхода"
    ),
    "Without arguments it leaves the shell and ends everything in it; Ctrl-D on an empty "
    "line does the same. A batch ends there and runs no more lines.": (
        "Без аргументов выходит из оболочки, и всё в ней завершается; то же делает Ctrl-D в "
        "пустой строке. Пакетный запуск на этом кончается, остальные строки не выполняются."
    ),
    "`exit PROCESS REASON` is `Process.exit/2`: it sends a signal and returns `true` at "
    "once. `:normal` ends a process only if it sends the signal to itself, `:kill` ends any "
    "process, and any other reason ends every process that does not trap exits. Three "
    "commands end a process in different ways: `stop` asks and waits, `exit` sends a signal "
    "that can be trapped, `kill` sends one that cannot.": (
        "`exit PROCESS REASON` — это `Process.exit/2`: сигнал, и сразу же `true`. `:normal` "
        "не завершает никого, кроме самого отправителя, `:kill` завершает любого, другая "
        "причина — всякого, кто не перехватывает сигналы выхода. Процесс завершают три команды, "
        "и они различаются: `stop` просит и ждёт, `exit` посылает сигнал, который можно "
        "перехватить, `kill` — тот, который перехватить нельзя."
    ),
    "the process that gets an exit signal": "кому послать сигнал выхода",
    "the reason; required with a process": "причина; нужна, если назван процесс",
    "nothing; true with a process": "ничего; с процессом — true",
    "which does not end it": "а он никого не завершает",
    "create the store NAME, or find it if it exists": (
        "создаёт хранилище NAME или находит его, если оно есть"
    ),
    "The manager starts a process for the store and remembers its name. In `plain` and "
    "`ets` this is a *call*: the answer is the pid, and asking again returns the same "
    "pid. In `map` and `ets-cast` it is a *cast*: the answer is `:ok` at once, before the "
    "store exists, which is the first race of the ETS chapter: `create store a; lookup a` "
    "in `ets-cast`.": (
        "Менеджер запускает процесс для хранилища и запоминает имя. В `plain` и `ets` это "
        "*call*: ответ — pid, и повторный запрос вернёт тот же pid. В `map` и `ets-cast` это "
        "*cast*: ответ `:ok` приходит сразу, раньше, чем появилось хранилище. Это и есть "
        "первая гонка главы про ETS: `create store a; lookup a` в `ets-cast`."
    ),
    "In `plain` the name of a dead store is never forgotten: creating it again returns "
    "the dead pid.": (
        "В `plain` имя умершего хранилища не забывается никогда: при повторном создании "
        "ответом будет мёртвый pid."
    ),
    "a store's name: the text as typed, without its quotes": (
        "имя хранилища: набранный текст без кавычек"
    ),
    "the pid; for a name whose store died, the dead pid forever": (
        "pid; для имени, чьё хранилище умерло, — навсегда мёртвый pid"
    ),
    ":ok, before the store exists": ":ok ещё до того, как хранилище появилось",
    "the pid; while the :DOWN of a dead store waits, the dead pid": (
        "pid; пока ждёт :DOWN умершего хранилища — мёртвый pid"
    ),
    "the pid; a dead store's name is free at once": "pid; имя умершего хранилища свободно сразу",
    "asked again": "ещё раз",
    "back to back, as in a test: in ets-cast the cast has not been handled yet": (
        "одно за другим, как в тесте: cast в ets-cast ещё не обработан"
    ),
    "find the process of the store NAME": "находит процесс хранилища NAME",
    "In `ets-cast` and `ets` no process is asked: the shell reads the table, even while "
    "the registry is suspended. So the pid may belong to a process that has just died: "
    "its row is *stale* until the registry handles the `:DOWN`. In `plain` and `map` the "
    "shell calls the manager.": (
        "В `ets-cast` и `ets` никого не спрашивают: оболочка читает таблицу, даже когда "
        "реестр приостановлен. Поэтому pid может принадлежать только что умершему процессу: "
        "его строка *stale* (устарела), пока реестр не обработает `:DOWN`. В `plain` и `map` "
        "оболочка вызывает менеджера."
    ),
    "`{:ok, b} = lookup s1` binds `b`, as in the chapter.": (
        "`{:ok, b} = lookup s1` связывает `b`, как в главе."
    ),
    "{:ok, pid}, or :error when there is no such name": (
        "{:ok, pid} или :error, если такого имени нет"
    ),
    "the pattern does not match": "образец, который не подходит",
    "list the names that the system knows": ("перечисляет имена, которые знает система"),
    "Reads the manager's map or the table without sending a message. A name is listed as "
    "long as it is kept, even if its process is dead; `registry` shows which ones are.": (
        "Читает отображение менеджера или таблицу, не посылая сообщений. Имя остаётся в "
        "списке, пока его хранят, даже если процесс мёртв; какие мертвы, показывает "
        "`registry`."
    ),
    "a list of names": "список имён",
    "store VALUE under KEY in STORE": "кладёт VALUE под ключом KEY в STORE",
    "A word is text unless all of it is an Elixir literal: `milk` is text, `1` a number, "
    '`:a` an atom, `"two words"` text, `[1, 2]` a list. The bare name of a binding is text, '
    "too: `$b` is its value, `self()` the shell's pid.": (
        "Слово — это текст, если только оно целиком не литерал Elixir: `milk` — текст, `1` — "
        'число, `:a` — атом, `"two words"` — текст, `[1, 2]` — список. Просто связанное имя — '
        "тоже текст: его значение пишется `$b`, а `self()` — это pid оболочки."
    ),
    "In `plain` it is a cast: `:ok` even if the store is dead. In the others it is a call.": (
        "В `plain` это cast: `:ok` даже тогда, когда хранилище мертво. В остальных — call."
    ),
    "a store by its name, a binding or a pid": "хранилище: имя, связанное имя или pid",
    'text, or a literal: 1 and "1" are two keys': 'текст или литерал: 1 и "1" — два разных ключа',
    'text, or a literal: 1 2.5 :a "two words" nil [1, 2] %{"k" => 1} $b': (
        'текст или литерал: 1 2.5 :a "two words" nil [1, 2] %{"k" => 1} $b'
    ),
    ":ok, a cast: even to a dead store": ":ok; это cast, он уходит и к мёртвому хранилищу",
    "a literal": "литерал",
    "no such store": "такого хранилища нет",
    "read the value of KEY in STORE": "читает значение ключа KEY из STORE",
    "Calls the store itself, so a dead store means an exit, printed as iex prints it. A "
    'missing key is `nil`. `1` and `"1"` are different keys: `get s1 1` asks for the '
    "number.": (
        "Вызывает само хранилище, поэтому для мёртвого хранилища ответ — exit, напечатанный "
        'так же, как в iex. Для ключа, которого нет, ответ `nil`. `1` и `"1"` — два разных ключа: '
        "`get s1 1` спрашивает про число."
    ),
    "the value, or nil if there is none": "значение или nil, если его нет",
    "delete KEY from STORE": "удаляет ключ KEY из STORE",
    "In `plain` it is a cast and always returns `:ok`, even for a dead store. In the others "
    "it is a call that returns the deleted value, or `nil`.": (
        "В `plain` это cast, и ответ всегда `:ok`, даже от мёртвого хранилища. В остальных — "
        "call, который возвращает удалённое значение или `nil`."
    ),
    ":ok, a cast": ":ok; это cast",
    "the deleted value, or nil": "удалённое значение или nil",
    "list the keys of STORE": "перечисляет ключи STORE",
    "In term order: numbers, then atoms, then tuples, then text.": (
        "В порядке термов: числа, потом атомы, кортежи и текст."
    ),
    "a list": "список",
    "count the keys of STORE": "считает ключи STORE",
    "Gets the keys from the store, as `keys` does, and counts them.": (
        "Спрашивает у хранилища ключи, как `keys`, и считает их."
    ),
    "a number": "число",
    "`start manager own` starts your own modules: once you have defined a KV.Registry or a "
    "KeyVal.Manager, the store commands work on it, running the Elixir that `explain` "
    "shows.": (
        "`start manager own` запускает ваши собственные модули: когда определён ваш "
        "KV.Registry или KeyVal.Manager, команды для хранилищ работают с ним и выполняют тот "
        "Elixir, который показывает `explain`."
    ),
    "plain, map, ets-cast, ets, library, or own with your own modules: `designs` compares them": (
        "plain, map, ets-cast, ets, library или own — с вашими модулями; сравнить их поможет "
        "`designs`"
    ),
    "your {module}, and what it starts": "ваш {module} и то, что он запускает",
}
