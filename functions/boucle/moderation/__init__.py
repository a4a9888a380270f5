"""Free texts: sealed on arrival, read by moderators on their own machine, published once approved.

`sealing.py` is all that the API may use. The rest runs where the private key is: nothing here is reachable online.
"""
