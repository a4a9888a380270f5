"""What an operator does with a whole installation: backups, invitations."""
