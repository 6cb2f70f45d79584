"""Deep CNN denoiser and multi-layer neighbour component embedding (paper 000).

J. Jiang, Y. Yu, J. Hu, S. Tang, J. Ma, "Deep CNN Denoiser and Multi-layer Neighbor Component
Embedding for Face Hallucination", IJCAI 2018. Step 1 (`red`) inverts the degradation with a CNN
denoiser as its prior; step 2 (`mnce`) adds the detail that training faces show where they look
alike, component by component, in three layers.

Deviations
----------
- One denoiser with a noise-level input replaces the set of 25, and it works at half the
  resolution with four times the channels (FFDNet); it predicts the noise in units of its level.
- It is trained on faces, not on natural images, and part of its training corruption is the error
  of back-projection (at its true level) instead of Gaussian noise, since that is what RED shows
  it. Learned planes tell it where on the template a pixel lies. Step 1 is therefore a face
  prior, not a general one, and its stage counts as synthesised.
- RED starts from the pseudo-inverse H⁺y instead of the bicubic enlargement.
- The component rectangles, their feather, K, λ and the RED schedule are unpublished: ours.
- Embedding uses luma only; colour is step 1's. Distances and weights are computed in PCA
  coordinates of 2×2 cell means.
- The bundled gallery holds prototypes, means of at least eight training pictures, instead of
  the training faces themselves. The data do not say who is who: at least eight *pictures*.
- Eq. 6 leaves out the constraint Σw = 1; it is kept, as in the first author's other code.
"""
