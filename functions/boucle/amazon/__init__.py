"""What both Lambda and the operator's machine need of AWS: clients, settings, the guard of events."""
