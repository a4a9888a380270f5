"""What Boucle knows, and nothing it touches.

Questionnaires, routing, answers, tallies, cohorts, noise, estimates and release documents. Time, ids, noise and
stores are arguments: nothing here may import a framework, a database, the clock, chance or the file system.
"""
