"""The WSGI application as Zappa looks for it: a name in a module, made when it is imported."""

import os

from boucle.bootstrap.aws_api import make_application

app = make_application(os.environ)
