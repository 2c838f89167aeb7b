"""Errors that people see: one sentence that says what, where and what next."""

from __future__ import annotations


class QAError(Exception):
    """The base of every error that this program raises on purpose."""


class ConfigError(QAError):
    """A setting can't be used."""


class ReadError(QAError):
    """A file can't be read as a guide."""


class CorpusError(QAError):
    """A corpus folder gives nothing to index."""


class ModelError(QAError):
    """A model can't be found, or isn't the one that it should be."""


class IndexFolderError(QAError):
    """An index is missing, broken, or of another format or model."""


class StoreError(IndexFolderError):
    """A Milvus server can't be reached, or what it holds can't be used."""


class QuestionError(QAError):
    """A question, its history or a filter can't be taken."""


class QuestionSetError(QAError):
    """A question set, an earlier run or a bound can't be used."""


class CitationError(QAError):
    """A quote isn't where its citation says it is."""


class PassageError(QAError):
    """A passage isn't the text at its offsets, or is longer than the model reads."""


class FeedbackError(QAError):
    """A vote can't be kept or read."""


class BusyError(QAError):
    """As many questions wait for an answer as may wait."""


class NotReadyError(QAError):
    """There is no index in use to answer from."""
