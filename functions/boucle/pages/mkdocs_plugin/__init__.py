"""The MkDocs plugin, the navigation of its sites, and its theme."""
