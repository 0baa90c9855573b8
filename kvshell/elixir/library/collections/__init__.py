"""Collections: types that hold terms."""
