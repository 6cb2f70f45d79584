"""Brings the program onto a machine: set-up from a checkout, later the frozen build."""
