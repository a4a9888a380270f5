"""The commands of those who write questionnaires, translate them, record them and quote figures: files in, files out.

No store of answers is opened here.
"""
