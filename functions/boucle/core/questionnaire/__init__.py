"""What is asked: the questionnaire's model and its reading, conditions, routing, what an answer must satisfy.

Nothing here knows of studies, stores or publications.
"""
