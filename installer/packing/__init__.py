"""What ``installer/build.py`` is made of: wheel, frozen program, papers, packages."""
