"""SISN: a split-attention in split-attention network.

T. Lu, Y. Wang, Y. Zhang, Y. Wang, W. Liu, Z. Wang, J. Jiang, "Face Hallucination via
Split-Attention in Split-Attention Network", ACM Multimedia 2021 (paper 004).

Deviations
----------
- Groups: the path of structure holds a whole ISAB as in the authors' code; the paper draws an ISA.
- Head: one convolution 3→64, which computes exactly what the authors' enlargement by repetition,
  space-to-depth and convolution do (``network.collapsed``).
- Start: every block begins as the identity (its last γ is zero); the paper does not say.
- Training (recipe ``sisn``): 20,000 whole faces, mirrored only, because aligned faces never stand
  on their heads; a rate of 1e-3 that falls by a cosine instead of 1e-4 halved every 50 epochs; a
  moving average of the weights; bfloat16 convolutions.
"""
