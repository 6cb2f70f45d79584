"""Widgets that show pictures, and the tools that work on them."""
