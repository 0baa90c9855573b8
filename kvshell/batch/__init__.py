"""Lines from `-c` and from standard input, run one after another without a terminal."""
