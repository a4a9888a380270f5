"""The pages of themes: what people wrote under each, and how much."""
