"""Where vectors, words and documents lie."""
