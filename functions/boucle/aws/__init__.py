"""AWS: what runs on Lambda (guard, entry points, clients) and what puts it there (package, plan, deployment).

Stores live in storage/; `compose_aws.py` introduces them to the web and to the jobs.
"""
