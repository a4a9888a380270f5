"""What people send, turned into answers: marshmallow schemas, the form's fields, and taking a submission in.

Every schema is built once per questionnaire version. Problems are stable codes; words are found elsewhere. Nothing
here knows HTTP.
"""
