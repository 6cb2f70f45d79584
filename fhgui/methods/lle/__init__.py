"""LLE: super-resolution by neighbour embedding, as position patches of faces.

H. Chang, D.-Y. Yeung, Y. Xiong, "Super-Resolution Through Neighbor Embedding", CVPR 2004; with
the patches of a face at one position as candidates, as face hallucination's tables run it
(K = 75, patches of 12 px, overlap of 4).

A low-resolution patch is written as the sum of its K nearest ones whose weights, summing to 1,
come closest to it; the sum of their high-resolution patches is the result.

Deviations
----------
- Candidates are the patches at the same position, not those of all positions.
- Patches are compared by what a linear regression at their position makes of them, instead of by
  luminance and its gradients (+0.24 dB on training faces).
- The Gram matrix is always regularised, by 0.1 of the mean squared distance.
- Luma only; colour differences are bicubic's.
- The bundled gallery holds prototypes, means of at least eight training pictures, instead of
  the training faces themselves. The data do not say who is who: at least eight *pictures*.
- Result: made consistent with the evidence (``consistent``), which the paper's is not.
"""
