"""Pages about a study as a whole: what it stores, its accessibility, and the list of all its pages."""
