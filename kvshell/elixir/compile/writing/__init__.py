"""What all forms use: the environment, the Python source, the body of a function."""
