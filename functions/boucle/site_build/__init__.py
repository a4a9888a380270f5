"""Builds the static site, builds again what changed, and notices that it has."""
