"""Verifies records, runs, logs, cases and exports: EXACT, EQUIVALENT, DIFFERENT or TAMPERED."""
