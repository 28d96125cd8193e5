"""What is in deploy/ and docs/operations.md fits the program: commands, options, exit codes,
versions; and it is as locked down as it says.
"""

from __future__ import annotations

import configparser
import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import pytest
import yaml

from okrsync import __version__
from okrsync.cli import COMMANDS, okrsync
from okrsync.config import Config, load
from okrsync.config.watch import WatchSettings
from okrsync.model.okrs import Status
from okrsync.report.run_events import RESULTS
from okrsync.watch.metrics import STATES, Metrics

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
OPERATIONS = ROOT / "docs" / "operations.md"
FILES = [path for path in sorted(DEPLOY.rglob("*")) if path.is_file()]


def invocations(text: str) -> Iterator[list[str]]:
    """The words after each `okrsync` that is called in a text, up to what ends a command."""
    for found in re.finditer(
        r"(?<![\w./=-])(?<!--namespace )(?:/[\w./-]*/bin/)?okrsync((?:[ \t]+[^\s`|;&>#)]+)+)", text
    ):
        yield [word.strip("\"',") for word in found[1].split()]


def called_in_markdown(text: str) -> Iterator[list[str]]:
    """The same for what stands in code: between backticks and in blocks."""
    for code in [
        *re.findall(r"```\n(.*?)```", text, re.DOTALL),
        *re.findall(r"`(okrsync [^`\n]+|/opt/[^`\n]+)`", text),
    ]:
        for line in code.replace("\\\n", " ").splitlines():
            yield from invocations(line)


def called_in_files() -> Iterator[list[str]]:
    for path in FILES:
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.lstrip().startswith("#"):
                for words in invocations(line):
                    if words[0] in COMMANDS or words[0].startswith("--"):
                        yield words


def mistakes(words: list[str]) -> list[str]:
    """What in a command line the program does not know."""
    found: list[str] = []
    command: click.Command = okrsync
    known = {option: param for param in okrsync.params for option in param.opts}
    waiting = iter(words)
    for word in waiting:
        if word.startswith(("$", "\\")):
            break
        if word.startswith("-"):
            name, _, value = word.partition("=")
            param = known.get(name)
            if param is None:
                found.append(f"{command.name} has no option {name}")
            elif not value and not getattr(param, "is_flag", False):
                next(waiting, None)
        elif isinstance(command, click.Group):
            below = command.get_command(click.Context(command), word)
            if below is None:
                return [*found, f"there is no command {word}"]
            command = below
            known |= {option: param for param in below.params for option in param.opts}
    return found


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("sync --source growth --json", 0),
        ("--config x.toml sync", 0),
        ("syncc", 1),
        ("sync --sources growth", 1),
        ("history 3 --limt 2", 1),
    ],
)
def test_the_test_itself_knows_right_from_wrong(line: str, wrong: int) -> None:
    assert len(mistakes(line.split())) == wrong


def test_every_command_and_option_named_for_operators_exists() -> None:
    called = [*called_in_markdown(OPERATIONS.read_text(encoding="utf-8")), *called_in_files()]
    assert len(called) > 25
    assert [(" ".join(words), wrong) for words in called if (wrong := mistakes(words))] == []


def test_what_is_started_without_a_shell_exists_too() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    (check,) = re.findall(r"CMD \[(\"okrsync\".*)\]", dockerfile)
    assert mistakes(re.findall(r'"([^"]+)"', check)[1:]) == []
    (default,) = re.findall(r"^CMD \[(.*)\]$", dockerfile, re.MULTILINE)
    assert mistakes(re.findall(r'"([^"]+)"', default)) == []
    assert mistakes(container()["args"]) == []


def test_the_runbook_tells_every_exit_code_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    codes = re.findall(r"^\| (\d+) \| ", readme, re.MULTILINE)
    assert len(codes) >= 9
    assert (
        re.findall(r"^#### (\d+): ", OPERATIONS.read_text(encoding="utf-8"), re.MULTILINE) == codes
    )


def test_links_and_files_named_for_operators_exist() -> None:
    text = OPERATIONS.read_text(encoding="utf-8")
    for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert (OPERATIONS.parent / link).exists(), link
    for path in re.findall(r"\bdeploy/[\w./-]*\w", text):
        assert (ROOT / path).exists(), path


