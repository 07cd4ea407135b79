"""Files that others made are opened in a process of their own, which has little time, little memory and nothing else.

Nothing in here knows Django: what is found is a word of `Unfit`, and `kinds.py` has its sentence.
"""
