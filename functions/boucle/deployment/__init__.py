"""Puts an installation on AWS: package, stack, upload, the steps of a deployment.

Nothing of it runs on Lambda.
"""
