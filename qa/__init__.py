"""Answers careers questions with the guides' own words."""

from qa.assistant import Assistant
from qa.types import Answer, Citation, Document, Hit, Related, Section

__all__ = ["Answer", "Assistant", "Citation", "Document", "Hit", "Related", "Section"]
__version__ = "0.1.0"
