"""Help for the command groups `race` and `ask` in Russian."""

from typing import Final

MESSAGES: Final[dict[str, str | tuple[str, ...]]] = {
    "{word} belongs in a module with `use ExUnit.Case`: paste it with that module, then "
    "ExUnit.run(), or run its page with `kvshell replay --elixir`": (
        "{word} стоит в модуле с `use ExUnit.Case`: вставьте вместе с этим модулем, затем "
        "ExUnit.run(), или запустите страницу: `kvshell replay --elixir`"
    ),
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
    "test under every schedule, `explore FILE:LINE` one of them: a test is red if it fails in the "
    "order of a plain run, green by luck if it fails in another order only.": (
        "Печатает то же, что `mix test --trace`. Тесты выполняются в своей системе, вашей они не "
        "касаются. `test FILE:LINE` выполняет тест на этой строке. `kvshell test --explore PATH` "
        "выполняет каждый тест при каждом порядке событий, `explore FILE:LINE` — один из них: "
        "тест красный (red), если падает в порядке обычного запуска, и зелёный лишь по везению "
        "(green by luck), если падает только в другом."
    ),
    "each test, its failure below it, and the counts": ("каждый тест, под ним его ошибка, и итог"),
    "a file of ExUnit tests, FILE:LINE, or a folder": ("файл тестов ExUnit, FILE:LINE или папка"),
    "{line}: then create store, lookup, put and the others work on your {module}": (
        "{line}: тогда create store, lookup, put и другие слова работают с вашим {module}"
    ),
    "run a document or a line under every schedule; say what fails and why": (
        "выполняет документ или строку при каждом порядке событий и говорит, что не так и почему"
    ),
    "Tries every order of events that can make a difference, each in a fresh system; yours "
    "is not touched. The result is a verdict under two delivery laws, not a sample. Under "
    "`spec`, order is guaranteed only between one sender and one receiver; under `beam`, a "
    "signal is in the receiver's mailbox as soon as it is sent.": (
        "Проходит все порядки событий, которые могут что-то изменить, каждый в новой системе; "
        "вашей не касается. Итог — вердикт по двум законам доставки, а не выборка. По `spec` "
        "порядок гарантирован только между одним отправителем и одним получателем; по `beam` "
        "сигнал сразу оказывается в почтовом ящике получателя."
    ),
    "`explore create store s; stop s; lookup s` explores a line; `explore "
    "races/bogus-barrier` explores a document, whose `session=` blocks are concurrent "
    "clients; `PATH:LINE` is the part with this line of one that starts anew with `fresh` or "
    "`reset`. Options go before or after it, as in `kvshell explore PATH`: `--law beam`, "
    "`--budget N`, `--steps N`, `--timeouts any`, `--design map`, `--odds 2000` (how often it "
    "fails on real threads), `--all` (a schedule of each outcome), `--list`, `--diagram`, "
    "`--mermaid`, "
    "`--json`. `--crash 1` kills one process anywhere, supervisors included, so a line may find "
    "that no manager runs.": (
        "`explore create store s; stop s; lookup s` исследует строку, `explore "
        "races/bogus-barrier` — документ, где блоки `session=` — это клиенты, работающие "
        "одновременно; `PATH:LINE` — та часть с этой строкой, если документ начинает заново с "
        "`fresh` или `reset`. Параметры пишут до или после, как в `kvshell explore PATH`: "
        "`--law beam`, `--budget N`, `--steps N`, `--timeouts any`, `--design map`, `--odds 2000` "
        "(как часто ошибка случается на настоящих потоках), `--all` (порядок событий для каждого "
        "исхода), `--list`, `--diagram`, `--mermaid`, `--json`. `--crash 1` убивает один "
        "процесс в любом месте, и супервизор тоже, так что строка может и не застать менеджера."
    ),
    "A token names one schedule: `--replay spec:0.1`, after the same line or document, steps "
    "through the one that the table of outcomes lists with `spec:0.1`. In a token `z5` is five "
    "zeros.": (
        "Токен — имя одного порядка событий: `--replay spec:0.1` после той же строки или того же "
        "документа проходит по шагам тот, что в таблице исходов отмечен как `spec:0.1`. `z5` в "
        "токене — это пять нулей."
    ),
    "In a diagram an arrow is a signal that reaches a mailbox; its receiver may handle it later. A "
    "dotted one arrives after something else has come in between (`~>` in a list), and one that "
    "ends in a cross finds its receiver dead, or no longer waiting (`-x`). An arrow may be two "
    "steps, and steps that explain nothing are hidden; `earlier:` names a line that had run "
    "before. A client ends after its last line or its first failure; then its names are free.": (
        "Стрелка на диаграмме — сигнал, который дошёл до почтового ящика; обработан он может быть "
        "и позже. До прихода пунктирной случилось что-то ещё (в списке `~>`), а стрелка с "
        "крестиком застаёт получателя мёртвым или уже не ждущим (`-x`). Стрелка может означать два "
        "шага, а шаги, которые ничего не объясняют, скрыты; `earlier:` — строка, которая уже "
        "выполнена. Клиент завершается после последней "
        "строки или после первой ошибки, и тогда его имена свободны."
    ),
    "the cause, the counts, a diagram of the schedule, a table of outcomes": (
        "причина, числа, диаграмма порядка событий, таблица исходов"
    ),
    "run LINE in all five designs side by side, and say why they differ": (
        "выполняет LINE во всех пяти дизайнах рядом и объясняет, почему результаты различаются"
    ),
    "Each design runs in a fresh system, which is then discarded; yours is not touched. "
    "`compare create store a; lookup a` shows the chapter's first race, `compare create "
    "store a; suspend manager; stop a; lookup a` the second.": (
        "Каждый — в новой системе, которую потом выбрасывают; вашей это не касается. `compare "
        "create store a; lookup a` показывает первую гонку из главы, `compare create store a; "
        "suspend manager; stop a; lookup a` — вторую."
    ),
    "a table: one row per design, with the reason": "таблица: строка на дизайн, с причиной",
    "no system has to be running": "системе для этого работать не нужно",
    "run LINE N times in the running system and count the outcomes": (
        "выполняет LINE N раз в работающей системе и считает исходы"
    ),
    "The system settles between rounds; `{n}` is the number of the round. A batch has one "
    "schedule, so every round has the same outcome. On real threads - at the prompt, or in "
    "a batch with `--free` - the operating system decides which process runs while a line "
    "waits: in `ets`, `repeat 1000 create store a; stop a; lookup a` finds the dead process "
    "now and then, and in `ets-cast` `repeat 1000 create store a{n}; sleep 1; lookup a{n}` "
    'is sometimes too early, which is the chapter\'s "intermittently". A line that does not '
    "wait is not interrupted.": (
        "Между повторами система приходит в покой; `{n}` — номер повтора. В пакетном запуске "
        "порядок событий один, и исход у всех повторов одинаков. На настоящих потоках — в "
        "приглашении или в пакетном запуске с `--free` — пока строка ждёт, какой процесс "
        "работает, решает операционная система: в `ets` `repeat 1000 create store a; stop a; "
        "lookup a` время от времени находит мёртвый процесс, а в `ets-cast` `repeat 1000 "
        "create store a{n}; sleep 1; lookup a{n}` иногда спешит — то самое «intermittently» "
        "из главы. Строку, которая не ждёт, не прерывают."
    ),
    "how many rounds": "сколько повторов",
    "a table of outcomes with their counts": "таблица исходов и сколько раз каждый случился",
    "In a walk, the system stands still: walk on or back, or look": (
        "В просмотре система стоит: идите вперёд или назад, или смотрите"
    ),
    "leave the walk": "выходит из просмотра",
    "step forward in the schedule": "делает шаг вперёд по порядку событий",
    "`kvshell explore PATH --replay TOKEN` opens a schedule; `next 5` takes five steps. "
    "It shows what comes next, and what could come instead.": (
        "`kvshell explore PATH --replay TOKEN` открывает порядок событий; `next 5` делает "
        "пять шагов. Видно, что будет дальше и что могло бы быть вместо этого."
    ),
    "how many steps; default 1": ("сколько шагов; по умолчанию 1"),
    "the steps taken, and what comes next": "сделанные шаги и то, что дальше",
    "only inside --replay": "только внутри --replay",
    "step back in the schedule": "делает шаг назад по порядку событий",
    "`kvshell explore PATH --replay TOKEN` opens a schedule; `next` and `back` move through "
    "it, and between two steps `registry`, `cache`, `mailbox` and similar commands show the "
    "system at that point.": (
        "`kvshell explore PATH --replay TOKEN` открывает порядок событий; `next` и `back` "
        "ходят по нему, а между шагами `registry`, `cache`, `mailbox` и подобные команды "
        "показывают систему в этот момент."
    ),
    "what comes next there": "что будет дальше с этого места",
    "list the signals in flight": "перечисляет сигналы в пути",
    "Signals - messages, requests, replies, `:DOWN`s, exit signals - stay on their way only "
    "after `set law spec`, given before `start manager`. A line that waits delivers what it "
    "waits for: first the signals for this shell, then those that the line caused, and "
    "those left by earlier lines only if that is not enough. `as b stop s1` makes another "
    "client wait instead. `settle` delivers everything, and so does `sleep`: time moves "
    "when nothing else can.": (
        "Сигналы остаются в пути, только если до `start manager` набрать `set law spec`: "
        "сообщения, запросы, ответы, `:DOWN`, сигналы выхода. Строка, которая ждёт, "
        "доставляет то, чего ждёт: сначала то, что идёт к этой оболочке, потом то, что она "
        "сама вызвала, и лишь если этого мало — оставшееся от прежних строк. `as b stop s1` "
        "заставит ждать другого клиента. `settle` доставляет всё, и `sleep` тоже: время "
        "движется, когда больше ничто двигаться не может."
    ),
    "The chapter's fix, by hand: `set law spec`, `start manager`, `create store s`, `stop "
    "s`, `create store bogus`, `lookup s`.": (
        "Исправление из главы вручную: `set law spec`, `start manager`, `create store s`, "
        "`stop s`, `create store bogus`, `lookup s`."
    ),
    "a table, or that nothing is on its way": "таблица или сообщение, что в пути ничего нет",
    "deliver the oldest signal in flight from A to B": (
        "доставляет самый старый сигнал в пути от A к B"
    ),
    "After `set law spec` a line can end with its signals still on their way; `inflight` "
    "lists them. A and B are processes, clients included. Signals from one process to "
    "another arrive in the order sent, so a later signal of the same channel is refused; "
    "signals of different channels have no order. `settle` delivers everything.": (
        "После `set law spec` строка кончается, а её сигналы ещё в пути; список даёт "
        "`inflight`. A и B — процессы, в том числе клиенты. Что один процесс послал другому, "
        "приходит в том же порядке, поэтому более поздний сигнал того же канала доставить не "
        "дадут; два канала между собой не упорядочены. `settle` доставляет всё."
    ),
    "the word `to`, between the two processes": "слово `to`, между двумя процессами",
    "which signal of the channel; 1 is the oldest": "который из сигналов канала; 1 — самый старый",
    "what was delivered, and how many signals its channel still holds": (
        "что доставлено и сколько ещё осталось в канале"
    ),
    "show what you can do now, or help on one command": (
        "показывает, что можно сделать сейчас, или справку по одной команде"
    ),
    "show LINE as Elixir and Python, and who sends what, without running it": (
        "показывает LINE на Elixir и на Python и кто что посылает, ничего не выполняя"
    ),
    "Shows the equivalent Elixir and Python in the running design (or the default one), "
    "then every message: who sends it, who receives it, and who waits.": (
        "Показывает, чему команда равна на Elixir и на Python в работающем дизайне (или в "
        "дизайне по умолчанию), а затем каждое сообщение: кто его посылает, кто получает и "
        "кто ждёт."
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
    "`v(N)` is the answer to line N. At the prompt, Up and Ctrl-R recall a line.": (
        "`v(N)` — ответ строки N. В приглашении прежние строки возвращают Up и Ctrl-R."
    ),
    "save the session as a document that can be replayed; record off ends it": (
        "сохраняет сеанс документом, который можно воспроизвести; конец — record off"
    ),
    "Saves every line of the session, including those typed before `record`. When recording "
    "ends, the lines run once more in a fresh system, and the file gets those answers, so "
    "`replay` passes. Processes get names, and anything that looks like a password is "
    "hidden. `# text` becomes prose, `# ## TITLE` a heading.": (
        "В документ попадают все строки сеанса, и набранные до `record` тоже. В конце записи "
        "они выполняются ещё раз в новой системе, и в файле стоят именно эти ответы, чтобы "
        "`replay` прошёл. Процессы получают имена, а всё похожее на пароль скрывается. `# "
        "text` становится прозой, `# ## TITLE` — заголовком."
    ),
    "the file it records to; at the end, what was written": (
        "куда идёт запись; в конце — что записано"
    ),
    "the prompt writes the file": "файл пишет приглашение",
    "run a document and compare its expected answers with the real ones": (
        "выполняет документ и сравнивает записанные в нём ответы с настоящими"
    ),
    "A Markdown file with `kvshell` blocks. It runs in its own system; yours is not "
    "touched. From the command line: `kvshell replay PATH`.": (
        "Файл Markdown с блоками `kvshell`. Выполняется в собственной системе, вашей не "
        "касается. Из командной строки: `kvshell replay PATH`."
    ),
    "ok, or the lines that differ": ("ok или строки с расхождениями"),
    "change an option of the shell, or show all": "меняет параметр оболочки или показывает все",
    "`set hints off` turns suggestions off, `set watch registry` prints the registry after "
    "each line that changed it, `set theme mono` uses no colours. An option lasts for this "
    "session; environment variables such as `KVSHELL_HINTS=off` set its initial value.": (
        "`set hints off` отключает подсказки, `set watch registry` печатает реестр после "
        "каждой строки, которая его изменила, `set theme mono` убирает цвета. Параметр "
        "действует до конца сеанса; начальное значение задают переменные окружения, например "
        "`KVSHELL_HINTS=off`."
    ),
    "editing, hints, law, menu, pairs, paste, rows, theme, watch": (
        "editing, hints, law, menu, pairs, paste, rows, theme, watch"
    ),
    "the new value of the option": "новое значение параметра",
    ":ok; without arguments, all options": (":ok; без аргументов — все параметры"),
    "clear the screen": "очищает экран",
    "Only the screen: `reset` starts over. Ctrl-L does the same while you type a line.": (
        "Только экран: сначала начинает `reset`. Во время набора строки то же делает Ctrl-L."
    ),
    "nothing": "ничего",
    "show a table or tree and redraw it after each change, until Ctrl-C": (
        "показывает таблицу или дерево и перерисовывает их после каждого изменения, до Ctrl-C"
    ),
    "`watch registry`, `watch mailbox manager`, `watch tree`, or `watch processes`, which "
    "puts the longest mailboxes first. It checks five times a second (`watch 2s tree`: "
    "every two seconds) and redraws only what changed. It sends no messages, so it does not "
    "disturb what it watches. In a batch or a document it prints it once. `set watch "
    "registry` prints the registry after each line that changed it.": (
        "`watch registry`, `watch mailbox manager`, `watch tree` или `watch processes`, где "
        "самые полные почтовые ящики стоят первыми. Проверяет пять раз в секунду (`watch 2s "
        "tree` — раз в две секунды) и перерисовывает только то, что изменилось. Сообщений не "
        "посылает, поэтому наблюдение ничему не мешает. В пакетном запуске и в документе "
        "печатает их один раз. `set watch registry` печатает реестр после каждой "
        "строки, которая его изменила."
    ),
    "the table or tree": "таблица или дерево",
    "a page of help": "страница справки",
    "its code, and a table of what is sent": "код и таблица того, что отправляется",
    "`help put` explains a command, `help break` a group of commands, `help words` how a "
    "line is read, `help designs` the five designs, `help keys` the keys of the prompt.": (
        "`help put` — справка по команде, `help break` — по группе команд, `help words` — как "
        "читается строка, `help designs` — пять дизайнов, `help keys` — клавиши приглашения."
    ),
    "a command, a group of commands, or words, designs, keys, elixir": (
        "команда, группа команд или words, designs, keys, elixir"
    ),
    "`explore from here LINE` starts from the current state: signals on their way, clients "
    "waiting for an answer, running timers. Without LINE, only these continue, and the outcome is "
    "what the clients, the shell and the stores come to; `as "
    "b get s1 k` makes a client that waits. The session has to run in fixed steps: in a batch, or "
    "after `set law spec` or `set law beam`, before `start manager`. Its law is the one that is "
    "searched, unless `--law` names another.": (
        "`explore from here LINE` начинает с нынешнего состояния: сигналы в пути, клиенты, "
        "которые ждут ответа, запущенные таймеры. Без LINE продолжаются только они, а исход — "
        "то, к чему приходят клиенты, оболочка и хранилища; "
        "`as b get s1 k` создаёт клиента, который ждёт. "
        "Сеанс должен идти по шагам: в пакетном запуске или после `set law spec` или "
        "`set law beam`, до `start manager`. Исследуется закон доставки сеанса, если `--law` не "
        "назовёт другой."
    ),
    "a document (races/bogus-barrier, my.md), or a line as typed; from here LINE": (
        "документ (races/bogus-barrier, my.md) или строка, как её набирают; from here LINE"
    ),
    "the `:DOWN` of s is on its way": "`:DOWN` от s ещё в пути",
}
