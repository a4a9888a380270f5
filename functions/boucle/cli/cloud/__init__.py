"""The commands that put an installation on AWS and take it away; boto3 is imported once one of them needs it."""
