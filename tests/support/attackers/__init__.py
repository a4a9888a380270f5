"""Who tries to learn more than is published, mechanisms that let them, and histories to try on."""
