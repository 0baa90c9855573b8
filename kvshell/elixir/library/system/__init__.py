"""System, Node, Application, Config, Logger, File and clocks."""
