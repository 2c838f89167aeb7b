"""What the figures were measured on: processor, cores, memory, date."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from pathlib import Path


def describe() -> dict[str, str]:
    """The machine and the day, as the tables state them."""
    return {
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.0f} GiB",
        "python": platform.python_version(),
        "date": datetime.now(UTC).date().isoformat(),
        "load": f"{os.getloadavg()[0]:.1f}",
    }


def sentence(machine: dict[str, str]) -> str:
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory']} of memory, Python {machine['python']}, "
        f"{machine['date']}; load before the run {machine['load']}."
    )


def _processor() -> str:
    """Its name, with the instructions that encoders profit from."""
    facts: dict[str, str] = {}
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        facts.setdefault(name.strip(), value.strip())
    flags = set(facts.get("flags", "").split())
    known = {"avx2": "AVX2", "avx512f": "AVX-512", "avx512_bf16": "bf16", "avx512_vnni": "VNNI", "amx_bf16": "AMX"}
    extras = [label for flag, label in known.items() if flag in flags]
    name = facts.get("model name") or platform.machine()
    return f"{name} ({', '.join(extras)})" if extras else name
