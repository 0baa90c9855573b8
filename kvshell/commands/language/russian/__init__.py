"""The Russian catalogue, with a file for each part of kvshell."""
