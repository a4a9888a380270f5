"""What turns a submitted body into answers that the core trusts, or into every error in it."""
