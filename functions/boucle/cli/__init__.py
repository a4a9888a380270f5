"""The command line. Each command parses its words here and calls one use case."""
