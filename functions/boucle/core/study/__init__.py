"""What is collected when, and what became of it: the study, its waves, themes, actions and recordings.

Questionnaires lie below; nothing here counts answers.
"""
