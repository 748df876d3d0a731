"""From passages to a draft: evidence picked without a model, a prompt, a grammar, and the reply parsed."""
