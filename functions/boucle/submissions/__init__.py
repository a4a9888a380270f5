"""What people send, turned into answers: marshmallow schemas, the form's fields, and the use case that stores them.

Every schema is built once per questionnaire version. Issues are stable codes, whose messages are found elsewhere.
Nothing here knows HTTP.
"""
