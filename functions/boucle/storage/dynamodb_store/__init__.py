"""The same promises in DynamoDB tables: the web's side, the job's side, and whole copies."""
