"""The threads that keep the window free: for frames, the worker, previews, sets, settings."""
