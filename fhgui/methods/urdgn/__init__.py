"""UR-DGN: the discriminative generative network that TDN grew from, for aligned tiny faces.

X. Yu and F. Porikli, "Ultra-Resolving Face Images by Discriminative Generative Networks", ECCV
2016; filters and kernels as in the authors' released code.

Deviations
----------
* ``width`` makes networks with fewer filters; the card says which is shipped, and whether a
  discriminator took part in its training.
* It begins as an enlargement by nearest neighbours; the authors do not say how theirs begins.
* Loss of the shipped weights: the mean logarithm of each face's mean square, by Adam; the authors'
  mean square and RMSprop are in the recipe ``urdgn``.
* Result: the mean with the restored mirror picture (``mirrored``), made consistent with the
  evidence (``consistent``); the authors' is neither.
"""
