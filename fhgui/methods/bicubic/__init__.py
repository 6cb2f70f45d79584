"""Bicubic interpolation: the evidence enlarged, with nothing added.

R. Keys, "Cubic convolution interpolation for digital image processing", IEEE Trans. ASSP 29(6),
1981, as implemented by MATLAB's ``imresize``. Deviations: none.
"""
