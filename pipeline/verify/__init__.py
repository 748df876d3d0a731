"""Check what a model wrote against what it cites. Every check is a pure function from (sentence, evidence) to reasons."""
