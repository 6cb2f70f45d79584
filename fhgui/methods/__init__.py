"""The face hallucination methods behind one contract; `registry` lists them explicitly."""
