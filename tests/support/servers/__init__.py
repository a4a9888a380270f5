"""Servers as processes of their own, and the clients, honest or not, that ask them over sockets."""
