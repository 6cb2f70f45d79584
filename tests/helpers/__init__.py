"""What the rooms of the test suite share."""
