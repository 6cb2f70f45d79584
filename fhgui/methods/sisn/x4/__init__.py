"""``sisn`` for whole heads at ×4: 44×54 → 176×216 (width × height), the paper's CelebA test.

Weights of its own; deviations are those of ``sisn``.
"""