def test_versions_that_are_written_down_are_this_one() -> None:
    for path in [*FILES, OPERATIONS]:
        text = path.read_text(encoding="utf-8")
        for version in re.findall(r"okrsync(?:==|:|-)(\d+\.\d+\.\d+)", text):
            assert version == __version__, path


def test_the_example_configuration_loads_with_the_secrets_a_machine_hands_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (DEPLOY / "okrsync.toml").read_text(encoding="utf-8")
    for name in ("notion-token", "google-service-account.json"):
        assert f"/run/secrets/okrsync/{name}" in text
        assert f'cat "$CREDENTIALS_DIRECTORY/{name}"' in text
        (tmp_path / name).write_text("secret", encoding="utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    under_systemd = re.sub(r"^[^\n]*\n# systemd: ", "", text, flags=re.MULTILINE)
    assert under_systemd.count("command") == 2
    for one in (text.replace("/run/secrets/okrsync", str(tmp_path)), under_systemd):
        (tmp_path / "okrsync.toml").write_text(one, encoding="utf-8")
        config = load(tmp_path / "okrsync.toml")
        assert str(config.state) == "/var/lib/okrsync/okrsync.db"
        assert set(config.sources) == {"company", "growth"}


def load_example() -> Config:
    """The example with stand-ins for what the machine hands over."""
    text = (DEPLOY / "okrsync.toml").read_text(encoding="utf-8")
    with TemporaryDirectory() as folder:
        for name in ("notion-token", "google-service-account.json", "heartbeat-url"):
            (Path(folder) / name).write_text("https://hc.example.com/x", encoding="utf-8")
        path = Path(folder) / "okrsync.toml"
        text = re.sub(r"^# (heartbeat|metrics_file|listen) = ", r"\1 = ", text, flags=re.MULTILINE)
        path.write_text(text.replace("/run/secrets/okrsync", folder), encoding="utf-8")
        return load(path)


def test_the_example_s_watch_section_can_be_used_as_it_is_commented() -> None:
    watch = load_example().watch
    assert watch.address == ("127.0.0.1", 9464)
    assert watch.metrics_file == "/run/okrsync/okrsync.prom"
    assert watch.heartbeat is not None


# --- systemd


def unit(name: str) -> configparser.ConfigParser:
    class Twice(dict[str, Any]):
        """A key that comes again is added to what it had."""

        def __setitem__(self, key: str, value: Any) -> None:
            if isinstance(value, list) and isinstance(self.get(key), list):
                value = [*self[key], *value]
            super().__setitem__(key, value)

    parser = configparser.ConfigParser(interpolation=None, strict=False, dict_type=Twice)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(DEPLOY / "systemd" / name, encoding="utf-8")
    return parser


def test_the_service_takes_only_endings_with_remarks_for_good() -> None:
    service = unit("okrsync.service")["Service"]
    assert set(service["SuccessExitStatus"].split()) == {"3", "11"}
    assert shlex.split(service["ExecStart"])[1:] == [
        "--config",
        "/etc/okrsync/okrsync.toml",
        "watch",
        "--once",
    ]


def test_the_service_may_do_nothing_but_its_work() -> None:
    service = unit("okrsync.service")["Service"]
    for key, value in {
        "DynamicUser": "yes",
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
        "NoNewPrivileges": "yes",
        "CapabilityBoundingSet": "",
        "StateDirectory": "okrsync",
        "StateDirectoryMode": "0700",
        "RuntimeDirectory": "okrsync",
    }.items():
        assert service[key] == value, key
    credentials = [line.split(":")[0] for line in service["LoadCredential"].splitlines()]
    assert credentials == ["notion-token", "google-service-account.json"]
    assert "Environment" not in service or "TOKEN" not in service["Environment"]


def test_the_long_running_service_may_do_no_more_and_leaves_room_to_stop() -> None:
    once, watching = unit("okrsync.service")["Service"], unit("okrsync-watch.service")["Service"]
    own = {
        "Type",
        "ExecStart",
        "ExecReload",
        "Restart",
        "RestartSec",
        "RestartPreventExitStatus",
        "SuccessExitStatus",
    }
    assert {key: value for key, value in once.items() if key not in own | {"TimeoutStartSec"}} == {
        key: value for key, value in watching.items() if key not in own
    }
    assert watching["RestartPreventExitStatus"] == "2"
    config = load_example()
    assert int(watching["TimeoutStopSec"].removesuffix("s")) > config.watch.stop_seconds
    assert pod()["terminationGracePeriodSeconds"] > config.watch.stop_seconds


def test_systemd_itself_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd-analyze here")
    for path in (DEPLOY / "systemd").glob("okrsync*.*"):
        text = path.read_text(encoding="utf-8").replace("/opt/okrsync/bin/okrsync", "/bin/true")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    units = [str(path) for path in sorted(tmp_path.iterdir())]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units],
        capture_output=True,
        text=True,
        check=False,
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": "/usr/bin:/bin"},
    )
    assert [line for line in done.stderr.splitlines() if str(tmp_path) in line] == []


