"""The test suite; ``helpers`` is what its rooms share."""
