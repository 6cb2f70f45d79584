"""Atlas for faces that nobody has put upright: two spatial transformers before the network.

Warping 16 pixels blurs them (paper 001 warps features instead); here the face is enlarged first,
sampled *once* through both transformers' similarities composed, and so laid on the grid of the
upright face's cells, where the network of ``atlas`` fills in the detail. The second transformer
sees the face as the first has put it upright. Beyond the edges of the crop its border goes on; the
network is told how much of each cell was seen.
"""
