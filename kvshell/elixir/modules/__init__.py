"""A reader's modules: the code server of a runtime, structs, protocols, behaviours."""
