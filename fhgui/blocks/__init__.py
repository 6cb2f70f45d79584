"""Torch layers that more than one network uses."""
