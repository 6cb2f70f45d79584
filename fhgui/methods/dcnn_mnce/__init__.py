"""Deep CNN denoiser and multi-layer neighbour component embedding (paper 000).

J. Jiang, Y. Yu, J. Hu, S. Tang, J. Ma, "Deep CNN Denoiser and Multi-layer Neighbor Component
Embedding for Face Hallucination", IJCAI 2018. Step 1 (`red`) inverts the degradation with a CNN
denoiser as its prior; step 2 (`mnce`) adds the detail that training faces show where they look
alike, component by component, in three layers.

Deviations
----------
- One denoiser with a noise-level input replaces the set of 25. The prior ``natural`` works at
  half the resolution with four times the channels (FFDNet) and predicts the noise in units of
  its level.
- The prior ``faces``, the default, works on the 16×16 grid of the template, lets all cells
  exchange what they see, and has learned from RED's own iterates instead of Gaussian noise
  (`face_network`). Step 1 is then a face prior, not a general one, and its stage counts as
  synthesised. It runs one iteration of RED, where ``natural`` runs twelve: with one, the settings
  ``sigma_end`` and ``lambda_end`` do nothing.
- A denoiser's answer is the mean of those for the face and for its mirror image (``mirrored``).
- RED starts from the pseudo-inverse H⁺y instead of the bicubic enlargement.
- The component rectangles, their feather, K, λ and the RED schedule are unpublished: ours.
- The rest, four fifths of the picture, is embedded in overlapping parts: as a whole it has no
  near neighbours (``rest_per_side`` of a gallery; 1 is the paper's single component).
- Instead of five components, a gallery may divide the face into overlapping patches.
- Where a face carries landmarks, its brows, eyes, nose and mouth are looked for, and put, where
  these are, within ``follow_px`` of the template; training faces are taken as on the template.
- Later layers may look at a region's surroundings too (``contexts_px`` of a gallery).
- What a layer carries over to a region is multiplied by a gain between 0 and 1, chosen on
  training faces outside the gallery: Eq. 8 carries all of it over, noise included. All layers
  but the last take only a share of it (``pace`` of a gallery), as in boosting.
- Embedding uses luma only; colour is step 1's. Distances and weights are computed in PCA
  coordinates of 2×2 cell means, residuals are carried over in PCA coordinates.
- The bundled gallery holds prototypes, means of at least eight training pictures, instead of
  the training faces themselves. The data do not say who is who: at least eight *pictures*.
- Eq. 6 leaves out the constraint Σw = 1; it is kept, as in the first author's other code.
- Result: made consistent with the evidence (``consistent``), which the paper's is not.
"""
