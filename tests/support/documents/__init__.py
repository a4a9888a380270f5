"""What reads pages and published files as people and programs do."""
