"""The small files of an index in Milvus, and their copy in the index folder.

Encoder, names, tables and manifest lie in Milvus with the passages, and are
copied when an index is opened: a server needs an address and an empty disk.
The copy is an index folder's generation, checked against its manifest.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from qa.config import Settings
from qa.errors import IndexFolderError, StoreError
from qa.stores import folder
from qa.stores.milvus_files import FIELDS, Files
from qa.stores.milvus_layout import (
    FORMAT,
    GUIDES,
    PASSAGES,
    SECTIONS,
    collection_of,
    generation_of,
    is_of,
)
from qa.stores.milvus_store import Milvus

LAYOUT, GENERATION, INDEX = "milvus_layout", "milvus_generation", "milvus_index"  # in the manifest's settings
_REBUILD = "build it again with careers-qa build"


def copy_folder(settings: Settings) -> Path:
    """Where the copy of an index in Milvus lies."""
    return settings.index / f"milvus-{settings.milvus_collection}"


def generation_in_use(milvus: Milvus, settings: Settings) -> str:
    """The generation that the alias leads to.

    Raises StoreError when there is none, or the alias leads elsewhere.
    """
    alias = settings.milvus_collection
    target = milvus.target(alias)
    if not target:
        raise StoreError(
            f"The Milvus server at {milvus.uri} has no index under the alias {alias}: build it with careers-qa build."
        )
    if not is_of(target, alias):
        raise StoreError(
            f"The alias {alias} of the Milvus server at {milvus.uri} leads to {target}, which isn't an index of "
            "careers-qa: choose another name with milvus_collection."
        )
    return generation_of(target)


def in_use_name(milvus: Milvus, settings: Settings) -> str:
    """A name that changes with every build and calibration, or "" when there is no index."""
    if not milvus.target(settings.milvus_collection):
        return ""
    generation = generation_in_use(milvus, settings)
    found = Files(milvus, generation).get([folder.MANIFEST])
    return f"{generation}-{sha256(found.get(folder.MANIFEST, b'')).hexdigest()[:12]}"


def refreshed(milvus: Milvus, settings: Settings) -> tuple[Path, folder.Manifest]:
    """The copy of the index in use and its manifest, copied anew if it isn't that.

    Raises StoreError for an index of another format, or one that isn't whole.
    """
    generation = generation_in_use(milvus, settings)
    files = Files(milvus, generation)
    if not milvus.fields(files.collection).keys() >= FIELDS:
        raise StoreError(
            f"The collection {files.collection} at {milvus.uri} hasn't the fields of an index: {_REBUILD}."
        )
    found = files.get([folder.MANIFEST])
    manifest = folder.manifest_of(found.get(folder.MANIFEST, b""), f"Milvus's collection {files.collection}")
    if manifest.settings.get(LAYOUT) != FORMAT:
        raise StoreError(
            f"The index in Milvus's collection {files.collection} is of layout {manifest.settings.get(LAYOUT)}, "
            f"this program reads {FORMAT}: {_REBUILD}."
        )
    where = copy_folder(settings)
    try:
        own = folder.require_whole(where)
        if own[1] == manifest:
            return own
    except IndexFolderError:
        pass  # there is none yet, or it is damaged
    with folder.new_generation(where) as work:
        for name in sorted(manifest.files):
            path = work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files.read(name))
        folder.commit(where, work, manifest)
    own = folder.current(where)
    if own[1] != manifest:
        raise StoreError(
            f"The files in Milvus's collection {files.collection} aren't those of its manifest: {_REBUILD}."
        )
    return own


def publish(milvus: Milvus, generation: str, where: Path) -> None:
    """Put a built generation's files into Milvus, the manifest last."""
    files = Files(milvus, generation)
    paths = sorted(p for p in where.rglob("*") if p.is_file() and p.name != folder.MANIFEST)
    for path in paths:
        files.put({path.relative_to(where).as_posix(): path.read_bytes()})
    files.put({folder.MANIFEST: (where / folder.MANIFEST).read_bytes()})
    milvus.complete(files.collection)


def faults(milvus: Milvus, settings: Settings, manifest: folder.Manifest) -> list[str]:
    """A sentence for each collection that isn't as the manifest says."""
    generation = str(manifest.settings[GENERATION])
    wanted = {PASSAGES: manifest.passages, SECTIONS: manifest.sections, GUIDES: manifest.documents}
    found = []
    for kind, rows in wanted.items():
        name = collection_of(generation, kind)
        if name not in milvus.collections():
            found.append(f"The collection {name} is missing.")
        elif kind != GUIDES and milvus.fields(name).get("vector") != manifest.dim:
            found.append(f"The collection {name} hasn't vectors of {manifest.dim} dimensions.")
        elif (count := milvus.count(name)) != rows:
            found.append(f"The collection {name} has {count} rows, not {rows}.")
    return found
