"""The messages of the tokenizer and the parser in Elixir 1.14."""

_CHARACTERS = {
    0: ("\\0", "null byte"),
    7: ("\\a", "alert"),
    8: ("\\b", "backspace"),
    127: ("\\d", "delete"),
    27: ("\\e", "escape"),
    12: ("\\f", "form feed"),
    10: ("\\n", "newline"),
    13: ("\\r", "carriage return"),
    32: ("\\s", "space"),
    9: ("\\t", "tab"),
    11: ("\\v", "vertical tab"),
}
DO_AFTER_FN = (
    "unexpected reserved word: ",
    ". Anonymous functions are written as:\n\n    fn pattern -> expression end",
)
KEYWORD_NOT_LAST_IN_CALL = """\
unexpected expression after keyword list. Keyword lists must always come as the last argument. \
Therefore, this is not allowed:

    function_call(1, some: :option, 2)

Instead, wrap the keyword in brackets:

    function_call(1, [some: :option], 2)

Syntax error after: """
KEYWORD_NOT_LAST_IN_DATA = """\
unexpected expression after keyword list. Keyword lists must always come last in lists and maps. \
Therefore, this is not allowed:

    [some: :value, :another]
    %{some: :value, another => value}

Instead, reorder it to be the last entry:

    [:another, some: :value]
    %{another => value, some: :value}

Syntax error after: """
PARENTHESES_AFTER_SPACE = (
    "unexpected parentheses. If you are making a function call, do not insert spaces between the"
    " function name and the opening parentheses. Syntax error before: "
)
COMMA_IN_NESTED_CALL = """\
unexpected comma. Parentheses are required to solve ambiguity in nested calls.

This error happens when you have nested function calls without parentheses. For example:

    one a, two b, c, d

In the example above, we don't know if the parameters "c" and "d" apply to the function "one" or \
"two". You can solve this by explicitly adding parentheses:

    one a, two(b, c, d)

Or by adding commas (in case a nested call is not intended):

    one, a, two, b, c, d

Elixir cannot compile otherwise. Syntax error before: """
COMMA_IN_CONTAINER = """\
unexpected comma. Parentheses are required to solve ambiguity inside containers.

This error may happen when you forget a comma in a list or other container:

    [a, b c, d]

Or when you have ambiguous calls:

    [one, two three, four, five]

In the example above, we don't know if the parameters "four" and "five" belongs to the list or \
the function "two". You can solve this by explicitly adding parentheses:

    [one, two(three, four), five]

Elixir cannot compile otherwise. Syntax error before: """
STEP_WITHOUT_RANGE = (
    "the range step operator (//) must immediately follow the range definition operator (..), for"
    " example: 1..9//2. If you wanted to define a default argument, use (\\\\) instead. Syntax"
    " error before: "
)
ARROW_AFTER_EXPRESSION = (
    "unexpected operator ->. If you want to define multiple clauses, the first expression must use"
    " ->. Syntax error before: "
)
ALIAS_AFTER_ATOM = (
    "atom cannot be followed by an alias. If the '.' was meant to be part of the atom's name, the"
    " atom name must be quoted. Syntax error before: "
)
FN_WITHOUT_ARROW = "expected anonymous functions to be defined with -> inside: "
INTERPOLATED_CALL = (
    "interpolation is not allowed when calling function/macro. Found interpolation in a call"
    " starting with: "
)
HEREDOC_HEADER = (
    "heredoc allows only zero or more whitespace characters followed by a new line after "
)
VERSION_CONTROL = "found an unexpected version control marker, please resolve the conflicts: "
TRAILING_COMMA = "trailing commas are not allowed inside function/macro call arguments"
EMPTY_PARENTHESES = (
    "invalid expression (). If you want to invoke or define a function, make sure there are no"
    " spaces between the function name and its arguments. If you wanted to pass an empty block or"
    " code, pass a value instead, such as a nil or an atom"
)
EMPTY_CLAUSE = (
    "an expression is always required on the right side of ->. Please provide a value after ->"
)
NOT_IN = '"not expr1 in expr2" is deprecated, use "expr1 not in expr2" instead'


def char_name(char: str, column: int) -> str:
    """Return the character, its column and its code point, as in `unexpected token`."""
    code = ord(char)
    name = _CHARACTERS[code][1] if code in _CHARACTERS else f'"{char}"'
    return f"{name} (column {column}, code point U+{code:04X})"


