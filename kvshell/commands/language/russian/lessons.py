"""Messages of lessons in Russian."""

from typing import Final

MESSAGES: Final[dict[str, str | tuple[str, ...]]] = {
    # marks and labels
    "done": "готово",
    "goal:": "цель:",
    "not yet": "пока нет",
    "go on": "дальше",
    "stuck?": "застряли?",
    "skipped": "пропущено",
    "solution": "решение",
    "hint {number}/{total}": "подсказка {number}/{total}",
    "step {number}/{total}": "шаг {number}/{total}",
    "commands: {words}": "команды: {words}",
    # the toolbar
    "nothing runs": "ничего не запущено",
    "{name} suspended": "{name} приостановлен",
    "{name} +{count} suspended": "{name} и ещё {count}: приостановлены",
    "{count:,} stale": (
        "{count:,} строка устарела",
        "{count:,} строки устарели",
        "{count:,} строк устарело",
    ),
    "{count:,} message waiting": (
        "{count:,} сообщение ждёт",
        "{count:,} сообщения ждут",
        "{count:,} сообщений ждут",
    ),
    "{count:,} signal on the way": (
        "{count:,} сигнал в пути",
        "{count:,} сигнала в пути",
        "{count:,} сигналов в пути",
    ),
    "law spec": "закон spec",
    "{count:,} in your mailbox": "в вашем ящике: {count:,}",
    "{count:,} store": ("{count:,} хранилище", "{count:,} хранилища", "{count:,} хранилищ"),
    "next: ": "дальше: ",
    # moving between steps
    "Enter: next step": "Enter: следующий шаг",
    "Enter: end of the lesson": "Enter: конец урока",
    ":play: experiment": ":play: поэкспериментировать",
    "that was the last step": "это был последний шаг",
    "{count} more to do": (
        "осталась {count} команда",
        "осталось {count} команды",
        "осталось {count} команд",
    ),
    ":hint gives a hint, :show the solution, :skip does the step for you": (
        ":hint даёт подсказку, :show — решение, :skip сделает шаг за вас"
    ),
    "that line failed and changed nothing; :where shows the task": (
        "эта строка завершилась ошибкой и ничего не изменила; :where покажет задание"
    ),
    "this step asks for something else; :where shows the task again": (
        "в этом шаге нужно другое; :where снова покажет задание"
    ),
    "your system is already in that state": "ваша система уже в этом состоянии",
    "right command, but with different words; :where shows the task": (
        "команда верная, но слова за ней другие; :where покажет задание"
    ),
    "right command, but this step is not about `{words}`; :where shows the task": (
        "команда верная, но в этом шаге речь не о `{words}`; :where покажет задание"
    ),
    "right command, but your system is in another state: try :reset": (
        "команда верная, но ваша система в другом состоянии; :reset это исправит"
    ),
    "your system is in another state, so this step cannot be done: try :reset": (
        "ваша система в другом состоянии, и этот шаг оттуда не сделать; :reset это исправит"
    ),
    ":goto needs the id or the number of a step: :list names them": (
        "после :goto нужен id или номер шага; список шагов покажет :list"
    ),
    "nothing to do here: Enter goes on": "здесь ничего делать не нужно: Enter — дальше",
    "this is the first step": "это первый шаг",
    "there is no step {step}: :list names them": "шага {step} нет: список шагов покажет :list",
    "the lesson typed this into your system": "эти команды урок набрал в вашей системе",
    "your system was in another state, so it was rebuilt with the lesson's commands": (
        "ваша система была в другом состоянии, поэтому построена заново командами урока"
    ),
    "your system is as it was when this step began": (
        "ваша система такая же, какой была в начале этого шага"
    ),
    "your system was built by the lesson's own commands up to here": (
        "ваша система построена до этого места командами самого урока"
    ),
    "this step was changed after it was translated; the original:": (
        "этот шаг изменился после перевода; оригинал:"
    ),
    "not in a lesson: :quit first": "не в уроке: сначала :quit",
    # the practice copy
    "a copy of your system: do what you like, :resume comes back": (
        "это копия вашей системы: делайте что угодно, :resume вернёт в урок"
    ),
    "you are in the copy already; :resume goes back to the lesson": (
        "вы уже в копии; :resume вернёт в урок"
    ),
    "this is the copy: go back to the lesson with :resume first, then {word}": (
        "это копия: сначала вернитесь в урок (:resume), потом {word}"
    ),
    "you are in the lesson; :play makes a copy to try things in": (
        "вы в уроке; :play сделает копию для экспериментов"
    ),
    "back in the lesson; the copy is gone": "вы снова в уроке; копии больше нет",
    "the copy is your system now": "теперь копия — ваша система",
    "the step cannot be done from there: the copy is gone, your system stays": (
        "оттуда этот шаг не сделать: копии больше нет, ваша система прежняя"
    ),
    # resuming
    "welcome back; your {count} lines were run again": (
        "с возвращением; ваши строки ({count}) выполнены заново"
    ),
    "you have finished this lesson: here it is again": (
        "этот урок вы уже прошли до конца: вот он снова"
    ),
    "the lesson has changed since you left, so its own commands were run up to this step": (
        "урок с тех пор изменился: до этого шага выполнены его собственные команды"
    ),
    "your lines no longer print what they did, so the lesson's own were run up to this step": (
        "ваши строки печатают уже не то: до этого шага выполнены команды самого урока"
    ),
    'Saved at "{step}" ({number}/{total}).': "Сохранено на шаге «{step}» ({number}/{total}).",
    'Left at "{step}" ({number}/{total}), and nothing was saved:': (
        "Вы ушли на шаге «{step}» ({number}/{total}), и ничего не сохранено:"
    ),
    "Continue: {command}": "Продолжить: {command}",
    "your progress will not be saved: {why}": "прогресс не сохранится: {why}",
    "The lesson was also taken in another terminal: what was done there is kept.": (
        "Урок проходили и в другом терминале: сделанное там сохранено."
    ),
    ":hint gives a hint, :show the solution, :skip does the step for you, :play makes a copy "
    "to try things in, :quit saves and leaves; :help lists all of them": (
        ":hint — подсказка, :show — решение, :skip сделает шаг за вас, :play — копия для проб, "
        ":quit — сохранить и выйти; :help покажет все такие команды"
    ),
    ":where shows the task again": ":where снова покажет задание",
    "this is the copy: :where shows the task, :resume goes back": (
        "это копия: :where покажет задание, :resume вернёт в урок"
    ),
    "Ctrl-D or :quit saves and leaves the lesson": "Ctrl-D или :quit — сохранить и выйти из урока",
    'Done: "{title}".': "Пройдено: «{title}».",
    "Next: {command}": "Дальше: {command}",
    "That was the last lesson.": "Это был последний урок.",
    # refusals
    "no lesson {word}: did you mean {near}?": "урока {word} нет: может быть, {near}?",
    "no lesson {word}: learn lists them": "урока {word} нет: список покажет learn",
    "{path} is too long to be a progress file": "{path}: слишком длинный для файла прогресса",
    "{path} is not JSON: move it away to start again": (
        "{path}: это не JSON; уберите файл, чтобы начать заново"
    ),
    "{path} is not a progress file of lessons: move it away to start again": (
        "{path}: это не файл прогресса уроков; уберите файл, чтобы начать заново"
    ),
    "cannot read {path}: {why}": "не удаётся прочесть {path}: {why}",
    "cannot write {path}: {why}": "не удаётся записать {path}: {why}",
    "no such file or folder: {path}": "нет такого файла или папки: {path}",
    "learn --author needs a terminal; without one: {command}": (
        "для learn --author нужен терминал; без терминала: {command}"
    ),
    # why a goal is not met yet
    "`{look}` is {answer}": "`{look}` отвечает {answer}",
    "`{look}` fails": "`{look}` завершается ошибкой",
    "`{look}` does not show what it should yet": "`{look}` пока показывает не то",
    "nothing runs, there is no manager to ask": "ничего не запущено, спрашивать некого",
    "the create message waits in the mailbox of": (
        "сообщение о создании ждёт в почтовом ящике процесса"
    ),
    "its :DOWN waits in the mailbox of": "его :DOWN ждёт в почтовом ящике процесса",
    "{said}, which is suspended": "{said}, а тот приостановлен",
    "no process was ever created under that name, or the name was forgotten": (
        "процесса с таким именем не создавали, или имя уже забыто"
    ),
    "{pid} is dead ({reason})": "{pid} мёртв ({reason})",
    "{died}, and {owner} asked for no :DOWN: it keeps the pid forever": (
        "{died}, а {owner} не просил присылать :DOWN и хранит pid вечно"
    ),
    "there is no process called {name}": "процесса с именем {name} нет",
    "nothing has ended it yet": "его ещё ничто не завершило",
    "it has used {used} of its {limit} restarts in {seconds} s": (
        "за {seconds} с он израсходовал перезапусков: {used} из {limit}"
    ),
    "{messages} in the mailbox of {name} and has not been handled": (
        "{messages} в почтовом ящике процесса {name}, обработка ещё впереди"
    ),
    "{name} holds nothing yet": "{name} пока пуст",
    "{name} holds {state}": "в {name} лежит {state}",
    "{name} is suspended: it handles nothing": "{name} приостановлен и ничего не обрабатывает",
    "{name} is suspended, but nobody has sent it anything": (
        "{name} приостановлен, но ему никто ничего не послал"
    ),
    "{name} is not suspended, so it handles each message at once": (
        "{name} не приостановлен и сразу обрабатывает каждое сообщение"
    ),
    "{messages}, the first is {first}": "{messages}, первое — {first}",
    "{count} message waits": (
        "ждёт {count} сообщение",
        "ждут {count} сообщения",
        "ждут {count} сообщений",
    ),
    "that is a different process; the same name does not mean the same pid": (
        "это уже другой процесс; то же имя — ещё не тот же pid"
    ),
    "nobody has sent {name} a message, or all of them have been taken out already": (
        "{name} ещё ничего не получил, или всё уже вынуто из почтового ящика"
    ),
    "there is no table {name}": "таблицы {name} нет",
    "`{look}` shows {row}": "`{look}` показывает {row}",
    "`{look}` has no row for {row}": "в `{look}` нет строки {row}",
    # lists
    "lesson": "урок",
    "title": "название",
    "steps": "шагов",
    "step": "шаг",
    "state": "состояние",
    "here": "здесь",
    "what it does": "что делает",
    "misses": "промахи",
    "stuck here": "застряли здесь",
    "no lesson has been started yet": "урок ещё никто не начинал",
    "learn 1 starts lesson 1, or continues it": "learn 1 начинает урок 1 или продолжает его",
    "learn needs a terminal; to run a lesson without one: {command}": (
        "для learn нужен терминал; прогнать урок без него: {command}"
    ),
    # the learner's words
    "a hint; the last one is the solution": "подсказка; последняя — решение",
    "the solution, without running it": "решение, но без выполнения",
    "let the lesson do this step and go on": "пусть урок сделает этот шаг сам",
    "the step before": "предыдущий шаг",
    "this step from its beginning": "этот шаг с начала",
    "try things in a copy; :resume comes back": "эксперименты на копии; назад — :resume",
    "leave the copy; :resume keep takes it over": "уйти из копии; :resume keep оставит её",
    "the task again, and what is still missing": "задание ещё раз и чего не хватает",
    "the steps of this lesson": "шаги этого урока",
    "go to a step by its id or number": "перейти к шагу по id или номеру",
    "save and leave": "сохранить и выйти",
    "these commands": "список этих команд",
}
