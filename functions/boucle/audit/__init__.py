"""Attackers of what is published, and the report of what they could do.

They read public files only. Nothing here may import a store, a job or the web: whoever attacks from outside has none.
"""
