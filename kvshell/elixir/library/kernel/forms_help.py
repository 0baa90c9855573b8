"""The texts of `h` for special forms and macros of Kernel, which are compiled, not called."""

from typing import Final

FORMS: Final[dict[str, tuple[str, str]]] = {
    "alias": ("alias(module, opts)", "Gives a module a short name: after alias A.B, B means A.B."),
    "alias!": ("alias!(alias)", "In a quote: an alias that is expanded where the macro is called."),
    "and": (
        "left and right",
        "Strict boolean and: the right side only runs if the left one is true.",
    ),
    "binding": (
        "binding(context \\\\ nil)",
        "Returns the variables and their values as a keyword list.",
    ),
    "case": ("case(condition, clauses)", "Runs the first clause whose pattern matches the value."),
    "cond": ("cond(clauses)", "Runs the first clause whose condition is neither false nor nil."),
    "dbg": ("dbg(code, options)", "Prints an expression with its value, and each step of a pipe."),
    "def": ("def(call, expr)", "Defines a public function of a module."),
    "defdelegate": (
        "defdelegate(funs, opts)",
        "Defines a function that delegates to another module.",
    ),
    "defexception": ("defexception(fields)", "Defines the exception struct of a module."),
    "defguard": ("defguard(guard)", "Defines a guard that other modules can use, too."),
    "defguardp": ("defguardp(guard)", "Defines a guard that only its module can use."),
    "defimpl": ("defimpl(name, opts, do_block)", "Implements a protocol for a type or struct."),
    "defmacro": (
        "defmacro(call, expr)",
        "Defines a macro, which gets quoted code and returns quoted code.",
    ),
    "defmacrop": ("defmacrop(call, expr)", "Defines a macro that only its module can call."),
    "defmodule": (
        "defmodule(alias, do_block)",
        "Defines a module with the contents of a block.",
    ),
    "defoverridable": ("defoverridable(functions)", "Makes functions of a module overridable."),
    "defp": ("defp(call, expr)", "Defines a private function, which only its module can call."),
    "defprotocol": (
        "defprotocol(name, do_block)",
        "Defines a protocol: functions that types implement with defimpl.",
    ),
    "defstruct": (
        "defstruct(fields)",
        "Defines the struct of a module: its fields and their defaults.",
    ),
    "destructure": (
        "destructure(left, right)",
        "Matches lists of different lengths; missing elements are nil.",
    ),
    "for": (
        "for(args)",
        "Builds a list, or fills into: or reduce:, from generators and filters.",
    ),
    "if": ("if(condition, clauses)", "Runs do: if the condition is truthy, otherwise else:."),
    "import": (
        "import(module, opts)",
        "Lets a module's functions and macros be called without its name.",
    ),
    "in": (
        "left in right",
        "Tells whether the right side, a list, range or map, contains the left one.",
    ),
    "match?": ("match?(pattern, expr)", "Tells whether a value matches a pattern."),
    "or": (
        "left or right",
        "Strict boolean or: the right side only runs if the left one is false.",
    ),
    "quote": ("quote(opts, block)", "Returns the quoted form of a block: its code as a term."),
    "raise": ("raise(exception, attributes)", "Raises an exception, by default a RuntimeError."),
    "receive": ("receive(args)", "Waits for a message that a clause matches, or for after:."),
    "require": ("require(module, opts)", "Requires a module, in order to use its macros."),
    "reraise": (
        "reraise(exception, attributes, stacktrace)",
        "Raises an exception, preserving an earlier stacktrace.",
    ),
    "super": ("super(args)", "Calls the function that this one overrides."),
    "try": ("try(args)", "Runs a block and handles what it raises, throws or exits with."),
    "unless": (
        "unless(condition, clauses)",
        "Runs do: if the condition is falsy, otherwise else:.",
    ),
    "unquote": ("unquote(expr)", "In a quote: inserts the value of an expression."),
    "unquote_splicing": (
        "unquote_splicing(expr)",
        "In a quote: inserts the elements of a list.",
    ),
    "use": (
        "use(module, opts)",
        "Extends a module with what another one provides, as use GenServer does.",
    ),
    "var!": (
        "var!(var, context)",
        "In a quote: a variable of the macro's caller, not of the macro.",
    ),
    "with": (
        "with(args)",
        "Runs its block if all patterns match; else returns the value that did not.",
    ),
}
