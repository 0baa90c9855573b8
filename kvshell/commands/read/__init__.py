"""From a line to commands: parsing, errors, guesses."""
