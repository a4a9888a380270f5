"""The pages, files and feeds of what was decided because of the results."""
