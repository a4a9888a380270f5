"""Settings and clocks: what an installation is told by its environment."""
