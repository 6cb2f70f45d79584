"""Atlas, the house model: what a 16-pixel face leaves open, filled in where it belongs.

Problem
-------
y = Hx + n, x a face aligned to a template, H the antialiased bicubic reduction by 8, n the rounding
to 8 bit. Of the 49,152 numbers of x the evidence fixes 768; the rest has to be learned. On
aligned faces two things are known that general networks throw away: *where* on a face each pixel
lies, and that a face is a whole (two eyes, one light).

Design
------
1. *Null space.* The result is H⁺y + (I − H⁺H)N(y) (Schwab et al. 2019, Wang et al. 2023): the
   part of x that the evidence fixes is handed through exactly, the network N only fills in what H
   cannot see. No result can contradict its input by more than the rounding.
2. *One grid.* N works on the 16×16 grid of the evidence's own pixels; 8×8 output pixels are the
   channels of a cell (pixel-unshuffle). All its arithmetic is spent where the information is.
3. *Place.* Learned features of every cell are added to the first ones: the network knows whether a
   cell is an eye or a cheek.
4. *Exchange.* Between pairs of residual 3×3 blocks (no batch norm) cells are mixed across the
   whole face with weights of their own for each place (token mixing, Tolstikhin et al. 2021).
5. *Loss.* The logarithm of each face's mean square error, which is what PSNR averages: hard faces
   do not drown easy ones.
6. The exported weights are a moving average; the mirrored face is restored too and averaged.

``atlas_blind`` is the same network without 1. (``exact: false``), trained on the whole chain of a
CCTV camera: there the evidence has noise and compression and must not be taken at its word.

Ablations are in the model's card and in ``README.md``; they come from real trainings of equal
length.

References
----------
J. Schwab, S. Antholzer, M. Haltmeier, "Deep null space learning for inverse problems", Inverse
Problems 35, 2019. Y. Wang, J. Yu, J. Zhang, "Zero-shot image restoration using denoising
diffusion null-space model", ICLR 2023. I. Tolstikhin et al., "MLP-Mixer", NeurIPS 2021. B. Lim
et al., "Enhanced deep residual networks", CVPRW 2017.
"""