# --- alerts


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load((DEPLOY / "prometheus" / "okrsync.yaml").read_text(encoding="utf-8"))[
        "groups"
    ]
    found: list[dict[str, Any]] = group["rules"]
    return found


def test_every_metric_that_is_named_exists() -> None:
    exist = {
        sample.name for family in Metrics().registry.collect() for sample in [*family.samples]
    } | {
        name
        for family in Metrics().registry.collect()
        for name in (family.name, f"{family.name}_total")
    }
    for path in [*FILES, OPERATIONS]:
        for name in re.findall(r"\bokrsync_[a-z_]+[a-z]\b", path.read_text(encoding="utf-8")):
            assert name in exist or name == "okrsync_test", f"{path.name}: {name}"


def test_the_dashboard_asks_for_metrics_and_labels_that_exist() -> None:
    text = (DEPLOY / "grafana" / "okrsync.json").read_text(encoding="utf-8")
    dashboard = json.loads(text)
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    labels = {
        name: set(metric._labelnames)
        for metric in vars(Metrics()).values()
        for name in [getattr(metric, "_name", None)]
        if name is not None
    }
    assert {"okrsync_key_results", "okrsync_progress", "okrsync_last_run_exit_code"} <= {
        name for expression in asked for name in re.findall(r"okrsync_\w+", expression)
    }
    for expression in asked:
        for name, wanted in re.findall(r"(okrsync_\w+)(?:\{([^}]*)\})?", expression):
            assert name in labels, expression
            assert set(re.findall(r"(\w+)=~?", wanted)) <= labels[name], expression
    statuses = {status.value for status in Status}
    for names in re.findall(r'status=~\\"([^"\\]+)', text):
        assert set(names.split("|")) <= statuses
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids))


def test_the_states_and_results_that_alerts_ask_for_exist() -> None:
    text = (DEPLOY / "prometheus" / "okrsync.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r'state="(\w+)"', text)) <= set(STATES)
    assert set(re.findall(r'result="(\w+)"', text)) <= set(RESULTS.values())


def test_the_runbook_tells_every_alert() -> None:
    names = [rule["alert"] for rule in rules()]
    assert (
        re.findall(r"^#### (Okrsync\w+)$", OPERATIONS.read_text(encoding="utf-8"), re.MULTILINE)
        == names
    )
    for rule in rules():
        assert rule["labels"]["severity"] in ("critical", "warning", "info")
        assert {"summary", "description"} <= rule["annotations"].keys()


def test_every_key_of_watch_that_is_named_exists() -> None:
    example = (DEPLOY / "okrsync.toml").read_text(encoding="utf-8")
    section = example[example.index("[watch]") : example.index("[sources.company]")]
    assert set(re.findall(r"^(?:# )?(\w+) = ", section, re.MULTILINE)) <= set(
        WatchSettings.model_fields
    )


# --- Kubernetes, the image, the workflow, cron


def documents() -> list[dict[str, Any]]:
    return list(
        yaml.safe_load_all((DEPLOY / "kubernetes" / "okrsync.yaml").read_text(encoding="utf-8"))
    )


def cron_job() -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in documents() if one["kind"] == "CronJob")["spec"]
    return found


