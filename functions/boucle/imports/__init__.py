"""What other tools made, taken in: their answers."""
