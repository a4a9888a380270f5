"""The theme of the sites that Boucle builds: one template, no script, nothing from a third party."""
