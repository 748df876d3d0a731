"""Is this machine fit, and is this archive whole: each answer with what was found and how to mend it."""
