"""The licences of all dependencies, into docs/licences.md: python -m benchmarks.licences.

They are those of this environment, found from the program's own requirements
in pyproject.toml on, extras for development left out. One that isn't known to go with Apache-2.0
ends it with status 1.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement

from benchmarks.inputs import ROOT

PAGE = ROOT / "docs" / "licences.md"
EXTRAS = ("int8",)
# What a licence is called in metadata -> its SPDX name.
NAMES = {
    "apache software license": "Apache-2.0", "apache license": "Apache-2.0", "apache 2.0": "Apache-2.0", "apache-2.0": "Apache-2.0", "apache license 2.0": "Apache-2.0", "apache license, version 2.0": "Apache-2.0", "apache license version 2.0": "Apache-2.0", "apache 2.0 license": "Apache-2.0", "apache 2": "Apache-2.0", "apache": "Apache-2.0",
    "mit": "MIT", "mit license": "MIT", "the mit license": "MIT", "mit-0": "MIT-0", "mit-cmu": "MIT-CMU", "hpnd": "HPND", "historical permission notice and disclaimer (hpnd)": "HPND",
    "bsd": "BSD-3-Clause", "bsd license": "BSD-3-Clause", "3-clause bsd license": "BSD-3-Clause", "new bsd": "BSD-3-Clause", "bsd 3-clause": "BSD-3-Clause", "bsd-3-clause": "BSD-3-Clause", "bsd-2-clause": "BSD-2-Clause", "bsd 3-clause license": "BSD-3-Clause", "simplified bsd": "BSD-2-Clause",
    "isc": "ISC", "isc license (iscl)": "ISC", "0bsd": "0BSD", "zlib": "Zlib", "unlicense": "Unlicense", "the unlicense (unlicense)": "Unlicense", "cc0-1.0": "CC0-1.0", "bsl-1.0": "BSL-1.0", "libtiff": "libtiff", "ijg": "IJG",
    "psf-2.0": "PSF-2.0", "python software foundation license": "PSF-2.0", "python-2.0": "PSF-2.0", "psf": "PSF-2.0", "cnri-python": "CNRI-Python",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0", "mpl-2.0": "MPL-2.0", "mpl 2.0": "MPL-2.0",
}  # fmt: skip
# Permissive, or weak copyleft that asks nothing of a program which only imports it.
COMPATIBLE = frozenset(NAMES.values()) | {"LLVM-exception"}
# Metadata that names no licence; what the package's own licence file says.
READ: dict[str, str] = {}


def main() -> None:
    rows, odd = [], []
    for found in dependencies():
        name, licence = str(found.metadata["Name"]), licence_of(found)
        rows.append(f"| {name} | {found.version} | {licence or 'not stated'} |")
        if not is_compatible(licence):
            odd.append(f"{name}: {licence or 'not stated'}")
    page = (
        "# Licences\n\ncareers-qa is licensed under Apache-2.0. It needs these packages, which it doesn't contain; the "
        "list is that of one environment, with what the packages say of themselves "
        "(`python -m benchmarks.licences`). Extras for development are left out. "
        "`tests/test_licences.py` fails for a licence that isn't known to be compatible.\n\n"
        "| package | version | licence |\n| --- | --- | --- |\n"
    )
    PAGE.write_text(page + "\n".join(rows) + "\n", encoding="utf-8")
    if odd:
        print("Not known to be compatible:", *odd, sep="\n", file=sys.stderr)
        sys.exit(1)


def dependencies() -> list[Distribution]:
    """Every installed package that the program needs, by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    own = [*project["dependencies"], *(t for extra in EXTRAS for t in project["optional-dependencies"][extra])]
    found: dict[str, Distribution] = {}
    rest = [Requirement(text) for text in own]
    seen: set[tuple[str, str]] = set()
    while rest:
        needed = rest.pop()
        wanted = {(_plain(needed.name), extra) for extra in ("", *needed.extras)}
        if wanted <= seen:
            continue
        seen |= wanted
        try:
            package = distribution(needed.name)
        except PackageNotFoundError:
            continue  # for another system or Python, or an extra that isn't installed
        found[_plain(needed.name)] = package
        rest += _needs(package, ("", *needed.extras))
    return [found[key] for key in sorted(found)]


def _needs(package: Distribution, extras: tuple[str, ...]) -> Iterator[Requirement]:
    for text in package.requires or ():
        needed = Requirement(text)
        if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
            yield needed


def licence_of(package: Distribution) -> str:
    """What a package says of its licence, as an SPDX expression where that is known; "" for nothing."""
    meta = package.metadata
    if "License-Expression" in meta:
        return str(meta["License-Expression"])
    classifiers = [c.rsplit(" :: ", 1)[-1] for c in meta.get_all("Classifier") or () if c.startswith("License :: ")]
    said = [c for c in classifiers if c.lower() != "osi approved"]
    said = said or [str(text).split("\n")[0] for text in meta.get_all("License") or ()][:1]
    named = [NAMES.get(s.strip().lower(), s.strip()) for s in said if s.strip()]
    return " AND ".join(dict.fromkeys(named)) or READ.get(_plain(str(meta["Name"])), "")


def is_compatible(licence: str) -> bool:
    """Whether every part of an expression is on the list, of alternatives one."""
    if not licence:
        return False
    parts = re.split(r"\s+AND\s+", licence.replace("(", " ").replace(")", " ").strip())
    return all(any(_known(choice.strip()) for choice in re.split(r"\s+OR\s+|/", part)) for part in parts)


def _known(name: str) -> bool:
    base = name.partition(" WITH ")[0].strip()
    return NAMES.get(base.lower(), base) in COMPATIBLE


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    main()
