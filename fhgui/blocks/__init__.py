"""Torch layers shared by the methods' networks."""
