"""What is beside a frame of evidence: how it is shown, values, faces over time, facts, scale."""
