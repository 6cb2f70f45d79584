"""Many files at once: faces found and enhanced by worker processes, here or on other machines.

A batch goes on where it stopped, whoever stopped it. What is finished lies in a folder of its own
that appears by one rename and is named after everything that its pixels depend on, so that
nothing is computed twice and nothing is half there. Only this package knows ``distributed``.
"""
