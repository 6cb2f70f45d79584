"""What was done, provably: the recorded run, its record, its replay and its report."""
