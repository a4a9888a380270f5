"""The entry points of Lambda."""
