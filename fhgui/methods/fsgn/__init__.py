"""FSGN: joint face hallucination and deblurring by structure generation and detail enhancement.

Y. Song, J. Zhang, L. Gong, S. He, L. Bao, J. Pan, Q. Yang, M.-H. Yang, "Joint Face Hallucination
and Deblurring via Structure Generation and Detail Enhancement", International Journal of Computer
Vision 127, 2019 (paper 003).

Deviations
----------
- Network (recipes ``fsgn_cpu``, ``fsgn_cpu-deblur``; the shipped weights): it works on cells of
  4×4 pixels, has two blocks at each dilation instead of five and 96 features instead of 64, and
  predicts what the enlarged picture lacks: a sixteenth of the arithmetic. Recipes ``fsgn`` and
  ``fsgn-deblur`` are the paper's.
- Table 1 prints no dilation for the second convolution of a block and 64 features for the last
  convolution: both would change the size of the picture. They have the block's dilation, and 3.
- Masks: convex hulls of 68 landmarks, widened by a tenth of the distance of the eyes; the paper
  does not say how its masks are made. In training every component is moved by up to 6 pixels.
- Loss of the shipped weights: the mean logarithm of the mean square, a rate of 1e-3 that falls by
  a cosine, a moving average of the weights, bfloat16. Masks count for nothing when it begins.
- Result: the mean with the restored mirror picture (``mirrored``). Which of the two networks works
  is told by an estimate of the blur (``mode``), where the paper knows it.
- Detail: patches are compared with the exemplars' own base layers, not with the sharp exemplars,
  and what is laid over is what the mixed exemplars have beyond theirs, less where overlapping
  patches disagree, as often as suits most faces held out (``transfer="pairs"``); the paper's
  guided filters are ``"guided"``. Exemplars stand mirrored, too. Luma only.
- Detail: twenty exemplars a patch where the paper has five and ten times its λ; overlapping
  patches count by how well their exemplars tell them (the paper's mean is ``Regression.misfit``
  of infinity).
- Detail: every fourth patch down and across, among the 300 exemplars most like the face, on
  cells of 4×4 pixels at first (``exemplars``); ``exemplars_reference`` is the paper's search.
"""
