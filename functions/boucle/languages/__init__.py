"""The interface's languages: catalogues of strings, and how each language writes numbers and dates.

`locale/` holds the catalogues. No text of a questionnaire belongs here.
"""
