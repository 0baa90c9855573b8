"""The format of documents: its grammar, and the parser that returns blocks and entries."""
