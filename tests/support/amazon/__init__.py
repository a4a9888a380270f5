"""AWS on this machine: DynamoDB Local, and Lambda with its events."""
