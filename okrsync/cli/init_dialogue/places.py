"""Reads the given places, and asks for credentials where they are missing."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from okrsync.cli.init_dialogue.session import InitSession
from okrsync.connector.registry import connector_type
from okrsync.init.access import Access, SecretNeeded, secret_setting, with_access
from okrsync.init.looking import Look, Seen, look, place_of, see
from okrsync.init.places import Given, in_config, name_for, recognise, spreadsheets_in, together
from okrsync.init.tools import exported_by
from okrsync.mapping.file import load_mapping
from okrsync.model.errors import AccessError, ConfigError, OkrsyncError

__all__ = ["PlaceReader"]


@dataclass(frozen=True, slots=True)
class PlaceReader:
    """Reads places for init."""

    session: InitSession
    is_shared: bool = False
    """Whether places of several services are read, each with its own credentials."""

    def given(self, places: Sequence[str]) -> list[Given]:
        """The places to read: those named, or those chosen from a folder. Raises `ConfigError` for
        a text that is no place, and where nothing was given and nobody can be asked.
        """
        if not places:
            places = self._offered(Path())
        elif len(places) == 1 and Path(places[0]).is_dir():
            places = self._offered(Path(places[0]))
        if self.session.options.name is not None and len(places) > 1:
            raise ConfigError(
                "--name: names one source, but several places were given",
                hint="Run init once for each.",
            )
        return [recognise(text, self.session.base) for text in places]

    def looks(self, given: Sequence[Given]) -> list[Look]:
        """How each place is read; a source of the config with its own mapping. Errors are shown."""
        known = self._known()
        looks: dict[str, Look] = {}
        new: list[Given] = []
        for place in given:
            name = self._name_in(known, place)
            if name is None:
                new.append(place)
            elif name not in looks and (known_look := self._look_again(name)) is not None:
                looks[name] = known_look
        secrets = {
            setting[0] for place in new if (setting := secret_setting(place.connector)) is not None
        }
        if len(secrets) > 1 and not self.is_shared:
            return replace(self, is_shared=True).looks(given)
        joined = self._joined(new)
        if joined is not None:
            return [*looks.values(), joined]
        for place in new:
            seen = self._see(place)
            if seen is not None:
                name = self._free_name(seen, looks)
                plain = look(seen, name, self.session.times)
                looks[name] = exported_by(plain) or plain
        return list(looks.values())

    def _offered(self, folder: Path) -> list[str]:
        """The spreadsheets of a folder that are no sources yet; only the chosen ones if somebody
        can be asked.
        """
        known = self._known()
        spreadsheets = [
            text
            for text in spreadsheets_in(folder)
            if self._name_in(known, recognise(text, self.session.base)) is None
        ]
        folder_name = "this folder" if folder == Path() else str(folder)
        if not spreadsheets:
            raise ConfigError(
                f"{folder_name} holds no spreadsheet"
                f"{' that is not a source already' if known else ''}",
                hint=(
                    "Give a file, or the address of a Google spreadsheet or a Notion database:"
                    " okrsync init team-okrs.xlsx"
                ),
            )
        if self.session.ask is not None:
            chosen = self.session.ask.several(
                f"Which of the spreadsheets in {folder_name} hold your OKRs?",
                [(path, path) for path in spreadsheets],
            )
            if not chosen:
                raise ConfigError(
                    "nothing was chosen",
                    hint="Space chooses, Enter goes on. Or name it: okrsync init team-okrs.xlsx",
                )
            return chosen
        if self.session.options.yes and len(spreadsheets) == 1:
            return spreadsheets
        raise ConfigError(
            f"no SOURCE is given; {folder_name} holds"
            f" {', '.join(spreadsheets[:8])}{' and more' if len(spreadsheets) > 8 else ''}",
            hint=f"Name what holds your OKRs: okrsync init {spreadsheets[0]}",
        )

    # what the config knows already

    def _known(self) -> dict[str, str]:
        """By what connectors call a place, the source in the config that is it."""
        names = self.session.config.sources if self.session.config is not None else ()
        return {address: name for name in names for address in self._place(self._configured(name))}

    def _name_in(self, known: dict[str, str], given: Given) -> str | None:
        return next((known[address] for address in self._place(given) if address in known), None)

    def _place(self, given: Given) -> Collection[str]:
        return place_of(given, self.session.base, self.session.times.timezone)

    def _configured(self, name: str) -> Given:
        """A source of the config as a place."""
        data: dict[str, Any] = tomllib.loads(self.session.text or "")["sources"][name]
        fields = connector_type(data["connector"]).settings_type.model_fields
        return Given(
            name, data["connector"], {key: value for key, value in data.items() if key in fields}
        )

    def _look_again(self, name: str) -> Look | None:
        assert self.session.config is not None
        source = self.session.config.sources[name]
        seen = self._see(self._configured(name))
        if seen is None:
            return None
        return look(
            seen,
            name,
            self.session.times,
            load_mapping(source.mapping, self.session.base),
            source.write.columns,
        )

    # looking

    def _joined(self, new: Sequence[Given]) -> Look | None:
        """Several places as one source, if their rows refer to each other: objectives in one file,
        their key results in another.
        """
        joined_place = together(new)
        if joined_place is None:
            return None
        try:
            seen = see(
                with_access(joined_place, self._access(), self.session.base),
                self.session.base,
                self.session.times,
            )
        except OkrsyncError:
            return None  # Reading them one by one shows which of them has the problem.
        name = self._free_name(seen, ())
        joined_look = look(seen, name, self.session.times)
        return joined_look if any(tab.layout == "joined" for tab in joined_look.okrs.tabs) else None

    def _see(self, given: Given) -> Seen | None:
        """Read a place, and ask for its credentials if they are missing. None where it cannot be
        read; the error is shown.
        """
        session = self.session
        session.say(f"reading {given.text}")
        try:
            given = self._with_access(given)
            return see(given, session.base, session.times)
        except AccessError as error:
            setting = secret_setting(given.connector)
            if session.ask is not None and setting is not None and setting[0] not in given.settings:
                session.show_error(error)
                return self._see(self._asked(given, setting[0]))
            session.fail(error, connector_type(given.connector).guide)
        except ConfigError:
            raise
        except OkrsyncError as error:
            session.fail(error)
        return None

    def _with_access(self, given: Given) -> Given:
        try:
            return with_access(given, self._access(), self.session.base)
        except SecretNeeded as error:
            if self.session.ask is None:
                raise
            self.session.show_error(error)
            return self._asked(given, error.setting)

    def _access(self) -> Access:
        return replace(self.session.access(), is_shared=self.is_shared)

    def _asked(self, given: Given, setting: str) -> Given:
        """The place with its secret as named by a person. Raises `ConfigError` where there is no
        secret yet.
        """
        ask, connector = self.session.ask, connector_type(given.connector)
        assert ask is not None
        usual = {
            key: value
            for secret_name in connector.usual_secrets
            for key, value in secret_name.items()
        }
        stores = [("in an environment variable", "env"), ("in a file", "file")]
        if "file" in usual:
            stores.reverse()
        store = ask.choose(
            f"Where can okrsync find the {setting}? Only the name of the variable or file goes"
            " into the config.",
            [*stores, ("nowhere yet", "")],
        )
        if not store:
            raise ConfigError(
                f"{given.text}: cannot be read without {setting}", hint=connector.guide
            )
        answer = ask.text(
            "Which file?" if store == "file" else "Which variable?", usual.get(store, "")
        )
        named = (
            Access(credentials=in_config(answer, self.session.base))
            if store == "file"
            else Access(token_env=answer)
        )
        try:
            return with_access(self._with_endpoint(given), named, self.session.base)
        except ConfigError as error:
            self.session.show_error(error)
            return self._asked(given, setting)

    def _with_endpoint(self, given: Given) -> Given:
        endpoint = self.session.options.api_endpoint
        if endpoint is None:
            return given
        return Given(given.text, given.connector, {**given.settings, "api_endpoint": endpoint})

    def _free_name(self, seen: Seen, taken: Collection[str]) -> str:
        """The source's name: the requested one, otherwise one made from its title."""
        used = {*(self.session.config.sources if self.session.config is not None else ()), *taken}
        requested = self.session.options.name
        if requested is None:
            return name_for(seen.snapshot.title, used)
        if requested in used or name_for(requested, ()) != requested.lower():
            reason = (
                "is already the name of another source"
                if requested in used
                else "is not a valid name for a source"
            )
            raise ConfigError(
                f"--name: {requested!r} {reason}",
                hint="It has letters, digits, - and _ only, and is the first part of every id.",
            )
        return requested
