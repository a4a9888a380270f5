"""The HTTP API and the form's pages, in Flask. Knows the ports, never a store."""
