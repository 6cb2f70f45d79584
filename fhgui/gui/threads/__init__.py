"""The threads that keep the window free: one reads frames, one talks to the worker."""
