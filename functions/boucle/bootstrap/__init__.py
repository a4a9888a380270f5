"""The composition roots: the only place that picks adapters and introduces the edges to each other."""
