"""``dcnn_mnce`` at ×4, 32×32 → 128×128: the same denoiser, a gallery of its own.

Paper 000 is about ×8; the method holds for any scale. Deviations are those of ``dcnn_mnce``.
"""
