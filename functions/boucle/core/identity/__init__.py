"""What lets a person come back and nobody find them: receipts and their keys, invitations, free texts."""
