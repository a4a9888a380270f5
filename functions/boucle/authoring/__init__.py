"""What authors work with: the JSON Schemas of their files, and lint, which hears every mistake before a respondent.

Nothing here runs while people answer. It may read files; it knows no store, no web, and no published figure.
"""
