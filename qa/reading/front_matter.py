"""The YAML block at the head of a Markdown guide."""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

from qa.errors import ReadError
from qa.reading.files import is_whole

_FENCED = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)

# Keys with a place of their own in a Document; all others are metadata.
_TITLE, _ALIASES, _URL, _SOURCE_URL = "title", "aliases", "url", "source_url"


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """``url`` is the guide's own page, ``source_url`` the page that it is drawn from."""

    title: str
    aliases: tuple[str, ...]
    url: str
    source_url: str
    metadata: dict[str, str]


def split_front_matter(text: str) -> tuple[FrontMatter, str]:
    """Take the front matter off a guide; give it and the text that follows.

    Raises ReadError when the block isn't a YAML mapping of plain values.
    """
    found = _FENCED.match(text)
    if not found:
        return FrontMatter("", (), "", "", {}), text
    try:
        values = yaml.safe_load(found[1])
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 2}" if mark else ""
        raise ReadError(f"its front matter isn't YAML{where}: mend it or take it out") from error
    # A date such as 2024-13-45, a number of thousands of digits, or of none, raise errors of their own.
    except (ValueError, TypeError, LookupError, OverflowError, AttributeError) as error:
        raise ReadError(f"its front matter has a value that can't be read ({error}): put it in quotes") from error
    except RecursionError as error:
        raise ReadError("its front matter is nested too deep: give each key one value or a list of values") from error
    if not isinstance(values, dict):
        if values is None or isinstance(values, str):  # two rules, not front matter
            return FrontMatter("", (), "", "", {}), text
        raise ReadError("its front matter isn't a list of `key: value` lines: mend it or take it out")
    plain = {str(key): _plain(str(key), value) for key, value in values.items()}
    if not is_whole("".join([*plain, *plain.values()])):
        raise ReadError("its front matter has half of a surrogate pair in it: write the whole character")
    aliases = values.get(_ALIASES) or []
    names = aliases if isinstance(aliases, list) else str(aliases).split(",")
    return (
        FrontMatter(
            title=plain.get(_TITLE, ""),
            aliases=tuple(str(name).strip() for name in names if str(name).strip()),
            url=plain.get(_URL, ""),
            source_url=plain.get(_SOURCE_URL, ""),
            metadata={k: v for k, v in plain.items() if k not in (_TITLE, _ALIASES, _URL, _SOURCE_URL) and v},
        ),
        text[found.end() :],
    )


def _plain(key: str, value: object) -> str:
    if isinstance(value, list) and not any(isinstance(v, (list, dict)) for v in value):
        return ", ".join(str(v) for v in value)
    if isinstance(value, (list, dict)):
        raise ReadError(f"its front matter's `{key}` is nested: give it one value or a list of values")
    return "" if value is None else str(value)
