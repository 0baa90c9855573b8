"""The tutorials' own modules, as built into kvshell."""
