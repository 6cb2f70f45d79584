"""Small faces: a convolutional network that finds them where gradients say too little.

`search` looks at a whole frame at several sizes and returns boxes with probabilities; landmarks
and large faces are `fhgui.alignment`'s. Importing this package does not import torch.
"""

FILE = "face_finder/network.safetensors"
"""The network's weights under ``models/``."""
