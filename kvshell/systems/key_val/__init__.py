"""KeyVal: part 2 of the GenServer series - a manager, its stores, and a pure store module."""
