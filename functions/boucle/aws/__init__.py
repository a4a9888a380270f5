"""The names under which v0.1.0 deployed the entry points of Lambda. They go with the version after next."""
