"""The assistant in use, which a reload can swap."""

from __future__ import annotations

from qa.assistant import Assistant
from qa.errors import NotReadyError


class Holder:
    """Holds the assistant in use. Whoever answers takes it once a request,
    so that a swap never changes the index under an answer."""

    def __init__(self, assistant: Assistant | None = None) -> None:
        self._assistant = assistant

    @property
    def ready(self) -> bool:
        return self._assistant is not None

    @property
    def current(self) -> Assistant:
        """The assistant in use. Raises NotReadyError when there is none yet."""
        if self._assistant is None:
            raise NotReadyError("The guides aren't loaded yet: try again in a moment.")
        return self._assistant

    def swap(self, assistant: Assistant) -> None:
        self._assistant = assistant
