"""Finding sections for a question."""
