"""SISN: a split-attention in split-attention network.

T. Lu, Y. Wang, Y. Zhang, Y. Wang, W. Liu, Z. Wang, J. Jiang, "Face Hallucination via
Split-Attention in Split-Attention Network", ACM Multimedia 2021 (paper 004).

Deviations
----------
- Groups: the path of structure holds a whole ISAB as in the authors' code; the paper draws an ISA.
- Head: one convolution 3→64, which computes exactly what the authors' enlargement by repetition,
  space-to-depth and convolution do.
- Shipped weights: two blocks a group instead of ten, float16.
- Start: every block begins as a ReLU (its last γ is zero); the paper does not say.
- Last doubling: its convolution, the shuffle and the last convolution are computed as one, with
  the same result (``network.doubled``).
- Training on a CPU (recipe ``sisn_seed`` for the two blocks a group that are shipped; ``sisn_cpu``
  goes on from there with ten): 20,000 whole faces, a rate of 1e-3 (6e-4) that falls by a cosine
  instead of 1e-4 halved every 50 epochs, a moving average of the weights, bfloat16. Recipe ``sisn``
  is the paper's.
- Augmentation: mirrored only, not turned: aligned faces never stand on their heads.
- ``attention_maps``: no weights, but the root mean square of what each group adds to the features,
  each picture on its own scale: two groups cannot be compared.
- Result: the mean with the restored mirror picture (``mirrored``), made consistent with the
  evidence (``consistent``); with both off it is the paper's.
"""
