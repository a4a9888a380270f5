"""The WSGI application as Zappa looks for it: a name in a module, made when it is imported."""

import os

from boucle.compose_aws import application

app = application(os.environ)
