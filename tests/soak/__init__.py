"""Hours of a person's random work in the window, and what they do to memory and event loop."""
