"""The API's routes, one module a resource. What they share lies one folder up."""
