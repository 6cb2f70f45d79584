"""``sisn`` for whole heads: ×8, 22×27 → 176×216 (width × height), the paper's CelebA test.

Weights of its own; deviations are those of ``sisn``.
"""
