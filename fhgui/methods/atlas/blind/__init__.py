"""Atlas for real frames: trained on the whole chain of a CCTV camera.

The network is that of ``atlas`` without the null space: noise and compression are in the input, so
that it starts from bicubic and may change every pixel. See ``training.degradation.steps.Cctv`` for
the chain: lens blur, reduction, sensor noise, compression, resize.
"""
