"""What pydantic finds wrong with a value, in this program's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# By pydantic's name of a fault: what is wrong, and what to do.
_FAULTS = {
    "missing": ("it is missing", "send it"),
    "extra_forbidden": ("there is none of this name", "mend the name or leave it out"),
    "json_invalid": ("it isn't JSON", "send a JSON object, as /api/docs describes it"),
    "string_type": ("it isn't text", "write it in quotes"),
    "path_type": ("it isn't text", "write it in quotes"),
    "string_too_long": ("it is longer than {max_length} characters", "shorten it"),
    "string_pattern_mismatch": ("it doesn't have the form {pattern}", "mend it"),
    "list_type": ("it isn't a list", "write it in square brackets"),
    "tuple_type": ("it isn't a list", "write it in square brackets"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), ("it isn't a whole number", "give one")),
    **dict.fromkeys(("float_type", "float_parsing"), ("it isn't a number", "give one")),
    **dict.fromkeys(("bool_type", "bool_parsing"), ("it is neither true nor false", "write one of them")),
    "greater_than": ("it isn't more than {gt}", "give more"),
    "greater_than_equal": ("it is less than {ge}", "give {ge} or more"),
    "less_than_equal": ("it is more than {le}", "give {le} or less"),
    "literal_error": ("it isn't one of {expected}", "choose one"),
}


def reason(error: Mapping[str, Any]) -> str:
    """Why a value can't be taken, as half a sentence."""
    return _fault(error)[0]


def advice(error: Mapping[str, Any]) -> str:
    """Why a value can't be taken and what to do, without a full stop."""
    return ": ".join(part for part in _fault(error) if part)


def _fault(error: Mapping[str, Any]) -> tuple[str, str]:
    if known := _FAULTS.get(error["type"]):
        what, mend = (part.format_map(error.get("ctx") or {}) for part in known)
        return what, mend
    # What this program's own validators say is whole; of pydantic's other words the capital goes.
    said = str(error["msg"])
    own = said.removeprefix("Value error, ")
    return (own if own != said else said[:1].lower() + said[1:]), ""
