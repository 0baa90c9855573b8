"""The help topics and the texts of the completion menu in Russian."""

from typing import Final

MESSAGES: Final[dict[str, str | tuple[str, ...]]] = {
    "A complete command is a command. A call in parentheses, a dot, an operator, a bracket or a "
    "literal makes Elixir.": (
        "Полная команда — команда. Вызов со скобками, точка, оператор, скобка или литерал — "
        "это Elixir."
    ),
    "The next line, or into the menu.": "Следующая строка или вход в меню.",
    "A role word (`manager supervisor buckets shell`), else a binding, else a store, else "
    'a registered name or `#PID<0.104.0>`. In quotes always a store: `stop "manager"`.': (
        "Служебное слово (`manager supervisor buckets shell`), иначе связанное имя, иначе "
        "хранилище, иначе зарегистрированное имя или `#PID<0.104.0>`. В кавычках — всегда "
        'хранилище: `stop "manager"`.'
    ),
    "The previous line; with text typed, the previous one that starts with it.": (
        "Предыдущая строка; если что-то набрано — предыдущая, которая так же начинается."
    ),
    "An open bracket, block or quote continues; `#iex:break` or Ctrl-C gives up. A first `|>` "
    "continues with the last answer.": (
        "Открытая скобка, блок или кавычка продолжается; отмена — `#iex:break`, Ctrl-C. "
        "`|>` продолжает ответ."
    ),
    "At the start or after a space. Pasted prompts, `kv(3)>` and `iex(3)>`, are dropped.": (
        "В начале или после пробела. Вставленные приглашения, `kv(3)>` и `iex(3)>`, отбрасываются."
    ),
    "Back to back, as in a test: nothing else runs in between unless the line waits. "
    "Between two lines the system settles.": (
        "Одно за другим, как в тесте: между ними не работает никто другой, если только строка "
        "не ждёт. Между двумя строками система приходит в покой."
    ),
    "Binds as Elixir does: `x = create store s1`, `{:ok, b} = lookup s1`, `[h | t] = "
    "stores`. A command word cannot be bound.": (
        "Связывает, как в Elixir: `x = create store s1`, `{:ok, b} = lookup s1`, `[h | t] = "
        "stores`. Слово-команду связать нельзя."
    ),
    "Clears the screen.": "Очищает экран.",
    "Completes the word; on an empty line, types the suggested next command.": (
        "Дополняет слово; в пустой строке набирает предложенную команду."
    ),
    "Cuts the word before the cursor, cuts the rest, pastes what was cut.": (
        "Вырезает слово слева, вырезает остаток, вставляет вырезанное."
    ),
    "Discards the line. While a line waits: gives up; its request is not taken back.": (
        "Отбрасывает строку. Если строка ждёт, прекращает ожидание; отправленный запрос не "
        "отзывается."
    ),
    "Elixir 1.14 on OTP 25: `fn`, `&`, `|>`, `case`, `with`, `for`, `receive`, structs, "
    "protocols, modules, macros, `use GenServer`.": (
        "Elixir 1.14 на OTP 25: `fn`, `&`, `|>`, `case`, `with`, `for`, `receive`, структуры, "
        "протоколы, модули, макросы, `use GenServer`."
    ),
    "Elixir at the prompt: what is here, what is not": (
        "Elixir в приглашении: что здесь есть и чего нет"
    ),
    "Moves a word back.": "На слово назад.",
    "In a long answer: a page back, to the beginning, print all the rest.": (
        "В длинном ответе: на страницу назад, к началу, весь остаток."
    ),
    "In a long answer: a page, a line forward.": "В длинном ответе: на страницу, на строку дальше.",
    "In a long answer: search, next, previous.": "В длинном ответе: поиск, следующее, предыдущее.",
    "In a long answer: wrap long lines on or off, quit.": (
        "В длинном ответе: переносить длинные строки или нет; выйти."
    ),
    "KV.BucketSupervisor": "KV.BucketSupervisor",
    "KV.Supervisor": "KV.Supervisor",
    "Kernel, Enum, String, Map, Process, GenServer, Agent, Task, Registry, `:ets` and more: "
    "`h Enum`, `exports Agent`.": (
        "Kernel, Enum, String, Map, Process, GenServer, Agent, Task, Registry, `:ets` и другое: "
        "`h Enum`, `exports Agent`."
    ),
    "Milliseconds, `200`, or with a unit: `200ms` `5s` `1m`.": (
        "Миллисекунды, `200`, или число с единицей: `200ms` `5s` `1m`."
    ),
    "On an empty line: leaves the shell.": "В пустой строке: выход.",
    "Starts a new line.": "Открывает новую строку.",
    "Opens the line in $VISUAL or $EDITOR; the saved text returns to the prompt.": (
        "Открывает строку в $VISUAL или $EDITOR; сохранённое возвращается в приглашение."
    ),
    "Inserts the last word of the previous line.": "Вставляет последнее слово предыдущей строки.",
    "Runs a complete line; inside an open bracket or quote, starts a new line; with a menu "
    "entry selected, accepts it.": (
        "Выполняет законченную строку; внутри открытой скобки или кавычки начинает новую; если в "
        "меню выбран пункт, принимает его."
    ),
    "Searches the history backwards and forwards; Enter accepts the match, Ctrl-G restores "
    "what was typed.": (
        "Ищет в набранных строках назад и вперёд; Enter принимает найденную, Ctrl-G возвращает "
        "то, что было набрано."
    ),
    "Sets a mark: Ctrl-W cuts from it, typing clears it.": (
        "Ставит метку: Ctrl-W вырезает от неё, при наборе метка исчезает."
    ),
    "Accepts one word of the grey suggestion; without one, moves a word forward.": (
        "Принимает одно слово серого продолжения; если его нет — на слово вперёд."
    ),
    "Accepts the grey suggestion, the rest of an earlier line.": (
        "Принимает серое продолжение — остаток набранной раньше строки."
    ),
    'Text, unless the whole word is a literal: `1 2.5 :a "text" nil [1, 2] {:a, 1}` '
    '`%{"k" => 1}`. `$x` is the value bound to x, `self()` the pid of this shell. '
    "What begins like a literal and is none needs quotes: `0xZZ`, `1.`, `#PID<1`. "
    "Other signs do not: `12:30`, `@x`, `]`, `?`.": (
        'Текст, если только всё слово не литерал: `1 2.5 :a "text" nil [1, 2] {:a, 1}` `%{"k" '
        "=> 1}`. `$x` — значение, связанное с x, `self()` — pid этой оболочки. "
        "Что начинается как литерал, но не литерал, пишут в кавычках: `0xZZ`, `1.`, `#PID<1`. "
        "Другие знаки — без них: `12:30`, `@x`, `]`, `?`."
    ),
    "The same, in vi's normal mode.": "То же в нормальном режиме vi.",
    'The text as typed, without its quotes: `create store s1`, `lookup "my list"`.': (
        'Набранный текст без кавычек: `create store s1`, `lookup "my list"`.'
    ),
    "To the beginning, to the end.": "К началу, к концу.",
    "Undoes the last change.": "Отменяет последнее изменение.",
    "`KV.Registry`, `KV.Bucket`, `KeyVal.Manager`, `KeyVal.Server` are there; your own module "
    "of such a name takes its place.": (
        "`KV.Registry`, `KV.Bucket`, `KeyVal.Manager`, `KeyVal.Server` уже есть; ваш модуль с "
        "таким именем заменяет встроенный."
    ),
    "`compare`, `repeat`, `explain` and `as` take the rest of the line, `;` included.": (
        "`compare`, `repeat`, `explain` и `as` берут остаток строки вместе с `;`."
    ),
    "`designs` compares them in a table, `compare LINE` runs a line in all five, `restart "
    "manager DESIGN` switches to another.": (
        "`designs` сравнивает их в таблице, `compare LINE` выполняет строку во всех пяти, "
        "`restart manager DESIGN` переходит к другому."
    ),
    "`ets-cast` reads a table instead and asks no process. But create is still a cast, so "
    "the lookup in `create store a; lookup a` is too early and returns `:error`.": (
        "`ets-cast` читает таблицу и не спрашивает ни один процесс. Но create — всё ещё cast, "
        "поэтому `create store a; lookup a` ищет слишком рано и получает `:error`."
    ),
    "`ets` makes create a call. The second race remains: `suspend manager; stop s1; "
    "lookup s1` finds a dead process. `library` is Elixir's own Registry: stores register "
    "themselves, and the second race remains.": (
        "`ets` делает create вызовом. Вторая гонка остаётся: `suspend manager; stop s1; "
        "lookup s1` находит мёртвый процесс. `library` — Registry из самого Elixir: хранилища "
        "регистрируются сами, и вторая гонка остаётся."
    ),
    '`load lib/`, `c "counter.ex"`; `kvshell test` runs ExUnit files, and with '
    "`--explore` each test under every schedule.": (
        '`load lib/`, `c "counter.ex"`; `kvshell test` выполняет файлы ExUnit, с `--explore` — '
        "при всех порядках событий."
    ),
    "`map` is the registry that the ETS chapter starts with. Each lookup is a message to "
    "it, so `suspend manager; lookup s1` waits for five seconds and gives up.": (
        "`map` — реестр, с которого начинает глава про ETS. Каждый поиск — сообщение ему, "
        "поэтому `suspend manager; lookup s1` ждёт пять секунд и сдаётся."
    ),
    "`plain` is tutorial part 2. There is no supervisor, and a dead store keeps its name "
    "forever: `stop s1; create store s1`.": (
        "`plain` — часть 2 учебных статей. Супервизора нет, и мёртвое хранилище держит своё "
        "имя вечно: `stop s1; create store s1`."
    ),
    "Types, compiler tracing and `@on_definition`; sockets and files; other packages. The error "
    "names what is missing.": (
        "Типы, трассировка компилятора и `@on_definition`; сокеты и файлы; другие пакеты. В "
        "ошибке сказано, чего нет."
    ),
    "`stop s1 shutdown`: a bare word is an atom.": "`stop s1 shutdown`: слово без кавычек — атом.",
    "as a Mermaid diagram, for documents": "диаграммой Mermaid, для документов",
    "ask": "спросить",
    "break": "сломать",
    "draw what the last line sent": "нарисовать то, что послала последняя строка",
    "files and tests": "файлы и тесты",
    "looking at it": "что видно",
    "`dbg(x)` prints steps, `h` your `@doc`. Ctrl-C ends a line. `as b LINE` reads your "
    "bindings.": (
        "`dbg(x)` печатает шаги, `h` — ваш `@doc`. Ctrl-C прерывает строку. `as b LINE` читает "
        "ваши имена."
    ),
    "after each line, report what was sent": ("после каждой строки сообщать, что было послано"),
    "how a line is read": "как читается строка",
    "how many rows of a table a terminal shows": "сколько строк таблицы показывает терминал",
    "how the completion menu is laid out": "как расположено меню дополнений",
    "close brackets and quotes as they are typed": "закрывать скобки и кавычки при вводе",
    "what happens to the answers in a pasted session": (
        "что делать с ответами во вставленном сеансе"
    ),
    "the order in which signals may arrive": "в каком порядке могут приходить сигналы",
    "look": "просмотр",
    "names in Elixir's own Registry: every store writes its own row": (
        "имена в Registry из самого Elixir: каждое хранилище пишет свою строку само"
    ),
    "names in an ETS table, create is a call: the chapter's last stage": (
        "имена в таблице ETS, create — это call: последний этап главы"
    ),
    "names in an ETS table, create is a cast: lookup may be too early": (
        "имена в таблице ETS, create — это cast: поиск может быть слишком ранним"
    ),
    "names in the registry's map: every lookup is a message": (
        "имена в отображении реестра: каждый поиск — сообщение"
    ),
    "print the registry after each line that changed it": (
        "печатать реестр после каждой строки, которая его изменила"
    ),
    "race": "гонки",
    "stop reporting": ("больше не сообщать"),
    "send": "послать",
    "several lines": "несколько строк",
    "signal": "сигналы",
    "stores": "хранилища",
    "system": "система",
    "the colours": "цвета",
    "the keys of the prompt": "клавиши приглашения",
    "the keys of the prompt: help keys": "клавиши приглашения: help keys",
    "the library": "библиотека",
    "the manager or registry of the running design": "менеджер или реестр работающего дизайна",
    "the same as manager": "то же, что manager",
    "the stages of the tutorials": "этапы учебных статей",
    "the tutorials": "учебные статьи",
    "this shell's own process": "процесс этой оболочки",
    "tutorial part 2: an unsupervised manager that never forgets": (
        "часть 2 учебных статей: менеджер без супервизора, который ничего не забывает"
    ),
    "vi: normal mode, insert, open a line.": "vi: нормальный режим, вставка, новая строка.",
    "what does not": "чего нет",
    "what runs": "что работает",
    "what to type next, below an answer": "что набрать дальше, под ответом",
    "which is which": "что есть что",
    "create stores, find them, store values in them": (
        "создать хранилище, найти его, хранить в нём значения"
    ),
    "end processes, suspend them, let them continue": (
        "завершить процесс, приостановить его, возобновить"
    ),
    "find races, and decide the order in which signals arrive": (
        "найти гонку и решить, в каком порядке приходят сигналы"
    ),
    "help, history, documents and options": "справка, история, документы и параметры",
    "look at names and processes without sending anything": (
        "посмотреть на имена и процессы, ничего не посылая"
    ),
    "send messages, act as another client, use ETS tables": (
        "послать сообщение, действовать за другого клиента, работать с таблицами ETS"
    ),
    "spawn processes, link them, send them plain messages": (
        "запустить процесс, связать его с другим, послать ему простое сообщение"
    ),
    "start and stop the system, and choose which one": (
        "запустить и остановить систему и выбрать, какую"
    ),
    "the same as shell; of a client, its own": (
        "то же, что shell; у клиента — его собственный процесс"
    ),
}
