"""TDN: transformative discriminative network, for tiny faces that nobody has aligned.

X. Yu and F. Porikli, "Face Hallucination with Tiny Unaligned Images by Transformative
Discriminative Neural Networks", AAAI 2017. A network of convolutions and nearest-neighbour
enlargements holds two spatial transformers that put its features upright; a discriminator may
judge its output in training.

Deviations
----------
* ``width`` makes narrower networks; the card says which is shipped.
* In training the transformers are also told how the face was turned (``transform_weight``); the
  paper leaves them to the loss on pixels.
* Beyond a feature map's border its values go on, where the authors' sampler has zeros.
* STN0 is trained on known turns; it may be wider than the paper's, its card says how wide.
* STN0 looks twice, and at the mirrored face, too (`fhgui.methods.tdn.aligner`).
* The rate rises evenly over the first 100 steps; the authors' is lr/50, then lr/5. It falls by a
  cosine in the recipes for CPUs, by 0.99 an epoch in the paper's.
* Loss of the shipped weights: the mean logarithm of each face's mean square, by Adam; the paper's
  mean square and RMSprop are in the recipes ``tdn`` and ``tdn-adversarial``.
* ``adversarial.safetensors`` is .85 of what was trained against the discriminator and .15 of the
  network that this training began from.
* Faces are turned in training as they are cut, their edges going on outwards; the authors turn
  a larger crop.
* Result: the mean with that of the mirrored face (``mirrored``), which the transformers turn in
  their own way; the views and readings are those of the face as it is.
"""
