"""Measure what the pipeline does against labelled sets; what is measured runs the same code as the night."""
