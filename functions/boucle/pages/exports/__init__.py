"""Pages to print: the paper form, letters of invitation."""
