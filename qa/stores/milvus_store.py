"""A Milvus server: connecting, its collections, and calls that fail in one sentence.

The text search is Milvus's own BM25 function. Its input is the terms that
the word store would score, each written as a short code that every tokenizer
leaves whole, so both stores score the same terms.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qa.config import Settings
from qa.errors import StoreError
from qa.stores.milvus_layout import FILES, GUIDES, LONGEST_TEXT, PASSAGES, SECTIONS, VectorIndex
from qa.stores.words import Scheme

Row = dict[str, Any]

MOST = 16_384  # rows that Milvus gives at once
_ATTEMPTS, _PAUSE = 3, 0.5  # to connect, with so many seconds between; calls are repeated by pymilvus within their time
_WRITTEN = 250  # rows at once: at most 16 MB, a quarter of what Milvus takes
_BRIEF = 2  # seconds for what a probe waits for
_WIDTHS = ("ef", "search_list")
_SLOW = 60  # flushing and loading may take so many times a call's time


class Milvus:
    """A connection, safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        """Connect. Raises StoreError when pymilvus isn't installed or the server doesn't answer."""
        try:
            import pymilvus
        except ImportError as error:
            raise StoreError(
                'The store milvus needs an extra that isn\'t installed: type pip install "careers-qa[milvus]".'
            ) from error
        # It logs a traceback for each error, which is told in a sentence here.
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL + 1)
        self.uri = settings.milvus_uri
        self.timeout = settings.milvus_timeout
        self._replicas = settings.milvus_replicas
        self._lib = pymilvus
        self._client = self._connected(settings)

    def _connected(self, settings: Settings) -> Any:
        if not self.uri.startswith(("http://", "https://", "tcp://", "unix:")):
            raise StoreError(
                f"The setting milvus_uri is {self.uri}, which isn't a server's address: "
                "give one such as http://127.0.0.1:19530."
            )
        for attempt in range(_ATTEMPTS):
            try:
                return self._lib.MilvusClient(
                    uri=self.uri, token=settings.milvus_token.get_secret_value(), timeout=self.timeout
                )
            except Exception as error:  # pymilvus raises several kinds
                failure = error
            if attempt + 1 < _ATTEMPTS:
                time.sleep(_PAUSE * (attempt + 1))
        raise self._fault(failure) from failure

    def call(self, name: str, *values: Any, slow: bool = False, brief: bool = False, **named: Any) -> Any:
        """Call the client; a server that is gone is tried again until the time is up.

        ``slow`` gives a call more time, ``brief`` less. Raises StoreError for
        whatever goes wrong.
        """
        time_left = self.timeout * _SLOW if slow else min(self.timeout, _BRIEF) if brief else self.timeout
        try:
            return getattr(self._client, name)(*values, timeout=time_left, **named)
        except Exception as error:
            raise self._fault(error) from error

    def _fault(self, error: Exception) -> StoreError:
        text = " ".join(str(getattr(error, "message", "") or error).split())
        lower = text.lower()
        if any(sign in lower for sign in ("deadline", "timeout", "timed out")) and "refused" not in lower:
            return StoreError(
                f"The Milvus server at {self.uri} didn't answer within {self.timeout:g} seconds: "
                "see to its load, or raise milvus_timeout."
            )
        if any(sign in lower for sign in ("unavailable", "fail connecting", "connection", "closed channel")):
            return StoreError(
                f"The Milvus server at {self.uri} can't be reached: start it, or mend the setting milvus_uri."
            )
        return StoreError(
            f"The Milvus server at {self.uri} refused a call ({text[:300].rstrip('.')}): "
            "see its log, or build the index again with careers-qa build."
        )

    # What is there.

    def target(self, alias: str) -> str:
        """The collection that an alias leads to, or "" when there is no such alias."""
        if alias not in self.call("list_aliases")["aliases"]:
            return ""
        return str(self.call("describe_alias", alias)["collection_name"])

    def collections(self) -> list[str]:
        return sorted(self.call("list_collections"))

    def fields(self, collection: str, brief: bool = False) -> dict[str, int]:
        """The fields of a collection, each with its dimension, 0 where it has none."""
        described = self.call("describe_collection", collection, brief=brief)
        return {f["name"]: int(f["params"].get("dim", 0)) for f in described["fields"]}

    def count(self, collection: str) -> int:
        found = self.call("query", collection, filter="", output_fields=["count(*)"], consistency_level="Strong")
        return int(found[0]["count(*)"])

    # Writing.

    def create(self, collection: str, kind: str, dim: int, schemes: Mapping[str, Scheme] | None = None) -> None:
        """Create a collection of a kind, unless it is there, and index all but the vectors of passages and sections.

        ``schemes`` are those that texts are scored by, under their fields.
        """
        if collection in self.collections():
            return
        schema, indexes = self._schema(kind, dim, schemes or {})
        try:
            self.call("create_collection", collection, schema=schema, index_params=indexes, slow=True)
        except StoreError:  # another builder was faster
            if collection not in self.collections():
                raise

    def _schema(self, kind: str, dim: int, schemes: Mapping[str, Scheme]) -> tuple[Any, Any]:
        types = self._lib.DataType
        schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
        indexes = self._client.prepare_index_params()
        text = {"datatype": types.VARCHAR, "max_length": LONGEST_TEXT}
        codes = {**text, "enable_analyzer": True, "analyzer_params": {"tokenizer": "standard"}}

        def words(name: str, scheme: Scheme) -> None:
            schema.add_field(name, **codes)
            schema.add_field(f"{name}_bm25", types.SPARSE_FLOAT_VECTOR)
            function = self._lib.Function(
                name=f"{name}_bm25",
                function_type=self._lib.FunctionType.BM25,
                input_field_names=[name],
                output_field_names=[f"{name}_bm25"],
            )
            schema.add_function(function)
            params = _nested({"bm25_k1": scheme.k1, "bm25_b": scheme.b})
            indexes.add_index(f"{name}_bm25", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params=params)

        def filtered(name: str, **described: Any) -> None:
            schema.add_field(name, **described)
            indexes.add_index(name, index_type="INVERTED")

        if kind == FILES:
            schema.add_field("id", types.VARCHAR, max_length=600, is_primary=True)
            filtered("name", datatype=types.VARCHAR, max_length=600)
            schema.add_field("part", types.INT64)
            schema.add_field("content", **text)
        else:
            schema.add_field("id", types.INT64, is_primary=True)
        if kind == PASSAGES:
            filtered("section", datatype=types.INT64)
            schema.add_field("start", types.INT64)
            schema.add_field("end", types.INT64)
        if kind in (PASSAGES, SECTIONS):
            filtered("key", datatype=types.VARCHAR, max_length=32)
        if kind == SECTIONS:
            # Twenty rows a question: on disk, not in the memory of query nodes.
            schema.add_field("signs", types.VARCHAR, max_length=LONGEST_TEXT, mmap_enabled=True)
        if kind == GUIDES:
            schema.add_field("name", types.VARCHAR, max_length=LONGEST_TEXT)
        for name, scheme in schemes.items():
            words(name, scheme)
        if kind in (FILES, GUIDES):  # a collection must have a vector
            schema.add_field("vector", types.FLOAT_VECTOR, dim=2)
            indexes.add_index("vector", index_type="FLAT", metric_type="IP")
        else:
            schema.add_field("vector", types.FLOAT_VECTOR, dim=dim)
        return schema, indexes

    def index_vectors(self, collection: str, index: VectorIndex) -> None:
        """Index the vectors of passages or sections, once all are written."""
        indexes = self._client.prepare_index_params()
        indexes.add_index("vector", index_type=index.kind, metric_type="IP", params=_nested(index.build))
        self.call("create_index", collection, indexes, slow=True)

    def write(self, collection: str, rows: Sequence[Row]) -> None:
        """Write rows, over those of the same id."""
        for first in range(0, len(rows), _WRITTEN):
            self.call("upsert", collection, list(rows[first : first + _WRITTEN]), slow=True)

    def complete(self, collection: str) -> None:
        """Have what was written indexed and ready for search."""
        self.call("flush", collection, slow=True)
        self.call("load_collection", collection, replica_number=self._replicas, slow=True)

    def lead(self, alias: str, collection: str) -> None:
        """Make an alias lead to a collection, in one step for those who read."""
        name = "alter_alias" if self.target(alias) else "create_alias"
        self.call(name, collection_name=collection, alias=alias)

    def drop(self, collection: str) -> None:
        self.call("drop_collection", collection)

    # Reading.

    def nearest(
        self,
        collection: str,
        asked: Sequence[float] | str,
        k: int,
        *,
        field: str = "vector",
        within: str = "",
        search: Mapping[str, int] | None = None,
        output: Sequence[str] = ("id",),
    ) -> list[tuple[float, Row]]:
        """The k best rows for a vector, or for codes where ``field`` is one of BM25; with their scores."""
        metric = "IP" if field == "vector" else "BM25"
        # What HNSW and DiskANN look through may not be less than what is asked for.
        looked = {name: max(value, k) if name in _WIDTHS else value for name, value in (search or {}).items()}
        params = {"metric_type": metric, "params": looked}
        found = self.call(
            "search",
            collection,
            data=[asked],
            anns_field=field,
            limit=min(k, MOST),
            filter=within,
            search_params=params,
            output_fields=list(output),
        )
        # Milvus Lite gives the scores of BM25 below 0.
        sign = abs if metric == "BM25" else float
        return [(sign(hit["distance"]), hit["entity"]) for hit in found[0]]

    def rows(self, collection: str, within: str, output: Sequence[str], consistency: str = "Strong") -> list[Row]:
        """The rows that a filter lets through, as many as Milvus gives at once."""
        found = self.call(
            "query", collection, filter=within, output_fields=list(output), limit=MOST, consistency_level=consistency
        )
        return [dict(row) for row in found]

    def each(self, collection: str, output: Sequence[str], batch: int = 1000) -> Iterator[Row]:
        """Every row, in no order."""
        iterator = self.call("query_iterator", collection, batch_size=batch, output_fields=list(output))
        try:
            while rows := iterator.next():
                yield from (dict(row) for row in rows)
        except Exception as error:
            raise self._fault(error) from error
        finally:
            iterator.close()


def _nested(params: Mapping[str, float]) -> dict[str, Any]:
    """An index's parameters under the key of their own that all servers read, Milvus Lite among them."""
    return {"params": dict(params)} if params else {}
