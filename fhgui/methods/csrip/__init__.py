"""C-SRIP: a cascade of ×2 modules, trained against recognisers that guard the identity.

K. Grm, W. J. Scheirer, V. Štruc, "Face Hallucination Using Cascaded Super-Resolution and Identity
Priors", IEEE Trans. Image Processing 29, 2020 (paper 002).

Deviations
----------
- Degradation: the paper states no blur; σ = 2.88 pixels of the 192×192 face reproduces its bicubic
  row (``evaluation.protocols.LFW_SIGMA_PX``). The 48×48 and 96×96 faces that the modules are
  supervised with are blurred by (s − 1)/3 as its residual images are.
- The last residual block goes from 64 to 128 channels: its skip is a 1×1 convolution.
- The branches after modules 1 and 2, which the paper drops after training, stay: they make the
  2× and 4× stages (its appendix A.1).
- SSIM: windows are mirrored at the edges, so that every pixel is supervised alike.
- Clipping is left out in training: it has no gradient outside 0–255.
- Learning rate: 3.3e-4; the printed 10/3·10⁻³ diverges.
- Shipped weights: a narrower network (``network.Spec.width``) of 7, 3 and 1 residual blocks in its
  modules instead of 7 each (``blocks``) and outer convolutions of 5×5 instead of 9×9 (``kernel``),
  whose pictures are added to the bicubic enlargement (``adds_bicubic``); trained on one CPU core,
  first on 20,000 CelebA faces of 128×128 by mean square, then on 3,300 of 230 known people; their
  recognisers have batch norms, without which so few pictures teach nothing. The recipes ``csrip``
  and ``csrip_recogniser_48``, ``_96``, ``_192`` are the paper's.
- Result: the mean with the restored mirror picture (``mirrored``), made consistent with the
  evidence (``consistent``); with both off it is what the network gives, as in the paper.
"""
