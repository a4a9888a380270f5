"""What other tools collected: their answers become submissions."""
