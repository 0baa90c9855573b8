"""The system: System, Node, Application, Logger, clocks."""
