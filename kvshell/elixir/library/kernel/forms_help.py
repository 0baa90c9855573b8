"""What `h` says of special forms and of Kernel's macros: they are compiled, not called."""

from typing import Final

FORMS: Final[dict[str, tuple[str, str]]] = {
    "alias": ("alias(module, opts)", "Gives a module a short name: alias A.B names it B."),
    "and": ("left and right", "True if both are; the right side only runs if the left is true."),
    "binding": ("binding(context \\\\ nil)", "Returns the variables and their values."),
    "case": ("case(condition, clauses)", "Runs the first clause whose pattern matches the value."),
    "cond": ("cond(clauses)", "Runs the first clause whose condition is neither false nor nil."),
    "dbg": ("dbg(code, options)", "Prints an expression, each step of a pipe, and its value."),
    "def": ("def(call, expr)", "Defines a public function of a module."),
    "defdelegate": ("defdelegate(funs, opts)", "Defines a function that calls another module's."),
    "defexception": ("defexception(fields)", "Defines the exception that is named as its module."),
    "defguard": ("defguard(guard)", "Defines a guard that other modules may use, too."),
    "defguardp": ("defguardp(guard)", "Defines a guard for this module only."),
    "defimpl": ("defimpl(name, opts, do_block)", "Implements a protocol for a type or struct."),
    "defmodule": (
        "defmodule(alias, do_block)",
        "Defines a module with the functions in a block.",
    ),
    "defoverridable": ("defoverridable(functions)", "Lets functions be defined once more."),
    "defp": ("defp(call, expr)", "Defines a function that only its own module calls."),
    "defprotocol": ("defprotocol(name, do_block)", "Defines functions that each type implements."),
    "defstruct": ("defstruct(fields)", "Defines the struct of a module, with its default values."),
    "destructure": ("destructure(left, right)", "Matches lists of different lengths, with nil."),
    "for": (
        "for(args)",
        "Builds a list (or into:, reduce:) from generators and filters.",
    ),
    "if": ("if(condition, clauses)", "Runs do: unless the condition is false or nil, else else:."),
    "import": ("import(module, opts)", "Lets a module's functions be called without its name."),
    "in": ("left in right", "True if the right side, a list, range or map, has the left one."),
    "match?": ("match?(pattern, expr)", "True if the value matches the pattern."),
    "or": ("left or right", "True if one is; the right side only runs if the left is false."),
    "raise": ("raise(exception, attributes)", "Raises an exception, by default a RuntimeError."),
    "receive": ("receive(args)", "Waits for a message that a clause matches, or for after:."),
    "require": ("require(module, opts)", "Lets the macros of a module be used."),
    "reraise": ("reraise(exception, attributes, stacktrace)", "Raises with an earlier stack."),
    "super": ("super(args)", "Calls the function that this one overrides."),
    "try": ("try(args)", "Runs a block and handles what it raises, throws or exits with."),
    "unless": ("unless(condition, clauses)", "Runs do: if the condition is false or nil."),
    "use": (
        "use(module, opts)",
        "Adds to a module what another one offers: use GenServer.",
    ),
    "with": ("with(args)", "Matches one pattern after another; what does not match is the value."),
}
