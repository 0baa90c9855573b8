"""Help for the command groups race and ask, in Russian."""

from typing import Final

MESSAGES: Final[dict[str, str | tuple[str, ...]]] = {
    "{word} belongs in a module: paste the whole module with it, or run the page that it "
    "comes from with `kvshell replay --elixir`": (
        "{word} — часть модуля: вставьте весь модуль или выполните страницу, где она стоит: "
        "`kvshell replay --elixir`"
    ),
    "run a file or folder of ExUnit tests, as kvshell test does": (
        "выполняет файл или папку тестов ExUnit, как kvshell test"
    ),
    "Prints what `mix test --trace` prints. The tests run in a system of their own: yours is not "
    "touched. `test FILE:LINE` runs the test at a line. `kvshell test --explore PATH` runs each "
    "test under every schedule, `explore FILE:LINE` one of them.": (
        "Печатает то же, что `mix test --trace`. Тесты работают в своей системе, вашей они не "
        "касаются. `test FILE:LINE` выполняет тест на этой строке. `kvshell test --explore PATH` "
        "выполняет каждый тест при каждом порядке событий, `explore FILE:LINE` — один из них."
    ),
    "each test, its failure below it, and the counts": ("каждый тест, под ним его ошибка, и счёт"),
    "a file of ExUnit tests, FILE:LINE, or a folder": ("файл тестов ExUnit, FILE:LINE или папка"),
    "{line}: create store, lookup, put and the others then work on your {module}": (
        "{line}: тогда create store, lookup, put и другие слова работают с вашим {module}"
    ),
    "run a document or a line under every schedule; say what fails and why": (
        "выполняет документ или строку при каждом порядке событий и говорит, что не так и почему"
    ),
    "Runs every order of events that can make a difference, in fresh systems; yours is "
    "not touched. The answer is a verdict under two delivery laws, not a sample. Under "
    "`spec` only what one process sends to one other keeps its order; under `beam` a "
    "signal is in the receiver's mailbox at once.": (
        "Проходит все порядки событий, которые могут что-то изменить, в новых системах; вашей "
        "не касается. Ответ — вердикт по двум законам доставки, а не выборка. По `spec` "
        "порядок сохраняется только для сообщений одного процесса другому; по `beam` сигнал "
        "сразу оказывается в почтовом ящике получателя."
    ),
    "`explore create store s; stop s; lookup s` explores a line; `explore "
    "races/bogus-barrier` a document, whose `session=` blocks are clients that run side "
    "by side. Options stand before or behind it: `--law beam`, `--crash 1`, `--timeouts "
    "any`, `--budget N`, `--steps N`, `--all`. `kvshell explore PATH` can do more: "
    "`--replay TOKEN` steps through one schedule, `--odds 2000` tells how often real "
    "threads fail.": (
        "`explore create store s; stop s; lookup s` исследует строку, `explore "
        "races/bogus-barrier` — документ, где блоки `session=` — это клиенты, работающие бок "
        "о бок. Параметры пишут до или после: `--law beam`, `--crash 1`, `--timeouts any`, "
        "`--budget N`, `--steps N`, `--all`. `kvshell explore PATH` умеет больше: `--replay "
        "TOKEN` проходит один порядок по шагам, `--odds 2000` говорит, как часто ошибка "
        "случается на настоящих потоках."
    ),
    "a sentence, the counts, a diagram of the schedule, a table of outcomes": (
        "предложение, числа, диаграмма порядка событий, таблица исходов"
    ),
    "run LINE in all five designs side by side, and say why they differ": (
        "выполняет LINE во всех пяти дизайнах рядом и говорит, отчего они расходятся"
    ),
    "Each in its own fresh system, which is then thrown away; yours is not touched. "
    "`compare create store a; lookup a` shows the chapter's first race, `compare create "
    "store a; suspend manager; stop a; lookup a` the second.": (
        "Каждый — в новой системе, которую потом выбрасывают; вашей это не касается. `compare "
        "create store a; lookup a` показывает первую гонку из главы, `compare create store a; "
        "suspend manager; stop a; lookup a` — вторую."
    ),
    "a table: one row per design, with the reason": "таблица: строка на дизайн, с причиной",
    "no system need run": "системе для этого работать не нужно",
    "run LINE N times in the running system and count the outcomes": (
        "выполняет LINE N раз в работающей системе и считает исходы"
    ),
    "Between rounds the system settles; `{n}` is the number of the round. A batch has one "
    "schedule, so every round comes to the same. On real threads - at the prompt, or in a "
    "batch with `--free` - the processes take turns as the machine likes while a line "
    "waits: in `ets`, `repeat 1000 create store a; stop a; lookup a` finds the dead now "
    "and then, and in `ets-cast` `repeat 1000 create store a{n}; sleep 1; lookup a{n}` "
    'comes too early now and then, the chapter\'s "intermittently". A line that does not '
    "wait is not interrupted.": (
        "Между повторами система приходит в покой; `{n}` — номер повтора. В пакетном запуске "
        "порядок событий один, и все повторы кончаются одинаково. На настоящих потоках — в "
        "приглашении или с `--free` — процессы сменяют друг друга, как захочет машина, пока "
        "строка ждёт: в `ets` `repeat 1000 create store a; stop a; lookup a` время от времени "
        "находит мёртвого, а в `ets-cast` `repeat 1000 create store a{n}; sleep 1; lookup "
        "a{n}` время от времени приходит слишком рано — то самое «intermittently» из главы. "
        "Строку, которая не ждёт, не прерывают."
    ),
    "how many rounds": "сколько повторов",
    "a table of outcomes with their counts": "таблица исходов и сколько раз каждый случился",
    "step forward in the schedule": "делает шаг вперёд по порядку событий",
    "`kvshell explore PATH --replay TOKEN` opens a schedule; `next 5` takes five steps. "
    "It shows what comes next, and what could come instead.": (
        "`kvshell explore PATH --replay TOKEN` открывает порядок событий; `next 5` делает "
        "пять шагов. Видно, что будет дальше и что могло бы быть вместо этого."
    ),
    "how many steps; 1": "сколько шагов; 1",
    "the steps taken, and what comes next": "сделанные шаги и то, что дальше",
    "only inside --replay": "только внутри --replay",
    "step back in the schedule": "делает шаг назад по порядку событий",
    "`kvshell explore PATH --replay TOKEN` opens a schedule; `next` and `back` walk, and "
    "between two steps `registry`, `cache`, `mailbox` and the other looks show the system "
    "as it stands.": (
        "`kvshell explore PATH --replay TOKEN` открывает порядок событий; `next` и `back` "
        "ходят по нему, а между шагами `registry`, `cache`, `mailbox` и другие взгляды "
        "показывают систему как есть."
    ),
    "what comes next there": "что будет дальше с этого места",
    "list the signals in flight": "перечисляет сигналы в пути",
    "Only `set law spec`, before `start manager`, keeps signals on their way: messages, "
    "requests, answers, `:DOWN`s, exit signals. A line that waits hands over what it "
    "waits for: first what is on its way to this shell, then what the line set off, and "
    "what earlier lines left only when that is not enough. `as b stop s1` makes another "
    "client wait instead. `settle` hands over everything, and so does `sleep`: time moves "
    "when nothing else can.": (
        "Сигналы остаются в пути, только если до `start manager` набрать `set law spec`: "
        "сообщения, запросы, ответы, `:DOWN`, сигналы выхода. Строка, которая ждёт, "
        "доставляет то, чего ждёт: сначала то, что идёт к этой оболочке, потом то, что она "
        "сама вызвала, и лишь если этого мало — оставшееся от прежних строк. `as b stop s1` "
        "заставит ждать другого клиента. `settle` доставляет всё, и `sleep` тоже: время "
        "движется, когда больше ничто двигаться не может."
    ),
    "The chapter's cure by hand: `set law spec`, `start manager`, `create store s`, `stop "
    "s`, `create store bogus`, `lookup s`.": (
        "Лекарство из главы вручную: `set law spec`, `start manager`, `create store s`, `stop "
        "s`, `create store bogus`, `lookup s`."
    ),
    "a table, or that nothing is on its way": "таблица или сообщение, что в пути ничего нет",
    "deliver the oldest signal in flight from A to B": (
        "доставляет самый старый сигнал в пути от A к B"
    ),
    "After `set law spec` a line ends with its signals on their way; `inflight` lists "
    "them. A and B are processes, clients included. What one process sends to one other "
    "arrives in the order sent, so a later signal of the same channel is refused; nothing "
    "orders two channels. `settle` hands over everything.": (
        "После `set law spec` строка кончается, а её сигналы ещё в пути; список даёт "
        "`inflight`. A и B — процессы, в том числе клиенты. Что один процесс послал другому, "
        "приходит в том же порядке, поэтому более поздний сигнал того же канала доставить не "
        "дадут; два канала между собой не упорядочены. `settle` доставляет всё."
    ),
    "the word to": "слово to",
    "which signal of the channel; 1 is the oldest": "который из сигналов канала; 1 — самый старый",
    "what was delivered, and how much its channel still holds": (
        "что доставлено и сколько ещё осталось в канале"
    ),
    "show what you can do now, or help on one command": (
        "показывает, что можно сделать сейчас, или справку по одной команде"
    ),
    "explain LINE without running it: the Elixir, the Python, who sends what": (
        "объясняет LINE, не выполняя: Elixir, Python, кто кому что посылает"
    ),
    "For the running design, or the default one. `explain create store s1` shows the line "
    "of Elixir and the line of Python it stands for, then every message, who sends it to "
    "whom, and who waits.": (
        "Для работающего дизайна или дизайна по умолчанию. `explain create store s1` "
        "показывает строку Elixir и строку Python, которым равна команда, потом каждое "
        "сообщение: кто и кому его посылает и кто ждёт."
    ),
    "return the value of an earlier line": "возвращает значение прежней строки",
    "`v` is the last value, `v(3)` that of line 3, `v(-2)` the one before the last.": (
        "`v` — последнее значение, `v(3)` — значение строки 3, `v(-2)` — предпоследнее."
    ),
    "the number in an earlier prompt; -1 is the line before": (
        "номер из прежнего приглашения; -1 — предыдущая строка"
    ),
    "the value": "значение",
    "line 1 was start manager": "строка 1 — это start manager",
    "list the lines typed so far with their numbers": "перечисляет набранные строки с номерами",
    "`v(N)` is the answer of line N. At the prompt, Up and Ctrl-R recall a line.": (
        "`v(N)` — ответ строки N. В приглашении прежние строки возвращают Up и Ctrl-R."
    ),
    "save the session as a document that can be replayed; record off ends it": (
        "сохраняет сеанс документом, который можно воспроизвести; конец — record off"
    ),
    "Keeps the lines since the session began and those to come. At the end they are run "
    "once more in a fresh system, and the file holds those answers, so that `replay` "
    "passes. Processes get names, and what looks like a password is hidden. `# text` "
    "becomes prose, `# ## TITLE` a heading.": (
        "В документ попадают строки с начала сеанса и те, что ещё будут. В конце они "
        "выполняются ещё раз в новой системе, и в файле стоят именно эти ответы, чтобы "
        "`replay` прошёл. Процессы получают имена, а похожее на пароль скрывается. `# text` "
        "становится прозой, `# ## TITLE` — заголовком."
    ),
    "where it records to; at the end what it wrote": "куда идёт запись; в конце — что записано",
    "the prompt writes the file": "файл пишет приглашение",
    "run a document and compare its answers with what happens": (
        "выполняет документ и сравнивает его ответы с тем, что происходит"
    ),
    "A Markdown file with `kvshell` blocks. It runs in its own system; yours is not "
    "touched. From the command line: `kvshell replay PATH`.": (
        "Файл Markdown с блоками `kvshell`. Выполняется в собственной системе, вашей не "
        "касается. Из командной строки: `kvshell replay PATH`."
    ),
    "ok or what differs, with the line": "ok или что расходится, с номером строки",
    "change an option of the shell, or show all": "меняет параметр оболочки или показывает все",
    "`set hints off` turns suggestions off, `set watch registry` prints the registry "
    "after each line that changed it, `set theme mono` uses no colours. An option holds "
    "for this session; environment variables such as `KVSHELL_HINTS=off` set its first "
    "value.": (
        "`set hints off` отключает подсказки, `set watch registry` печатает реестр после "
        "каждой строки, которая его изменила, `set theme mono` убирает цвета. Параметр "
        "действует в этом сеансе; его первое значение задают переменные окружения, например "
        "`KVSHELL_HINTS=off`."
    ),
    "editing, hints, law, menu, pairs, rows, theme, watch": (
        "editing, hints, law, menu, pairs, rows, theme, watch"
    ),
    "what the option may be": "каким может быть параметр",
    ":ok; without arguments the options": ":ok; без аргументов — параметры",
    "clear the screen": "очищает экран",
    "Only the screen: `reset` starts over. Ctrl-L does the same while you type a line.": (
        "Только экран: сначала начинает `reset`. Во время набора строки то же делает Ctrl-L."
    ),
    "nothing": "ничего",
    "show a look again after each change, until Ctrl-C": (
        "показывает взгляд заново после каждого изменения, до Ctrl-C"
    ),
    "`watch registry`, `watch mailbox manager`, `watch tree`, and `watch processes`, "
    "which puts the fullest mailboxes first. It looks five times a second, `watch 2s "
    "tree` every two seconds, and draws only what changed. Looking sends nothing, so what "
    "is watched is not disturbed. In a batch and in a document it shows the look once. "
    "`set watch registry` prints it after each line.": (
        "`watch registry`, `watch mailbox manager`, `watch tree` и `watch processes`, где "
        "самые полные почтовые ящики стоят первыми. Смотрит пять раз в секунду, `watch 2s "
        "tree` — раз в две секунды, и перерисовывает только то, что изменилось. Взгляд ничего "
        "не посылает, поэтому наблюдение ничему не мешает. В пакетном запуске и в документе "
        "показывает взгляд один раз. `set watch registry` печатает его после каждой строки."
    ),
    "what the look shows": "что показывает взгляд",
    "`help put` for a command, `help break` for a group of them, `help words` for how a "
    "line is read, `help designs` for the five stages, `help keys` for the keys of the "
    "prompt.": (
        "`help put` — справка по команде, `help break` — по группе команд, `help words` — как "
        "читается строка, `help designs` — пять этапов, `help keys` — клавиши приглашения."
    ),
    "a command, a group of them, or words, designs, keys": (
        "команда, группа команд или words, designs, keys"
    ),
    "`explore from here LINE` goes on from the present state: what is on its way, clients "
    "that wait for an answer, timers that run. Without LINE only they go on. It keeps the "
    "law of the session, which runs in fixed steps: in a batch, or after `set law spec`.": (
        "`explore from here LINE` продолжает с нынешнего состояния: сигналы в пути, клиенты, "
        "которые ждут ответа, запущенные таймеры. Без LINE дальше идут только они. Действует "
        "закон сеанса, а сеанс идёт по шагам: в пакетном запуске или после `set law spec`."
    ),
    "a document (races/bogus-barrier, my.md), or a line as typed; from here LINE": (
        "документ (races/bogus-barrier, my.md) или строка, как её набирают; from here LINE"
    ),
    "the `:DOWN` of s is on its way": "`:DOWN` от s ещё в пути",
}
