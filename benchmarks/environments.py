"""Each system's own virtual environment, made once and kept while its pins hold."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

TORCH = "torch==2.13.0"  # first and pinned, so that a CPU build can serve


def python_of(folder: Path, requirements: Path) -> Path:
    """The Python of an environment with these requirements, made if need be.

    Raises CalledProcessError, with pip's output, when they can't be installed.
    """
    python, stamp = folder / "bin" / "python", folder / "requirements.sha256"
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    if python.is_file() and stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    venv.create(folder, with_pip=True, clear=True)
    for what in ([TORCH], ["-r", str(requirements)]):
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", *what], check=True, stdout=sys.stderr, stderr=subprocess.PIPE
        )
    stamp.write_text(wanted, encoding="utf-8")
    return python
