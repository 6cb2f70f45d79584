"""VDSR: a very deep network that predicts what the enlargement lacks.

J. Kim, J. K. Lee, K. M. Lee, "Accurate Image Super-Resolution Using Very Deep Convolutional
Networks", CVPR 2016.

Deviations
----------
- Restores R-G-B instead of luma only, and ×8 only.
- Trained by Adam with the gradient's norm clipped, not by momentum 0.9 at a rate of 0.1 with
  values clipped to ±θ/γ; the last layer starts at zero.
- Result: made consistent with the evidence (``consistent``), which the paper's is not.
"""
