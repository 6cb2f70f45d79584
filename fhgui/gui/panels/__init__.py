"""The panels around the pictures."""
