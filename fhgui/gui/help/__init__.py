"""Help on what is shown: topics with pictures of the program itself, and the list of keys."""
