"""The nouns of the program: frames, faces, methods, stages, records and errors.

Everything here is a small frozen container that needs numpy only; every other room imports
from here and this room imports from nowhere.
"""
