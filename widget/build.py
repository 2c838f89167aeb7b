"""Makes the widget's one file, qa/server/static/widget.js, from this folder: make widget.

Needs esbuild, which shortens names; it is packaged by npm and by most
distributions. The file's first line holds a digest of the sources, by which a
test tells a file that wasn't made again.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parent
SOURCES = ("widget.js", "widget.css", "texts.json")
BUILT = HERE.parent / "qa" / "server" / "static" / "widget.js"


def digest() -> str:
    """A short name of the sources' present text."""
    return sha256(b"\0".join((HERE / name).read_bytes() for name in SOURCES)).hexdigest()[:12]


def source() -> str:
    """The widget with its style and texts in it; texts as [names, {language: texts}], names only once."""
    script = (HERE / "widget.js").read_text(encoding="utf-8")
    texts = json.loads((HERE / "texts.json").read_text(encoding="utf-8"))
    names = list(texts["en"])
    listed = [names, {language: [own[name] for name in names] for language, own in texts.items()}]
    style = esbuild((HERE / "widget.css").read_text(encoding="utf-8"), "css")
    return script.replace("$TEXTS", json.dumps(listed, ensure_ascii=False)).replace("$CSS", f"`{style.strip()}`")


def esbuild(text: str, loader: str) -> str:
    program = shutil.which("esbuild")
    if program is None:
        sys.exit("There is no esbuild: install it, as with npm install --global esbuild, and run make widget again.")
    options = [f"--loader={loader}", "--minify", "--charset=utf8", "--legal-comments=none"]
    if loader == "js":
        options.append("--target=es2022")
    made = subprocess.run([program, *options], input=text, capture_output=True, text=True, check=True)  # noqa: S603
    return made.stdout


if __name__ == "__main__":
    BUILT.write_text(f"/*! careers-qa widget, Apache-2.0, {digest()} */\n{esbuild(source(), 'js')}", encoding="utf-8")
