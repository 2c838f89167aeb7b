"""Files to documents, sections and passages; and encoders."""
