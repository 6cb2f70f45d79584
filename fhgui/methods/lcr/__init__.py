"""LcR: locality-constrained representation of position patches.

J. Jiang, R. Hu, Z. Wang, Z. Han, "Noise Robust Face Hallucination via Locality-Constrained
Representation", IEEE Trans. Multimedia 16(5), 2014.

A low-resolution patch is written as a sum of the training faces' patches at its position; weights,
summing to 1, are penalised by τ times the squared distance (Eq. 8), so that near patches carry
the sum. The sum of their high-resolution patches is the result.

Deviations
----------
- Patches are compared by what a linear regression at their position makes of them, instead of by
  their bicubic enlargement (+0.17 dB on training faces).
- Only the nearest patches take part, as in the first author's later TLcR; ``neighbours=0`` is the
  paper's sum over all.
- Luma only; colour differences are bicubic's.
- The bundled gallery holds prototypes, means of at least eight training pictures, instead of
  the training faces themselves. The data do not say who is who: at least eight *pictures*.
- Result: made consistent with the evidence (``consistent``), which the paper's is not.
"""
