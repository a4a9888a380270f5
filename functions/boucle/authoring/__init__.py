"""What authors work with: the JSON Schemas of their files, and lint, which hears every mistake before a respondent."""
