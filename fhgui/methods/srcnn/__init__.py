"""SRCNN: super-resolution by three convolutions.

C. Dong, C. C. Loy, K. He, X. Tang, "Image Super-Resolution Using Deep Convolutional Networks",
IEEE Trans. PAMI 38(2), 2016.

Deviations
----------
- The paper's largest network, 9-5-5, in its R-G-B version (section 4.4), and for ×8.
- Convolutions keep the size (zeros around), so that borders are restored too.
- It starts as the identity instead of from N(0, 0.001²), and is trained by Adam on whole faces
  instead of by plain gradient descent on 33 px patches: minutes instead of days.
- Result: made consistent with the evidence (``consistent``), which the paper's is not.
"""
