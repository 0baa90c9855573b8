"""Messages to the user in the user's language; answers are always English."""
