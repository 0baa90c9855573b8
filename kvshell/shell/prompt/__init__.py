"""The line editor: keys, history, completion and colours."""
