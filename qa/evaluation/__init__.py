"""Measuring retrieval and answers against a question set."""
