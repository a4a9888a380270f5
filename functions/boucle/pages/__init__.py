"""What people see: templates, styles and words, the MkDocs plugin and theme, and the rendering of results."""
