"""Configuration: a TOML file and a start-up script in the user's config folder."""
