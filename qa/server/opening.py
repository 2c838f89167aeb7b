"""What a new chat page shows of the index in use."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import ref

from qa.assistant import Assistant
from qa.server.service import Service
from qa.stores.engine import each_document

# A picker of more guides than that would be a heavy list that nobody reads.
MOST_LISTED = 1000


@dataclass(frozen=True, slots=True)
class Opening:
    """Questions to start with, and the guides to ask within as (title, id),
    by title; none where there are more than MOST_LISTED."""

    starters: tuple[str, ...]
    guides: tuple[tuple[str, str], ...]
    documents: int

    @classmethod
    def of(cls, assistant: Assistant) -> Opening:
        library = assistant.library
        count = len(library.ids)
        listed = each_document(library) if count <= MOST_LISTED else ()
        guides = sorted((document.title, document.id) for document in listed)
        return cls(tuple(assistant.starters()), tuple(guides), count)


class Openings:
    """Works out the opening when the first page asks for it, and again after
    a swap of the index; starting the server waits for none of it."""

    def __init__(self, service: Service) -> None:
        self._service = service
        # Weak, so that it doesn't keep an assistant that is out of use.
        self._last: tuple[ref[Assistant], Opening] | None = None

    async def current(self) -> Opening:
        """Raises NotReadyError and BusyError."""
        assistant = self._service.holder.current
        if self._last is None or self._last[0]() is not assistant:
            self._last = ref(assistant), await self._service.desk.run(Opening.of, assistant)
        return self._last[1]
