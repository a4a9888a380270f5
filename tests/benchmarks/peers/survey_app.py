"""django-survey-and-report as its documentation installs it, over SQLite with the same durability, without CSRF."""

import json
import os
import sys
from pathlib import Path

from django.conf import settings

settings.configure(
    SECRET_KEY="benchmark",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="survey_app",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "bootstrapform",
        "survey",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["SURVEY_FILE"],
            "OPTIONS": {
                "timeout": 30,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL",
            },
        }
    },
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    USE_TZ=True,
    STATIC_URL="/static/",
    CHOICES_SEPARATOR="|",
    USER_DID_NOT_ANSWER="Left blank",
    DEFAULT_SURVEY_PUBLISHING_DURATION=3650,
    LOGGING_CONFIG=None,
)

import django  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402

if __name__ == "__main__":
    django.setup()
    from django.core.management import call_command
    from survey.models import Question, Survey

    call_command("migrate", verbosity=0)
    survey = Survey.objects.create(name="s", description="s", need_logged_user=False, editable_answers=False)
    names = {}
    for order, asked in enumerate(json.loads(Path(sys.argv[1]).read_text())):
        kind = {"multiple": "select-multiple", "text": "text"}.get(asked["type"], "radio")
        choices = "|".join(map(str, asked["values"]))
        created = Question.objects.create(
            text=asked["id"], order=order, required=False, survey=survey, type=kind, choices=choices or None
        )
        names[asked["id"]] = f"question_{created.pk}"
    sys.stdout.write(json.dumps({"survey": survey.pk, "names": names}))
else:
    application = get_wsgi_application()

    from django.urls import include, re_path

    urlpatterns = [re_path(r"^survey/", include("survey.urls"))]
