"""The parameters that several rows share."""

from typing import Final

from kvshell.commands.choices import Count, LineNumber, Time
from kvshell.commands.kinds import Client, Design, Name, Path, Program, Rest, TableLabel, Topic
from kvshell.commands.params import Param
from kvshell.commands.process_kinds import Process, Store, TableName
from kvshell.commands.term_kinds import (
    AnyTerm,
    Key,
    Reason,
    TableOption,
    Value,
)

NAME: Final = Param("name", Name())
SOME_NAME: Final = NAME._replace(optional=True)
DESIGN: Final = Param("design", Design(), optional=True)
STORE: Final = Param("store", Store())
KEY: Final = Param("key", Key())
SOME_KEY: Final = KEY._replace(optional=True)
VALUE: Final = Param("value", Value())
PROCESS: Final = Param("process", Process())
REASON: Final = Param("reason", Reason(), optional=True)
MESSAGE: Final = Param("message", AnyTerm())
TABLE: Final = Param("table", TableName())
ROW: Final = Param("row", AnyTerm(), 'a tuple, as in {"foo", 1}, or a list of tuples', label="ROW")
OPTIONS: Final = Param("options", TableOption(), optional=True, many=True)
LABEL: Final = Param("name", TableLabel())
TIME: Final = Param("time_ms", Time())
STEPS: Final = Param("count", Count(), "how many messages at most; 1", optional=True, default=1)
ROUNDS: Final = Param("count", Count(), "how many rounds")
CLIENT: Final = Param("client", Client())
LINE: Final = Param("line", Rest())
PATH: Final = Param("path", Path())
PROGRAM: Final = Param("path", Program())
LESSON: Final = Param("lesson", Path(), optional=True, label="LESSON")
TOPIC: Final = Param("topic", Topic(), optional=True)
NUMBER: Final = Param("number", LineNumber(), optional=True)
