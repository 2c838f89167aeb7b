"""What deploy/ holds is whole and agrees with the package."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

from deploy.serving_requirements import BUILD_ONLY, closure, roots
from qa.config import Settings
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
VARIABLE = re.compile(r"CAREERS_QA_([A-Z_]+)")
FILES = sorted(p for p in DEPLOY.iterdir() if p.is_file() and p.suffix not in (".py", ".txt"))


def pins(name: str) -> dict[str, str]:
    lines = (DEPLOY / name).read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


def test_the_serving_list_is_what_serving_needs() -> None:
    listed = pins("serving-requirements.txt")
    # Versions differ from machine to machine, and with them a few names far down.
    missing = {r.name.lower() for r in roots()} - set(listed)
    assert not missing, f"run deploy/serving_requirements.py: {missing}"
    assert len(set(closure(roots())) ^ set(listed)) <= 10
    for requirement in roots():
        assert requirement.specifier.contains(Version(listed[requirement.name.lower()])), requirement
    assert not {"transformers", *BUILD_ONLY} & set(listed)


def test_an_extra_adds_to_the_serving_list() -> None:
    listed = pins("serving-milvus.txt")
    assert "pymilvus" in listed
    assert not set(listed) & set(pins("serving-requirements.txt"))
    for requirement in roots("milvus"):
        assert requirement.specifier.contains(Version(listed[requirement.name.lower()]))


def test_serving_imports_nothing_that_only_building_needs(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "class Refuse:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in {'torch', 'transformers', 'sentence_transformers', 'scipy', 'ir_measures'}:\n"
        "            raise ModuleNotFoundError(name, name=name)\n"
        "sys.meta_path.insert(0, Refuse())\n"
        "import qa.server.run, qa.server.app, qa.assistant\n"
        "from qa.cli import main\n"
        "main(sys.argv[1:])\n"
    )

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", code, *words]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, timeout=300)

    assert run("--help").returncode == 0
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.md").write_text("# Nurse\n\nNurses care for people.\n")
    built = run("build", "--quiet")
    assert built.returncode == 1
    assert "pip install careers-qa" in built.stderr
    assert "Traceback" not in built.stderr


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_every_variable_is_a_setting(path: Path) -> None:
    known = {name.upper() for name in Settings.model_fields} | {"CONFIG"}
    named = set(VARIABLE.findall(path.read_text(encoding="utf-8")))
    assert named <= known


def compose(name: str) -> dict[str, Any]:
    values: dict[str, Any] = yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))
    return values


def test_the_compose_file_is_whole() -> None:
    file = compose("compose.yaml")
    assistant, proxy = file["services"]["assistant"], file["services"]["proxy"]
    assert "ports" not in assistant, "only the proxy is reached from outside"
    assert (
        assistant["environment"]["CAREERS_QA_TRUSTED_PROXIES"]
        == file["networks"]["inside"]["ipam"]["config"][0]["subnet"]
    )
    assert "443:443" in proxy["ports"]
    stages = re.findall(r"AS (\w+)$", (DEPLOY / "Containerfile").read_text(), re.MULTILINE)
    for service in file["services"].values():
        for volume in service.get("volumes", ()):
            source = re.sub(r"\$\{\w+:-(.*)\}(?=:)", r"\1", volume).split(":")[0]
            assert source in file["volumes"] or (DEPLOY / source).exists(), source
        assert set(service.get("networks", ())) <= set(file["networks"])
        if "build" in service:
            assert service["build"]["target"] in stages
            assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()


def test_the_milvus_file_adds_to_it() -> None:
    base, more = compose("compose.yaml"), compose("compose.milvus.yaml")
    services = {**base["services"], **more["services"]}
    for service in more["services"].values():
        assert set(service.get("depends_on", ())) <= set(services)
        assert set(service.get("networks", ())) <= set(base["networks"])
        for volume in service.get("volumes", ()):
            assert volume.split(":")[0] in more["volumes"]
    for name in ("assistant", "builder"):
        assert more["services"][name]["environment"]["CAREERS_QA_MILVUS_URI"] == "http://milvus:19530"


def test_what_the_containerfile_copies_is_there() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("${GUIDES}", "corpus")
    for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
    torch = next(r for r in map(Requirement, _dependencies()) if r.name == "torch")
    assert f"torch{torch.specifier}" in text


def _dependencies() -> list[str]:
    import tomllib

    lines: list[str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    return lines


def test_the_units_go_by_the_same_settings() -> None:
    named = [
        set(re.findall(r"^Environment=CAREERS_QA_(?:CONFIG|INDEX)=.+$", path.read_text(encoding="utf-8"), re.MULTILINE))
        for path in DEPLOY.glob("*.service")
    ]
    assert [len(lines) for lines in named] == [2, 2]
    assert named[0] == named[1]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze isn't here")
@pytest.mark.parametrize(("unit", "least"), [("careers-qa.service", 20), ("careers-qa-build.service", 30)])
def test_the_units_are_sound_and_hardened(tmp_path: Path, unit: str, least: int) -> None:
    text = (DEPLOY / unit).read_text(encoding="utf-8")
    # The programs that they start are not on this machine.
    text = re.sub(r"/opt/[\w/-]+/careers-qa|/usr/bin/systemctl", "/bin/true", text)
    (tmp_path / unit).write_text(text)
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / unit)], capture_output=True, text=True, check=False
    )
    assert verified.returncode == 0, verified.stderr
    rated = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", f"--threshold={least}", str(tmp_path / unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert rated.returncode == 0, rated.stdout[-2000:]


@pytest.mark.parametrize("page", ["deployment.md", "files.md"])
def test_the_pages_name_files_that_are_there(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    for name in re.findall(r"deploy/[\w./-]*\w", text):
        assert (ROOT / name).exists() or name == "deploy/.env", name
    for link in re.findall(r"\]\((?!http)([^)#]+)", text):
        assert (ROOT / "docs" / link).exists(), link
