"""Where a process begins: the embedded server, and the functions that Lambda calls. Above them lies nothing."""
