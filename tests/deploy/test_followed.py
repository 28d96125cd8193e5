"""What docs/operations.md says, done word for word on a fresh machine: every recipe starts what
`okrsync init` wrote, with its mappings, workbooks, keys and state.

The machine is a mount namespace in which /etc, /opt, /srv and the like are folders of the test, so
the commands of the page run as they stand there. Where a tool cannot run here (systemd, a container
engine, a cluster), a stand-in does what it is documented to do with the files that it is given.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from okrsync import __version__
from okrsync.cli import okrsync
from okrsync.cli.errors import run
from okrsync_sandbox import Sandbox

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "operations.md"
FOLDERS = ("etc", "opt", "srv", "var/lib", "usr/local/sbin", "run")
BIN = Path(sys.executable).parent
WHEEL = f"okrsync-{__version__}-py3-none-any.whl"


def can_unshare() -> bool:
    # Bind mounts need rights that some containers withhold from root.
    probe = ["unshare", "--mount", "sh", "-c", "mount --bind /srv /srv"]
    return (
        os.geteuid() == 0
        and shutil.which("unshare") is not None
        and subprocess.run(probe, capture_output=True, check=False).returncode == 0
    )


pytestmark = pytest.mark.skipif(
    not can_unshare(), reason="this machine lets nobody make a machine of its own (unshare)"
)


def blocks(heading: str) -> list[str]:
    """The blocks of commands below a heading of the page."""
    text = PAGE.read_text(encoding="utf-8")
    section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"```\n(.*?)```", section, re.DOTALL)


class Machine:
    """A machine of its own, and the folder from which somebody sets it up."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.environment = environment
        for name in FOLDERS:
            (folder / name).mkdir(parents=True)
        shutil.copytree("/etc", folder / "etc", symlinks=True, dirs_exist_ok=True)
        shutil.copytree(Path(__file__).parent / "stand_ins", folder / "tools")
        (folder / "tools" / "systemd-run").symlink_to("systemctl")
        self.home.mkdir()
        (self.home / "deploy").symlink_to(ROOT / "deploy")

    def tool(self, name: str, text: str) -> None:
        path = self.folder / "tools" / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)

    def path(self, absolute: str) -> Path:
        return self.folder / absolute.lstrip("/")

    def run(self, script: str, **more: Any) -> subprocess.CompletedProcess[str]:
        """Run commands there, each as on the page; the first that fails ends them."""
        mounts = [f"mount --bind {self.folder / name} /{name}" for name in FOLDERS]
        return subprocess.run(
            ["unshare", "--mount", "bash", "-ec", "\n".join([*mounts, script])],
            cwd=more.pop("cwd", self.home),
            env={
                "PATH": f"{self.folder / 'tools'}:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin",
                "HOME": str(self.home),
                "TEST_PYTHON": sys.executable,
                "TEST_WHEEL": WHEEL,
                **self.environment,
                **more,
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def follow(self, script: str, **more: Any) -> str:
        done = self.run(script, **more)
        assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def answers(self, path: str) -> list[Any]:
        """The column of statuses beside the rows of the workbook."""
        book = openpyxl.load_workbook(self.path(path))
        assert book.active is not None
        rows = list(book.active.iter_rows(values_only=True))
        column = rows[0].index("Status")
        return [row[column] for row in rows[1:]]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def machine(tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine on which `okrsync init` has set up a workbook and a Notion database."""
    notion = sandbox.notion
    ada, bot = notion.person("ada@acme.example", "Ada"), notion.connect("okrsync")
    home = ada.new_page("Company")
    columns = {"Objective": "title", "Current": "number", "Target": "number"}
    database, source = ada.new_database("OKRs", columns, home)
    ada.new_row(source, {"Objective": "Grow", "Current": 5, "Target": 9})
    ada.share(home, bot)
    machine = Machine(tmp_path / "machine", {"NOTION_TOKEN": bot.token})
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Objective", "Measure", "Mine", "Now", "Goal"])
    book.active.append(["Grow", "Sign-ups", "Mia", 50, 100])
    (machine.home / "teams").mkdir()
    book.save(machine.home / "teams" / "ops.xlsx")
    monkeypatch.chdir(machine.home)
    assert run(okrsync, ["init", "teams/ops.xlsx", "--yes"]) == 0
    config = machine.home / "okrsync.toml"
    assert 'path = "teams/ops.xlsx"' in config.read_text("utf-8")
    assert (machine.home / "mappings").is_dir()
    config.write_text(
        config.read_text("utf-8") + f'\n[sources.company]\nconnector = "notion"\n'
        f'database = "{sandbox.notion_url(database)}"\napi_endpoint = "{sandbox.endpoint}"\n'
        'token = {env = "NOTION_TOKEN"}   # of the connection okrsync\n'
        "limits = {requests_per_second = 1000000}\n"
        '\n[sources.company.write]\ncolumns = {status = "Status"}\n',
        encoding="utf-8",
    )
    (machine.home / WHEEL).write_bytes(b"")
    return machine


def test_systemd(machine: Machine, sandbox: Sandbox) -> None:
    setting_up, user = blocks("systemd")
    first, rest = setting_up.split("systemctl daemon-reload\n")
    # The page has the user made before the first run.
    machine.follow(first + user)
    said = machine.follow("systemctl daemon-reload\n" + rest)
    assert "2 sources" in said or '"sources": 2' in said
    assert machine.answers("/srv/okrs/ops.xlsx")[0] is not None
    assert machine.path("/var/lib/okrsync/okrsync.db").is_file()
    config = machine.path("/etc/okrsync/okrsync.toml").read_text("utf-8")
    token = machine.environment["NOTION_TOKEN"]
    assert token not in config
    assert "# of the connection okrsync" in config, "comments stay"
    key = machine.path("/etc/okrsync/credentials/notion-token")
    assert key.read_text("utf-8") == token
    assert key.stat().st_mode & 0o077 == 0
    # Nothing of what was set up before is touched, and nothing is left of it here.
    before = (machine.home / "teams" / "ops.xlsx").read_bytes()
    assert before != machine.path("/srv/okrs/ops.xlsx").read_bytes()
    assert not (machine.home / "okrsync.db").exists()
    assert "8 changes written" in machine.follow("okrsync-run history")
    machine.follow("okrsync-run undo last")
    with pytest.raises(ValueError, match="not in tuple"):
        machine.answers("/srv/okrs/ops.xlsx")
    # As the one on duty: a key that is gone.
    key.unlink()
    broken = machine.run("systemctl start okrsync.service")
    assert broken.returncode == 243
    assert "notion-token" in machine.path("/run/journal").read_text("utf-8")


def test_what_is_there_already_stays(machine: Machine) -> None:
    taken = next(line for line in blocks("systemd")[0].splitlines() if "take_along" in line)
    script = taken.replace("/opt/okrsync/bin/python", sys.executable)
    machine.path("/srv/okrs").mkdir()
    machine.path("/srv/okrs/ops.xlsx").write_bytes(b"of the team")
    machine.follow(script)
    assert machine.path("/srv/okrs/ops.xlsx").read_bytes() == b"of the team"
    again = machine.run(script)
    assert again.returncode == 1
    assert "is there already" in again.stderr


def test_container(machine: Machine) -> None:
    (script,) = blocks("Container")
    assert "company" in machine.follow(script)
    synced = script[script.index("docker run") :].replace(" check\n", " watch --once\n")
    machine.follow(synced, NOTION_TOKEN="gone")
    assert machine.answers("/srv/okrs/ops.xlsx")[0] is not None
    assert machine.path("/run/volumes/okrsync-state/okrsync.db").is_file()


def test_kubernetes(machine: Machine) -> None:
    script = blocks("Kubernetes")[0]
    machine.follow(script)
    manifest = machine.path("/run/cluster/manifest.yaml").read_text("utf-8")
    (job,) = [part for part in yaml.safe_load_all(manifest) if part["kind"] == "CronJob"]
    pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    kept = {
        volume["name"]: (volume.get("configMap") or volume.get("secret") or {})
        for volume in pod["volumes"]
    }
    mounts = []
    for mount in pod["containers"][0]["volumeMounts"]:
        if mount["mountPath"] == "/tmp":  # the test itself lives there
            continue
        name = kept[mount["name"]].get("name") or kept[mount["name"]].get("secretName")
        source = f"/run/cluster/{name}" if name else f"/run/volumes/{mount['name']}"
        mounts.append(f"mkdir -p {source} {mount['mountPath']}")
        mounts.append(f"mount --bind {source} {mount['mountPath']}")
    args = " ".join(pod["containers"][0]["args"])
    command = f"env -i PATH=/usr/bin:/bin {BIN}/okrsync --config /etc/okrsync/okrsync.toml {args}"
    done = machine.run("\n".join([*sorted(mounts, key=lambda line: line.count("/")), command]))
    assert done.returncode == 0, done.stderr
    assert machine.answers("/srv/okrs/ops.xlsx")[0] is not None


def test_github(machine: Machine) -> None:
    (script,) = blocks("GitHub Actions")
    repository = machine.home / "REPOSITORY"
    machine.follow(script)
    assert (repository / WHEEL).exists()
    text = (repository / ".github" / "workflows" / "okrsync.yml").read_text("utf-8")
    steps = yaml.safe_load(text)["jobs"]["sync"]["steps"]
    (run,) = [step["run"] for step in steps if step["name"] == "Sync"]
    shutil.copytree(machine.home / "teams", repository / "teams")
    machine.tool("okrsync", f'#!/bin/sh\nexec {BIN}/okrsync "$@"\n')
    machine.follow(run, cwd=repository)
    assert (repository / "okrsync.db").is_file()


def test_cron(machine: Machine) -> None:
    (script,) = blocks("cron")
    machine.follow(script)
    lines = machine.path("/etc/cron.d/okrsync").read_text("utf-8").splitlines()
    (line,) = [line for line in lines if " okrsync flock" in line]
    command = line.split(None, 6)[6]
    said = machine.follow(command, NOTION_TOKEN="gone")
    assert said == "", "cron mails whatever is printed"
    assert machine.answers("/srv/okrs/ops.xlsx")[0] is not None
    machine.path("/etc/okrsync/okrsync.toml").write_text("sources = 1\n", encoding="utf-8")
    broken = machine.run(command)
    assert broken.returncode == 2
    assert "okrsync.toml:1" in broken.stdout
