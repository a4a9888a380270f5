"""The HTTP API, the form's pages and the static site, in Flask. Knows the ports, never a store.

Views are thin: they read a request, call the use case in `submissions/submit.py`, and answer in JSON or as a page.
Nothing here logs an address, an answer or a code.
"""
