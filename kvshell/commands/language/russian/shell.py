"""The prompt's messages in Russian: welcome, toolbar, notices, the pager."""

from typing import Final

MESSAGES: Final[dict[str, str | tuple[str, ...]]] = {
    ", {left:.1f} s left": ", осталось {left:.1f} с",
    "... {count} more line": (
        ("... ещё {count} строка", "... ещё {count} строки", "... ещё {count} строк")
    ),
    "Ctrl-D or `exit` leaves kvshell": "выход из kvshell — Ctrl-D или `exit`",
    "Ctrl-D or `exit` leaves the walk": "выход из просмотра — Ctrl-D или `exit`",
    "Tab completes": "Tab дополняет",
    "Try: ": "Попробуйте: ",
    "a word of Elixir": "слово Elixir",
    "atom": "атом",
    "busy": "работает",
    "config: {problem}": "config: {problem}",
    "failed: no other line has `{words}`": "не найдено: `{words}` нет ни в одной другой строке",
    "given up: {name} keeps running, and the request is not taken back": (
        "ожидание прервано: {name} работает дальше, и запрос не отозван"
    ),
    "given up: {name} keeps running, and the request stays in its mailbox": (
        "ожидание прервано: {name} работает дальше, и запрос остаётся в его почтовом ящике"
    ),
    "help shows what you can do now; {tabs}Ctrl-D leaves": (
        "help покажет, что можно сделать; {tabs}выход — Ctrl-D"
    ),
    "hint: {text}": "подсказка: {text}",
    "history is not kept: {why}": "история не сохраняется: {why}",
    "keys: {keys}": "клавиши: {keys}",
    'must be a command, "less -R"': 'нужна команда, например "less -R"',
    "must be a number from 0 to {most:,}": "нужно число от 0 до {most:,}",
    "must be one of {words}": "нужно одно из: {words}",
    "must be true or false": "нужно true или false",
    "must be words of {words}": "нужны слова из: {words}",
    "no editor was found: set EDITOR": "редактор не найден: задайте EDITOR",
    "nothing is being recorded: record PATH starts a recording": (
        "запись не идёт: её начинает record PATH"
    ),
    "nothing happens between two lines of this session": (
        "в этом сеансе между двумя строками ничего не происходит"
    ),
    "pasted {count} line: Enter runs all, Ctrl-C drops them": (
        (
            "вставлена {count} строка: Enter выполнит всё, Ctrl-C отбросит",
            "вставлено {count} строки: Enter выполнит всё, Ctrl-C отбросит",
            "вставлено {count} строк: Enter выполнит всё, Ctrl-C отбросит",
        )
    ),
    "recording to {path}: record off ends it": "запись в {path}: закончит её record off",
    "still running {place}; left": "всё ещё выполняется {place}; выход",
    "there is no such key": "такого ключа нет",
    "there is no such key; did you mean {near}?": "такого ключа нет; может быть, {near}?",
    "waiting for {name}{status}{left}; Ctrl-C gives up, the request stays in its mailbox": (
        "ожидание: {name}{status}{left}; Ctrl-C прервёт его, а запрос останется в почтовом ящике"
    ),
    "{count} line of the block was not run": (
        (
            "{count} строка блока не выполнена",
            "{count} строки блока не выполнены",
            "{count} строк блока не выполнено",
        )
    ),
    "as pasted": "как вставлено",
    "pasted: {text}": "вставлено: {text}",
    "{count} pasted answer is compared": (
        "{count} вставленный ответ сравнивается",
        "{count} вставленных ответа сравниваются",
        "{count} вставленных ответов сравниваются",
    ),
    "{count} pasted line is an answer and was left out": (
        (
            "{count} вставленная строка — ответ, и она опущена",
            "{count} вставленные строки — ответы, и они опущены",
            "{count} вставленных строк — ответы, и они опущены",
        )
    ),
    "{done:,} of {total:,}; Ctrl-C stops": "{done:,} из {total:,}; Ctrl-C остановит",
    "{file} is nested too deeply; none of it is used": (
        "{file}: слишком глубокая вложенность; ничего из файла не взято"
    ),
    "{name}: {value} is none of {words}": "{name}: {value} — не одно из {words}",
    "{name}{left}; Ctrl-C gives up": "{name}{left}; Ctrl-C прервёт ожидание",
    "{path} is longer than {most:,} bytes and was not run": (
        "{path} длиннее {most:,} байт и не выполнен"
    ),
    "{path} is a pipe, not a file": "{path} — это канал, а не файл",
    "{path} is not UTF-8": "{path}: это не UTF-8",
    "{place}: {line} is not for a start-up script": (
        "{place}: {line} не годится для стартового файла"
    ),
    "{place}: {why}; none of it is used": "{place}: {why}; ничего из файла не взято",
    "{version}: OTP in Python": "{version}: OTP на Python",
    "~ {count:,} earlier event left out": (
        (
            "~ опущено {count:,} более раннее событие",
            "~ опущены {count:,} более ранних события",
            "~ опущено {count:,} более ранних событий",
        )
    ),
    "{version}: drive, break and understand a small OTP system, in Python": (
        "{version}: запускайте, ломайте и изучайте небольшую систему OTP на Python"
    ),
    "{words}: no earlier line": "{words}: выше не встречается",
    "{words}: no further line": "{words}: дальше не встречается",
    "-- line {at} of {all}: Space, b, / searches, q --": (
        "-- строка {at} из {all}: пробел, b, / — поиск, q --"
    ),
    "How a line is read": "Как читается строка",
    "The keys of the prompt": "Клавиши приглашения",
    "Elixir at the prompt": "Elixir в приглашении",
    "-- {at} of {all}: Space, b, /, q --": "-- {at} из {all}: пробел, b, /, q --",
    "step {number} of {total}": "шаг {number} из {total}",
}
