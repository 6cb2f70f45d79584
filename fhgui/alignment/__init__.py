"""From a frame to a method's input: detection, landmarks, templates, similarity transform."""