def bad_character(char: str, what: str) -> str:
    """Return the message about an invalid character in an identifier."""
    return f'invalid character "{char}" (code point U+{ord(char):04X}) in {what}: '


def bad_alias(char: str) -> str:
    """Return the message about an invalid character in an alias."""
    return bad_character(char, "alias (only ASCII characters, without punctuation, are allowed)")


def bad_number(char: str, number: str) -> str:
    """Return the message about a letter right after a number."""
    return (
        f'invalid character "{char}" after number {number}. If you intended to write a number,'
        " make sure to separate the number from the character (using comma, space, etc). If you"
        " meant to write a function name or a variable, note that identifiers in Elixir cannot"
        " start with numbers. Unexpected token: "
    )


def after_alias(alias: str) -> str:
    """Return the message about `(` right after an alias."""
    return (
        f"unexpected ( after alias {alias}. Function names and identifiers in Elixir start with"
        " lowercase characters or underscore. For example:\n\n    hello_world()\n"
        "    _starting_with_underscore()\n    numb3rs_are_allowed()\n"
        "    may_finish_with_question_mark?()\n    may_finish_with_exclamation_mark!()\n\n"
        "Unexpected token: "
    )


def invalid_do(prefix: str) -> tuple[str, str]:
    """Return the texts around an unexpected `do`."""
    return (
        prefix,
        '. In case you wanted to write a "do" expression, you must either use do-blocks or'
        " separate the keyword argument with comma. For example, you should either write:\n\n"
        "    if some_condition? do\n      :this\n    else\n      :that\n    end\n\n"
        "or the equivalent construct:\n\n    if(some_condition?, do: :this, else: :that)\n\n"
        'where "some_condition?" is the first argument and the second argument is a keyword list.'
        '\n\nYou may see this error if you forget a trailing comma before the "do" in a "do" block',
    )


def char_warning(char: str, code: int, *, escaped: bool) -> str:
    """Return the warning about a hard-to-read `?c`, or an empty string."""
    if escaped:
        if code != ord(char) or char == "\\":
            return ""
        if code in _CHARACTERS:
            shown, name = _CHARACTERS[code]
            return (
                f"found ?\\ followed by code point 0x{code:X} ({name}), please use ?{shown} instead"
            )
        if char.isascii() and char.isalpha():
            return f"unknown escape sequence ?\\{char}, use ?{char} instead"
        return ""
    if code not in _CHARACTERS:
        return ""
    shown, name = _CHARACTERS[code]
    return f"found ? followed by code point 0x{code:X} ({name}), please use ?{shown} instead"


def ambiguous(what: str, name: str) -> str:
    """Return the warning about `name!=`, which is ambiguous."""
    last, short = name[-1], name[:-1]
    return (
        f'found {what} "{name}", ending with "{last}", followed by =. It is unclear if you mean'
        f' "{short} {last}=" or "{name} =". Please add a space before or after {last} to remove'
        " the ambiguity"
    )


def unneeded_quotes(what: str, name: str) -> str:
    """Return the warning about unnecessary quotes of an atom, a keyword or a call."""
    why = {
        "atom": "Atoms made exclusively of ASCII letters, numbers, underscores, beginning with a"
        " letter or underscore, and optionally ending with ! or ? do not require quotes",
        "keyword": "Note that keywords are always atoms, even when quoted. Similar to atoms,"
        " keywords made exclusively of ASCII letters, numbers, and underscores and not beginning"
        " with a number do not require quotes",
        "call": "Calls made exclusively of Unicode letters, numbers, and underscores and not"
        " beginning with a number do not require quotes",
    }[what]
    return f'found quoted {what} "{name}" but the quotes are not required. {why}'


def outdented(marker: str) -> str:
    """Return the warning about a heredoc line indented less than its end."""
    bad = f"    def text do\n      {_QUOTES}\n    contents\n      {_QUOTES}\n    end\n"
    good = f"    def text do\n      {_QUOTES}\n      contents\n      {_QUOTES}\n    end\n"
    return (
        "outdented heredoc line. The contents inside the heredoc should be indented at the same"
        f" level as the closing {marker}. The following is forbidden:\n\n{bad}\nInstead make sure"
        f" the contents are indented as much as the heredoc closing:\n\n{good}\nThe current"
        " heredoc line is indented too little"
    )


_QUOTES = '"""'
