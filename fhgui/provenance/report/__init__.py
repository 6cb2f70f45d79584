"""Renders records for people."""
