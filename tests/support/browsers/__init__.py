"""What drives a real browser, and what looks at the pages in it."""
