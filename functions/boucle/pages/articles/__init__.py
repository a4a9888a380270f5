"""Articles: Markdown whose numbers are bound to published figures, so that text and data cannot drift apart.

Nothing here reads a response or a ledger: an article knows what anybody can download. `calls` reads `{{ share(...) }}`,
`published` the data files, `binding` brings the two together, `approval` remembers what a person has read, and
`article` makes the page.
"""
