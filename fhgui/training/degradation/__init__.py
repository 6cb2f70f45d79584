"""From a sharp face to what a camera would have kept of it: seeded, batched, on any device.

A degradation is a tuple of `steps`; `apply` runs them on a batch. Each sample's random numbers
come from its own key (`counter`), so that they do not depend on the batch that it is in, on the
number of workers or on the device; pixels agree between devices up to the rounding of floats.
"""
