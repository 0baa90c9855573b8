"""From nodes to source."""
