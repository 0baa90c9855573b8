"""Hints, suggestions and the headings of `help` in Russian."""

from typing import Final

MESSAGES: Final[dict[str, str | tuple[str, ...]]] = {
    "$ before a name gives its value": "$ перед именем означает его значение",
    "All commands": "Все команды",
    "Returns": "Ответ",
    "Design {design} runs: {stores}": "Работает дизайн {design}: {stores}",
    "Elixir function": "функция Elixir",
    "More: ": "Ещё: ",
    "The node is gone.": "Узла больше нет.",
    "the node is gone": "узла больше нет",
    "start another node": "запускает другой узел",
    "the node of the shell is gone: nothing runs without it": (
        "узла оболочки больше нет: без него ничего не работает"
    ),
    "Nothing runs yet.": "Пока ничего не запущено.",
    "Nothing runs.": "Ничего не запущено.",
    "No manager runs, but {count:,} other process.": (
        "Менеджер не запущен; других процессов: {count:,}.",
        "Менеджер не запущен; других процессов: {count:,}.",
        "Менеджер не запущен; других процессов: {count:,}.",
    ),
    "{count:,} process": ("{count:,} процесс", "{count:,} процесса", "{count:,} процессов"),
    "Nothing runs: a fourth restart within 5 s was one too many, and the system stopped.": (
        "Ничего не запущено: четвёртый перезапуск за 5 с оказался лишним, и система остановилась."
    ),
    "One system at a time, built in one of five ways": (
        "В каждый момент одна система, построенная одним из пяти способов"
    ),
    "press Tab to type": "нажмите Tab, чтобы набрать",
    "an instant": "мгновение",
    "a call and answers the pid itself": "это call, он возвращает сам pid",
    "a cast always answers :ok, but {pid} is dead": "cast всегда отвечает :ok, но {pid} мёртв",
    "a cast and answers :ok": "это cast, он возвращает :ok",
    "another client waits for the answer, not you": "ответа ждёт другой клиент, а не вы",
    "a field": "поле",
    "a quote or bracket is never closed": "кавычка или скобка не закрыта",
    "a second": "секунда",
    "a second store, with values of its own": "второе хранилище, со своими значениями",
    "a store is a process with a name": "хранилище — это процесс с именем",
    "after {lines}": "после {lines}",
    "also": "ещё",
    "another client": "другой клиент",
    "as long as a call waits": "столько, сколько ждёт вызов",
    "binding": "имя",
    "command": "команда",
    "create is a cast here and answers :ok, so {binding} is not a store": (
        "create здесь — cast и отвечает :ok, поэтому {binding} не хранилище"
    ),
    "create is a cast here: {manager} had not handled it when you looked; now it has": (
        "create здесь — cast: {manager} ещё не обработал его, когда вы смотрели, а теперь обработал"
    ),
    "create is {says} in this design": "create в этом дизайне: {says}",
    "every name and its process": "каждое имя и его процесс",
    "fix it and load it again": "исправьте файл и загрузите его снова",
    "deliver the {signal}": "доставить {signal}",
    "hold a race open, then: registry": "держит гонку открытой, потом: registry",
    "is on its way to {manager}": "ещё в пути к {manager}",
    "store a value in {name}": "кладёт значение в {name}",
    "let it continue": "вернуть его к работе",
    "let it handle one of them": "дать ему обработать одно из них",
    "module": "модуль",
    "no process is called {word}; did you mean the {kind} {near}": (
        "процесса {word} нет; может быть, {kind} {near}"
    ),
    "no process is called {word}; to list them": "процесса {word} нет; список процессов",
    "no store is called {name}": "хранилища {name} нет",
    "no store is called {name}; did you mean the store {near}": (
        "хранилища {name} нет; может быть, хранилище {near}"
    ),
    "{idle}": "{idle}",
    "nothing runs yet": "пока ничего не запущено",
    "no manager runs": "менеджер не запущен",
    "one system at a time, and {running} runs": (
        "система может быть только одна, а {running} уже работает"
    ),
    "one system at a time, and `restart manager {wanted}` would end this one; "
    "to see what it holds": (
        "система может быть только одна, и `restart manager {wanted}` завершит эту; "
        "посмотреть, что в ней"
    ),
    "one_for_all: a new, empty registry is started, and every bucket dies with the old one": (
        "one_for_all: запущен новый, пустой реестр, и вместе со старым умирают все корзины"
    ),
    "only its owner can write to a protected table": (
        "в защищённую таблицу пишет только её владелец"
    ),
    "plain has no supervisor: the manager stays dead, and its stores run on without names": (
        "в plain супервизора нет: менеджер остаётся мёртвым, а его хранилища работают без имён"
    ),
    "plain never forgets a name": "plain никогда не забывает имён",
    "process": "процесс",
    "see": "см.",
    "start the system, design {name}": "запускает систему, дизайн {name}",
    "still waits for {manager}": "ещё ждёт обработки в {manager}",
    "store": "хранилище",
    "the caller gave up, but the request is still queued and will be handled": (
        "ждать перестали, но запрос стоит в очереди и будет обработан"
    ),
    "the chapter's first race": "первая гонка из главы",
    "the chapter's first race in all five": "первая гонка из главы во всех пяти",
    "the create of {name} is on its way to {manager}": "create для {name} ещё в пути к {manager}",
    "the create of {name} is still in the mailbox of {manager}": (
        "create для {name} ещё в почтовом ящике {manager}"
    ),
    "the five designs to choose from": "пять дизайнов на выбор",
    "the waiting messages": "сообщения, которые ждут",
    "the same as a command: {line}": "то же самое командой: {line}",
    "the server ended at {place}; fix it and start it again": (
        "сервер завершился в {place}; исправьте и запустите его снова"
    ),
    "the {kind} {text}": "{kind} {text}",
    "there is no {wanted}, but there is {found}": "ключа {wanted} нет, зато есть {found}",
    "there is no {wanted}; did you mean the key {found}": (
        "ключа {wanted} нет; может быть, ключ {found}"
    ),
    "there is no {word}; did you mean {names}": "{word} здесь нет; может быть, {names}",
    "usage: ": "вызов: ",
    "what is on its way, and to whom": "что в пути и кому",
    "what runs, and who watches it": "что работает и кто за кем следит",
    "who sends what to whom": "кто кому что посылает",
    "why {name} is stale": "почему {name} устарело",
    "{about} (runs now)": "{about} (работает сейчас)",
    "{blame}, and that was ": "{blame}, и это был ",
    "{blame}the fourth restart within 5 s: the supervisor gave up and everything stopped, "
    "as in OTP": (
        "{blame}четвёртый перезапуск за 5 с: супервизор сдался, и всё остановилось, как в OTP"
    ),
    "{count:,} message came for this shell": (
        (
            "пришло {count:,} сообщение для этой оболочки",
            "пришло {count:,} сообщения для этой оболочки",
            "пришло {count:,} сообщений для этой оболочки",
        )
    ),
    "{count:,} signal is": ("{count:,} сигнал", "{count:,} сигнала", "{count:,} сигналов"),
    "{count:,} suspended": (
        ("{count:,} приостановлен", "{count:,} приостановлены", "{count:,} приостановлено")
    ),
    "{count} row, {protection}": (
        (
            "{count} строка, {protection}",
            "{count} строки, {protection}",
            "{count} строк, {protection}",
        )
    ),
    "{manager} did not answer; to make another client wait instead": (
        "{manager} не ответил; пусть ждёт другой клиент"
    ),
    "{name} is a binding, {value}; quote it to mean the store": (
        "{name} — это связанное имя, {value}; хранилище пишется в кавычках"
    ),
    "{name} is dead, and plain keeps its name forever; another design forgets it": (
        "{name} умерло, а plain хранит имя вечно; другой дизайн его забывает"
    ),
    "{name} is dead, and plain keeps its name forever; the other designs forget it": (
        "{name} умерло, а plain хранит имя вечно; остальные дизайны его забывают"
    ),
    "{name} is {value}, which is not a process": "{name} — это {value}, а не процесс",
    "{name} without quotes never means a store; with quotes it does": (
        "{name} без кавычек — никогда не хранилище; с кавычками — хранилище"
    ),
    "{parameter} is one word; more words go in quotes": (
        "{parameter} — одно слово; несколько слов берут в кавычки"
    ),
    "{pid} is dead": "{pid} мёртв",
    "{pid} is dead: its :DOWN {where}": "{pid} мёртв: его :DOWN {where}",
    "{signals} on the way until deliver or settle; to list them": (
        "{signals} останутся в пути до deliver или settle; список"
    ),
    "{value} was taken as text; the bound value is ${value}": (
        "{value} взято как текст; связанное значение — ${value}"
    ),
    "{word} is also a design: ": "{word} — это ещё и дизайн: ",
    "{word} needs a second word:": "{word} требует второго слова:",
    "The group {title}: {about}": "Группа «{title}»: {about}",
    "{name} has ended; to start it again": "{name} завершился; запустить его снова",
}
