"""Takes a configuration to the place where a job reads it, with everything that it names.

    python deploy/take_along.py okrsync.toml --to /etc/okrsync \
        --keys /etc/okrsync/credentials --workbooks /srv/okrs --state /var/lib/okrsync/okrsync.db

Mappings and a convention of your own go beside the configuration, key files and secrets from
variables into the folder of keys (mode 0600), workbooks into theirs. The paths in the copy are
those of the new place; comments stay. A workbook or a key that is there already is left as it is.

Needs tomlkit, which comes with okrsync: run it with okrsync's own Python.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator, MutableMapping
from pathlib import Path, PurePosixPath
from typing import Any

import tomlkit


def main() -> None:
    """Take the configuration along, and say what went where."""
    options = _options()
    source: Path = options.config
    target: Path = options.to / source.name
    if target.exists():
        sys.exit(f"{target} is there already: remove it first, if it is to be written anew")
    document = tomlkit.parse(source.read_text(encoding="utf-8"))
    mover = _Mover(source.resolve().parent, options)
    if "://" not in str(document.get("state", "")) and not isinstance(document.get("state"), dict):
        document = _with_state(document, options.state)
    mover.settle(document)
    options.to.mkdir(parents=True, exist_ok=True)
    target.write_text(tomlkit.dumps(document), encoding="utf-8")
    print(f"{target}: the configuration")
    if options.systemd is not None:
        mover.write_drop_in(options.systemd)


def _with_state(document: tomlkit.TOMLDocument, state: str) -> tomlkit.TOMLDocument:
    """The configuration with its state there. A key behind the first section would belong to that
    section, and the first line may name a schema for editors.
    """
    if "state" in document:
        document["state"] = state
        return document
    first, end, rest = tomlkit.dumps(document).partition("\n")
    line = tomlkit.dumps({"state": state})
    text = f"{first}{end}{line}{rest}" if first.startswith("#:") else f"{line}{first}{end}{rest}"
    return tomlkit.parse(text)


class _Mover:
    """Settles one configuration in its new place."""

    def __init__(self, base: Path, options: argparse.Namespace) -> None:
        self.base, self.options = base, options
        self.keys: list[str] = []
        self.has_workbooks = False

    def settle(self, document: MutableMapping[str, Any]) -> None:
        """Move everything that the configuration names, and name it as it is there."""
        scoring = document.get("scoring", {})
        if str(scoring.get("convention", "")).endswith(".toml"):
            scoring["convention"] = self._beside(scoring["convention"])
        for section in (*document.get("sources", {}).values(), scoring):
            own = section.get("scoring", {})
            if str(own.get("convention", "")).endswith(".toml"):
                own["convention"] = self._beside(own["convention"])
        for section in document.get("sources", {}).values():
            mapping = str(section.get("mapping", ""))
            if mapping.endswith(".toml"):
                section["mapping"] = self._beside(mapping)
            if "path" in section:
                section["path"] = self._workbooks(section["path"])
                write = section.get("write", {})
                # A tab has a name, a file of lines an ending.
                if str(write.get("history", "")).endswith(".csv"):
                    write["history"] = self._workbooks(write["history"])
        metrics = document.get("watch", {}).get("metrics_file")
        if metrics is not None and not Path(metrics).is_absolute():
            document["watch"]["metrics_file"] = str(
                PurePosixPath(self.options.state).with_name(Path(metrics).name)
            )
        for holder, key in _secrets(document):
            holder[key] = self._secret(holder[key])

    def _beside(self, name: str) -> str:
        """A file that goes beside the configuration, under the same name where it can."""
        path = Path(name).expanduser()
        if path.is_absolute():
            return name
        inside = path if ".." not in path.parts else Path("mappings") / path.name
        self._copy(self.base / path, self.options.to / inside)
        return inside.as_posix()

    def _workbooks(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._workbooks(each) for each in value]
        self.has_workbooks = True
        path = Path(str(value)).expanduser()
        if path.is_absolute():
            return str(value)
        folder: Path = self.options.workbooks
        for file in sorted((self.base / path.parent).glob(path.name)):
            self._copy(file, folder / file.name)
        return str(PurePosixPath(folder) / path.name)

    def _secret(self, named: MutableMapping[str, Any]) -> Any:
        """How the copy names a secret: as a file of the folder of keys."""
        if "env" in named and self.options.keep_env:
            return named
        if "env" in named:
            name = str(named["env"]).lower().replace("_", "-")
            text = os.environ.get(str(named["env"]))
            if text is None:
                print(f"{named['env']} is not set here: put its value into {self._key(name)}")
            elif not self._key(name).exists():
                self._key(name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._key(name).touch(mode=0o600)
                self._key(name).write_text(text, encoding="utf-8")
                print(f"{self._key(name)}: the value of {named['env']}")
        elif "file" in named:
            path = Path(str(named["file"])).expanduser()
            name = path.name
            self._copy(self.base / path, self._key(name), mode=0o600)
        else:
            return named
        self.keys.append(name)
        fresh = tomlkit.inline_table()
        if self.options.systemd is not None:
            fresh["command"] = ["sh", "-c", f'cat "$CREDENTIALS_DIRECTORY/{name}"']
        else:
            fresh["file"] = str(PurePosixPath(self.options.keys_as or self.options.keys) / name)
        return fresh

    def _key(self, name: str) -> Path:
        folder: Path = self.options.keys
        return folder / name

    def _copy(self, source: Path, target: Path, mode: int = 0o644) -> None:
        if target.exists():
            print(f"{target}: is there already and stays as it is")
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch(mode=mode)
        shutil.copyfile(source, target)
        print(f"{target}: {source}")

    def write_drop_in(self, path: Path) -> None:
        """What this configuration needs of the unit: its own keys, and a user for workbooks."""
        # An empty setting takes back those of the unit: it does not start where a key is missing.
        lines = ["[Service]", "LoadCredential="]
        lines += [f"LoadCredential={name}:{self._key(name)}" for name in dict.fromkeys(self.keys)]
        if self.has_workbooks:
            folder = self.options.workbooks
            lines += ["DynamicUser=no", "User=okrsync", f"ReadWritePaths={folder}"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(f"{path}: what this configuration needs of the unit")


def _secrets(section: MutableMapping[str, Any]) -> Iterator[tuple[MutableMapping[str, Any], str]]:
    """Each place that names a secret: the table it stands in, and its key."""
    for key, value in list(section.items()):
        if not isinstance(value, dict):
            continue
        if len(value) == 1 and next(iter(value)) in ("env", "file", "command"):
            yield section, key
        else:
            yield from _secrets(value)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("--to", type=Path, required=True, help="the folder of the configuration")
    parser.add_argument("--state", required=True, help="the path of the state, as the job sees it")
    parser.add_argument("--workbooks", type=Path, default=Path("/srv/okrs"), metavar="FOLDER")
    parser.add_argument("--keys", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--keys-as", metavar="FOLDER", help="what the job calls that folder")
    parser.add_argument("--keep-env", action="store_true", help="leave {env = ...} as it is")
    parser.add_argument("--systemd", type=Path, metavar="DROP-IN", help="name keys as systemd does")
    return parser.parse_args()


if __name__ == "__main__":
    main()
