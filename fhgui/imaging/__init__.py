"""Arrays in, arrays out: colour, MATLAB-exact resampling, degradation operators with adjoints."""
