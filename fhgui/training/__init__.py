"""From packed faces to weights: data, one loop, checkpoints. Imports without Qt, dlib or video."""
