"""The commands of those who run an installation: build, serve, seal, publish, invite, move and keep what is stored.

What a command does lives elsewhere; here its arguments become one call.
"""
