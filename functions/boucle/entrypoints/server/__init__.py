"""The embedded server: an event loop in front of the WSGI application, with the job on its schedule."""
