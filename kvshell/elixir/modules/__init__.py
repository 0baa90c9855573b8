"""Modules that users define: the code server of a runtime, structs, protocols, behaviours."""
