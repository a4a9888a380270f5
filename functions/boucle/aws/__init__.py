"""The names under which v0.1.0 deployed the entry points of Lambda. Version 0.3.0 drops them."""