def pod() -> dict[str, Any]:
    found: dict[str, Any] = cron_job()["jobTemplate"]["spec"]["template"]["spec"]
    return found


def container() -> dict[str, Any]:
    (found,) = pod()["containers"]
    assert isinstance(found, dict)
    return found


def test_jobs_in_the_cluster_never_overlap_and_are_not_tried_twice() -> None:
    job = cron_job()
    assert (job["concurrencyPolicy"], job["jobTemplate"]["spec"]["backoffLimit"]) == ("Forbid", 0)
    assert pod()["restartPolicy"] == "Never"


def test_the_pod_has_no_rights_and_mounts_secrets_as_files() -> None:
    assert pod()["automountServiceAccountToken"] is False
    assert pod()["securityContext"]["runAsNonRoot"] is True
    assert pod()["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    security = container()["securityContext"]
    assert (security["allowPrivilegeEscalation"], security["readOnlyRootFilesystem"]) == (
        False,
        True,
    )
    assert security["capabilities"] == {"drop": ["ALL"]}
    assert "env" not in container()
    mounts = {
        mount["mountPath"]: mount.get("readOnly", False) for mount in container()["volumeMounts"]
    }
    assert mounts == {
        "/var/lib/okrsync": False,
        "/etc/okrsync": True,
        "/etc/okrsync/mappings": True,
        "/run/secrets/okrsync": True,
        "/tmp": False,
    }
    claims = [
        one["metadata"]["name"] for one in documents() if one["kind"] == "PersistentVolumeClaim"
    ]
    assert claims == [
        volume["persistentVolumeClaim"]["claimName"]
        for volume in pod()["volumes"]
        if "persistentVolumeClaim" in volume
    ]


def test_image_pod_and_configuration_agree_on_user_and_places() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert (
        f"USER {pod()['securityContext']['runAsUser']}:{pod()['securityContext']['runAsGroup']}"
        in dockerfile
    )
    assert "VOLUME /var/lib/okrsync" in dockerfile
    assert "OKRSYNC_CONFIG=/etc/okrsync/okrsync.toml" in dockerfile
    for folder in re.findall(r"^COPY (\w+) \w+$", dockerfile, re.MULTILINE):
        assert f"!{folder}\n" in (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8")
        assert (ROOT / folder).is_dir()


def workflow() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(
        (DEPLOY / "github" / "okrsync.yml").read_text(encoding="utf-8")
    )
    return found


def test_the_workflow_runs_one_at_a_time_with_pinned_actions_and_secrets_for_one_step() -> None:
    flow = workflow()
    assert flow["concurrency"] == {"group": "okrsync", "cancel-in-progress": False}
    assert flow["permissions"] == {"contents": "read"}
    steps = flow["jobs"]["sync"]["steps"]
    for step in steps:
        if "uses" in step:
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step["uses"]), step["uses"]
    assert [step["name"] for step in steps if "secrets." in str(step)] == ["Sync"]
    assert "env" not in flow
    assert "env" not in flow["jobs"]["sync"]


def test_the_workflow_takes_the_same_endings_for_good_as_the_service(tmp_path: Path) -> None:
    (script,) = [
        step["run"] for step in workflow()["jobs"]["sync"]["steps"] if step["name"] == "Sync"
    ]
    program = tmp_path / "okrsync"
    for code, expected in {0: 0, 1: 1, 2: 2, 3: 0, 4: 4, 5: 5, 11: 0}.items():
        program.write_text(f"#!/bin/sh\nexit {code}\n", encoding="utf-8")
        program.chmod(0o755)
        done = subprocess.run(
            ["bash", "-e", "-c", script],
            env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
            capture_output=True,
            check=False,
        )
        assert done.returncode == expected, code


def test_the_cron_line_leaves_a_run_out_while_another_is_at_work_and_is_quiet_unless_it_fails(
    tmp_path: Path,
) -> None:
    (line,) = [
        line
        for line in (DEPLOY / "cron" / "okrsync").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#") and "=" not in line.split()[0]
    ]
    fields = line.split(None, 6)
    assert fields[5] == "okrsync"
    command = fields[6].replace("/opt/okrsync/bin/", "").replace("/var/lib/okrsync", str(tmp_path))
    if shutil.which("flock") is None:
        pytest.skip("there is no flock here")
    # chronic is Debian's moreutils; this does what its manual says.
    (tmp_path / "chronic").write_text(
        '#!/bin/sh\nout=$("$@" 2>&1) || { code=$?; echo "$out"; exit $code; }\n', "utf-8"
    )
    (tmp_path / "okrsync").write_text('#!/bin/sh\necho "$@"; exit ${CODE:-0}\n', encoding="utf-8")
    for name in ("chronic", "okrsync"):
        (tmp_path / name).chmod(0o755)

    def run(**more: str) -> tuple[int, str]:
        environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", **more}
        done = subprocess.run(
            ["sh", "-c", command], env=environment, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout

    assert run() == (0, "")
    assert run(CODE="5") == (5, "--config /etc/okrsync/okrsync.toml watch --once\n")
    with (tmp_path / "cron.lock").open("w") as held:
        import fcntl

        fcntl.flock(held, fcntl.LOCK_EX)
        assert run(CODE="5") == (0, "")


# --- what `okrsync init` wrote comes along


def test_every_recipe_takes_the_mappings_along() -> None:
    page = OPERATIONS.read_text(encoding="utf-8")
    assert page.count("take_along.py okrsync.toml --to ") == 4
    assert "--volume /etc/okrsync/mappings:/etc/okrsync/mappings:ro" in page
    text = (DEPLOY / "kubernetes" / "okrsync.yaml").read_text(encoding="utf-8")
    (job,) = [part for part in yaml.safe_load_all(text) if part["kind"] == "CronJob"]
    pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    mounts = {mount["name"]: mount["mountPath"] for mount in pod["containers"][0]["volumeMounts"]}
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    assert mounts["mappings"] == f"{mounts['config']}/mappings"
    assert volumes["mappings"]["configMap"] == {"name": "okrsync-mappings", "optional": True}
    assert "create configmap okrsync-mappings --from-file=deployed/mappings" in page


def test_okrsync_run_honours_drop_ins_and_the_last_setting_counts(tmp_path: Path) -> None:
    unit = (DEPLOY / "systemd" / "okrsync.service").read_text(encoding="utf-8")
    drop_in = "[Service]\nDynamicUser=no\nUser=okr team\nReadWritePaths=/srv/okrs\n"
    (tmp_path / "unit").write_text(f"{unit}\n{drop_in}", encoding="utf-8")
    tools = {
        "systemctl": f'#!/bin/sh\n[ "$1 $2" = "cat okrsync.service" ] && cat {tmp_path}/unit\n',
        "systemd-run": '#!/bin/sh\nfor word in "$@"; do echo "$word"; done\n',
    }
    for name, text in tools.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    done = subprocess.run(
        ["sh", str(DEPLOY / "systemd" / "okrsync-run"), "undo", "last one"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    words = done.stdout.splitlines()
    assert words[-5:] == [
        "/opt/okrsync/bin/okrsync",
        "--config",
        "/etc/okrsync/okrsync.toml",
        "undo",
        "last one",
    ]
    settings = [word.removeprefix("--property=") for word in words if word.startswith("--prop")]
    assert settings.index("DynamicUser=yes") < settings.index("DynamicUser=no")
    assert settings.index("User=okrsync") < settings.index("User=okr team")
    assert "ReadWritePaths=/srv/okrs" in settings
    assert "LoadCredential=notion-token:/etc/okrsync/credentials/notion-token" in settings
    assert not [word for word in settings if word.startswith(("ExecStart", "OnFailure", "Type"))]


def test_the_workflow_installs_okrsync_from_no_index() -> None:
    text = (DEPLOY / "github" / "okrsync.yml").read_text(encoding="utf-8")
    (installed,) = re.findall(r"pip install (.+)", text)
    assert installed.split()[-1] == f"./okrsync-{__version__}-py3-none-any.whl"
