"""What okrsync remembers about its sources from run to run, beside the journal.

The memory makes answers better or faster. It is never needed to decide where a value goes: if it
is lost, the next run works like a first run.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from okrsync.model.okrs import Cycle
from okrsync.model.people import Person
from okrsync.plan.answers import AnsweredRows
from okrsync.plan.placing import Placement
from okrsync.state.connector_memory import ConnectorMemory
from okrsync.state.inputs_json import tables_from_json, tables_to_json
from okrsync.state.packed_map import PackedMap, facts, remember_fact, remember_text
from okrsync.state.store import Store

if TYPE_CHECKING:
    from okrsync.mapping.inputs import InputTable

__all__ = ["CarriedOver", "ClosedCycle", "ConnectorMemory", "Memory"]

_FIRST_VIEWS = frozenset({"view:tree", "view:board", "view:attention", "view:teams"})
"""The views that a board had before okrsync remembered which ones it made."""


class ClosedCycle(NamedTuple):
    """A cycle that was closed, the run that closed it, and the day it did."""

    run: str
    day: date
    cycle: Cycle


class CarriedOver(NamedTuple):
    """An item that was carried over: the titles of its objective and of itself (empty for the
    objective), the names of the cycles it comes from and stands in now, and the run that did it.
    """

    objective: str
    title: str
    origin: str
    cycle: str
    run: str


class Memory:
    """The memory in a state file."""

    def __init__(self, state: Store) -> None:
        self._state = state
        self._placements = PackedMap(state, "placements", ("key",), _PLACEMENT)
        self._ids = PackedMap(state, "ids", ("key",), ("id",))

    def transaction(self) -> AbstractContextManager[None]:
        """Store everything that is remembered inside the block, or nothing."""
        return self._state.transaction()

    def of(self, source: str) -> ConnectorMemory:
        """The part of the memory that belongs to a source's connector."""
        return ConnectorMemory(self._state, source)

    def last_changes(
        self, source: str, values: Mapping[str, str], today: date
    ) -> dict[str, date] | None:
        """By natural key, the day on which the item's current value was last seen to change: today
        when it is new or differs from the last one. None where no value is remembered at all.
        """
        before = self._last_values(source)
        if not before:
            return None
        return {
            key: before[key][1] if key in before and before[key][0] == value else today
            for key, value in values.items()
        }

    def remember_seen(
        self, source: str, values: Mapping[str, str], days: Mapping[str, date]
    ) -> None:
        """Remember the current values, and the days on which they changed. A day stays the same as
        long as the value does.
        """
        before = self._last_values(source)
        changed = (
            (key, value)
            for key, value in values.items()
            if key not in before or before[key][0] != value
        )
        self._state.run_many(
            "INSERT INTO seen (source, key, value, day) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (source, key) DO UPDATE SET value = excluded.value, day = excluded.day",
            ((source, key, value, days[key].isoformat()) for key, value in changed),
        )

    def _last_values(self, source: str) -> dict[str, tuple[str, date]]:
        rows = self._state.rows("SELECT key, value, day FROM seen WHERE source = ?", source)
        return {str(key): (str(value), date.fromisoformat(str(day))) for key, value, day in rows}

    def placements(self, source: str) -> dict[str, Placement]:
        """By natural key, the cycle each item of a source was last placed in."""
        return {key: _placement(row) for (key,), row in self._placements.of(source).items()}

    def remember_placements(self, source: str, placements: Mapping[str, Placement]) -> None:
        """Remember the cycles of the items of a source; items that vanished stay remembered."""
        before = self._placements.of(source)
        changed: dict[tuple[str, ...], tuple[Any, ...]] = {
            (key,): row
            for key, placement in placements.items()
            if before.get((key,)) != (row := _placement_row(placement))
        }
        self._placements.note(source, changed)

    def owed(self, source: str) -> frozenset[str]:
        """The keys of items of a cycle that ended whose last answer does not stand beside them: it
        did not arrive, or was put back.
        """
        return frozenset(self._fact(source, "owed") or ())

    def remember_owed(self, source: str, keys: Collection[str]) -> None:
        """Remember whose last answer does not stand beside them."""
        if frozenset(keys) != self.owed(source):
            self._remember(source, "owed", sorted(keys))

    def owe(self, source: str, keys: Collection[str]) -> None:
        """Remember of those of the items whose cycle has ended that their last answer was put
        back.
        """
        placements = self.placements(source)
        final = {key for key in keys if key in placements and placements[key].is_final}
        self.remember_owed(source, self.owed(source) | final)

    def history(self, source: str, place: str) -> tuple[int, int]:
        """How much of the ledger stands in the history of a source at a place: the number of the
        last observation, and that of the journal entry by which it came there; 0 before the first.
        """
        fact = self._fact(source, "history")
        if fact is None or fact["place"] != place:
            return 0, 0
        return int(fact["upto"]), int(fact["entry"])

    def remember_history(self, source: str, place: str, upto: int, entry: int) -> None:
        """Remember how much of the ledger stands in the history of a source."""
        self._remember(source, "history", {"place": place, "upto": upto, "entry": entry})

    def items(self, source: str) -> int | None:
        """How many objectives and key results the source held at its last good run; None before
        the first.
        """
        count = self._fact(source, "items")
        return None if count is None else int(count)

    def remember_items(self, source: str, count: int) -> None:
        """Remember how many items the source holds."""
        self._remember(source, "items", count)

    def warned(self, source: str) -> dict[str, tuple[str, str]]:
        """By natural key, the warnings written beside rows: the check-in that each is about, and
        its text.
        """
        rows = self._state.rows("SELECT key, about, text FROM warned WHERE source = ?", source)
        return {str(key): (str(about), str(text)) for key, about, text in rows}

    def remember_warning(self, source: str, key: str, about: str, text: str | None) -> None:
        """Remember the warning written beside an item; with `text` None, that there is none."""
        if text is None:
            self._state.run("DELETE FROM warned WHERE source = ? AND key = ?", source, key)
        else:
            self._state.run(
                "INSERT INTO warned (source, key, about, text) VALUES (?, ?, ?, ?) ON CONFLICT"
                " (source, key) DO UPDATE SET about = excluded.about, text = excluded.text",
                source,
                key,
                about,
                text,
            )

    def people(self, source: str) -> tuple[Person, ...]:
        """The people that the tab of a source listed when it was last read."""
        return tuple(Person(*entry) for entry in self._fact(source, "people") or ())

    def remember_people(self, source: str, people: Iterable[Person]) -> None:
        """Remember the people that a source lists, for a day on which it cannot be read."""
        entries = [[each.name, each.email, each.lead, each.named_at] for each in people]
        if entries or self._fact(source, "people"):
            self._remember(source, "people", entries)

    def last_okrs(self, source: str) -> tuple[str, datetime] | None:
        """The source's last good OKRs as text, and when they were read; None when there are
        none.
        """
        fact = self._fact(source, "kept")
        if fact is None:
            return None
        if isinstance(fact, dict):  # as an earlier okrsync stored it
            return fact["text"], datetime.fromisoformat(fact["read_at"])
        return fact, datetime.fromisoformat(self._fact(source, "read at"))

    def keep(self, source: str, pieces: Callable[[], Iterable[str]], read_at: datetime) -> None:
        """Keep a source's OKRs, as pieces of a text, for a day on which it cannot be read."""
        remember_text(self._state, source, "kept", pieces)
        self.remember_read(source, read_at)

    def sources_kept(self) -> list[str]:
        """The sources of which OKRs are kept, those that the config names no more among them."""
        rows = self._state.rows("SELECT source FROM facts WHERE name = 'kept' ORDER BY source")
        return [str(source) for (source,) in rows]

    def past_items(self, source: str) -> str | None:
        """The items of cycles that ended whose rows in the source have moved on since, as text;
        None where there are none.
        """
        text = self._fact(source, "past items")
        return None if text is None else str(text)

    def remember_past_items(self, source: str, text: str | None) -> None:
        """Remember the items whose rows have moved on."""
        if text != self.past_items(source):
            self._remember(source, "past items", text)

    def remember_read(self, source: str, read_at: datetime) -> None:
        """Remember when a source was last found to hold the OKRs that are kept."""
        self._remember(source, "read at", read_at.isoformat())

    def escalated(self, digest: str) -> dict[str, str]:
        """By item, the missed check-in that a digest has reported: the day of the last one before
        it, or `never`.
        """
        fact = self._fact(digest, "escalated")
        return {} if fact is None else dict(fact)

    def remember_escalating(self, digest: str, misses: Mapping[str, str]) -> None:
        """Remember what the message under way reports; it counts once `confirm_escalated` is
        called.
        """
        self._remember(digest, "escalating", dict(misses))

    def confirm_escalated(self, digest: str) -> None:
        """Remember that what the message under way reports has been reported."""
        self._remember(digest, "escalated", self._fact(digest, "escalating") or {})

    def last_run(self) -> str | None:
        """What was kept of the answer of the last run; None if nothing was."""
        text: str | None = self._fact("", "idle run")
        return text

    def remember_last_run(self, text: str) -> None:
        """Keep what the last run found."""
        self._remember("", "idle run", text)

    def failing(self, source: str) -> tuple[datetime, int] | None:
        """When the source, or board, began to fail, and how many runs in a row have failed; None
        when the last run succeeded.
        """
        fact = self._fact(source, "failing")
        return None if fact is None else (datetime.fromisoformat(fact["since"]), int(fact["runs"]))

    def remember_failing(self, source: str, since: datetime, runs: int) -> None:
        """Remember how many runs in a row have failed at the source."""
        self._remember(source, "failing", {"since": since.isoformat(), "runs": runs})

    def forget_failing(self, source: str) -> None:
        """Remember that the source succeeded."""
        self._state.run("DELETE FROM facts WHERE source = ? AND name = 'failing'", source)

    def identities(
        self, source: str
    ) -> tuple[frozenset[str], dict[str, str], dict[str, list[str]]]:
        """The keys of the items that the source held at its last good run; by natural key, the key
        under which an item is remembered when that differs; and by key, those of the items that
        stood in its row before it.
        """
        fact = self._fact(source, "identities")
        if fact is None:
            return frozenset(), {}, {}
        return frozenset(fact["keys"].split()), fact["aliases"], fact.get("predecessors", {})

    def remember_identities(
        self,
        source: str,
        keys: Iterable[str],
        aliases: Mapping[str, str],
        predecessors: Mapping[str, Sequence[str]],
    ) -> None:
        """Remember the keys of the items the source holds, the keys they are stored under, and what
        stood in their rows.
        """
        now = {
            "keys": " ".join(sorted(set(keys))),
            "aliases": dict(aliases),
            **({"predecessors": dict(predecessors)} if predecessors else {}),
        }
        if now != self._fact(source, "identities"):
            self._remember(source, "identities", now)

    def ids(self, source: str) -> dict[str, str]:
        """By item key, every id that okrsync ever assigned in a source, without the source's
        name.
        """
        return {key: str(id_) for (key,), (id_,) in self._ids.of(source).items()}

    def remember_ids(self, source: str, ids: Mapping[str, str]) -> None:
        """Remember the ids of the items in a source; ids of vanished items are not reused."""
        known = self.ids(source)
        self._ids.note(
            source, {(key,): (id_,) for key, id_ in ids.items() if known.get(key) != id_}
        )

    def answers(self, source: str) -> AnsweredRows:
        """Which rows of the source had an answer and a check-in at its last good run."""
        fact = self._fact(source, "answers")
        if fact is None:
            return AnsweredRows()
        answered, checked_in = fact
        # Most rows with an answer have a check-in as well: what is the same is not stored twice.
        kinds = (
            answered,
            {name: answered[name] if keys is None else keys for name, keys in checked_in.items()},
        )
        return AnsweredRows(
            *({name: frozenset(keys.split()) for name, keys in kind.items()} for kind in kinds)
        )

    def remember_answers(self, source: str, answers: AnsweredRows) -> None:
        """Remember which rows have an answer and a check-in."""
        answered, checked_in = (
            {name: " ".join(sorted(keys)) for name, keys in sorted(kind.items())}
            for kind in (answers.answered, answers.checked_in)
        )
        less = {
            name: None if keys == answered.get(name) else keys for name, keys in checked_in.items()
        }
        self._remember(source, "answers", [answered, less])

    def inputs(self, source: str) -> tuple[str, dict[str, InputTable]]:
        """The version of the source's content at its last good run; and by table key, the columns
        that it was read from.
        """
        fact = self._fact(source, "inputs")
        return ("", {}) if fact is None else (fact["version"], tables_from_json(fact["tables"]))

    def remember_inputs(self, source: str, version: str, tables: Mapping[str, InputTable]) -> None:
        """Remember the columns that the source was read from."""
        self._remember(source, "inputs", {"version": version, "tables": tables_to_json(tables)})

    def rows(self, board: str) -> dict[str, str]:
        """By item key, the anchor of the item's row on a board."""
        known: dict[str, str] = self._fact(board, "rows") or {}
        return known

    def remember_rows(self, board: str, anchors: Mapping[str, str]) -> None:
        """Remember which row belongs to which item; items without a row now keep the one they had,
        in case they come back.
        """
        before = self.rows(board)
        if any(before.get(key) != anchor for key, anchor in anchors.items()):
            self._remember(board, "rows", {**before, **anchors})

    def views_made(self, board: str) -> frozenset[str] | None:
        """The ids of the views that were made for a board; None where nothing is remembered of
        it.
        """
        made = self._fact(board, "views made")
        if made is not None:
            return frozenset(made)
        # An earlier okrsync remembered only that a run had not finished them.
        if self._fact(board, "views due"):
            return frozenset()
        return _FIRST_VIEWS if self.rows(board) else None

    def remember_views(self, board: str, made: frozenset[str]) -> None:
        """Remember the views that were made for a board."""
        if self._fact(board, "views made") != sorted(made):
            self._remember(board, "views made", sorted(made))

    def closed_cycles(self) -> tuple[ClosedCycle, ...]:
        """The cycles that were closed, in the order in which they were."""
        return tuple(
            ClosedCycle(
                entry["run"],
                date.fromisoformat(entry["day"]),
                Cycle(
                    date.fromisoformat(entry["start"]),
                    date.fromisoformat(entry["end"]),
                    entry["name"],
                ),
            )
            for entry in self._fact("", "closed") or ()
        )

    def remember_closed(self, run: str, day: date, cycle: Cycle) -> None:
        """Remember that a run closed a cycle."""
        entry = {
            "run": run,
            "day": day.isoformat(),
            "start": cycle.start.isoformat(),
            "end": cycle.end.isoformat(),
            "name": cycle.name,
        }
        self._remember("", "closed", [*(self._fact("", "closed") or ()), entry])

    def carried(self, source: str) -> tuple[CarriedOver, ...]:
        """What was carried over in a source, and from which cycle."""
        return tuple(CarriedOver(*entry) for entry in self._fact(source, "carried") or ())

    def remember_carried(self, source: str, items: Iterable[CarriedOver]) -> None:
        """Remember what was carried over, beside what was before."""
        now = list(items)
        places = {item[:-1] for item in now}
        if now:
            earlier = [item for item in self.carried(source) if item[:-1] not in places]
            self._remember(source, "carried", [list(item) for item in (*earlier, *now)])

    def forget_closing(self, run: str, sources: Iterable[str]) -> None:
        """Forget that a run closed a cycle, and what it carried over: it was undone."""
        sources = list(sources)
        # A run that was killed did not get to close its cycle: the one that went on did.
        names = {item.origin for each in sources for item in self.carried(each) if item.run == run}
        closed = self._fact("", "closed") or []
        kept_open = [
            entry for entry in closed if entry["run"] != run and entry["name"] not in names
        ]
        if len(kept_open) < len(closed):
            self._remember("", "closed", kept_open)
        for source in sources:
            before = self.carried(source)
            kept = [list(item) for item in before if item.run != run]
            if len(kept) < len(before):
                self._remember(source, "carried", kept)
                # They were taken out on purpose: the guard against vanished rows need not ask.
                count = self.items(source) or 0
                self.remember_items(source, max(0, count - len(before) + len(kept)))

    def _fact(self, source: str, name: str) -> Any:
        return next(iter(self._facts(source, name)), None)

    def _facts(self, source: str, name: str) -> list[Any]:
        return facts(self._state, source, name)

    def _remember(self, source: str, name: str, value: object) -> None:
        remember_fact(self._state, source, name, value)


_PLACEMENT = (
    "cycle",
    "starts",
    "ends",
    "how",
    "since",
    "plan",
    "news",
    "final",
    "latest",
    "corrected",
    "is_final",
    "begins",
)


def _placement(row: tuple[Any, ...]) -> Placement:
    cycle, starts, ends, how, since, plan, news, final, latest, corrected, is_final, begins = row
    return Placement(
        _cycle(starts, ends, cycle),
        how,
        _day(since),
        plan,
        news,
        None if final is None else _number(final),
        None if latest is None else _number(latest),
        None if corrected is None else _day(corrected),
        bool(is_final),
        None if begins is None else _day(begins),
    )


# Most items share these. One value for all of them takes less room, and key results that state the
# same are measured once where they share their cycle.
@lru_cache(maxsize=256)
def _cycle(starts: str, ends: str, name: str) -> Cycle:
    return Cycle(date.fromisoformat(starts), date.fromisoformat(ends), name)


@lru_cache(maxsize=1024)
def _day(text: str) -> date:
    return date.fromisoformat(text)


@lru_cache(maxsize=4096)
def _number(text: str) -> Decimal:
    return Decimal(text)


def _placement_row(placement: Placement) -> tuple[Any, ...]:
    return (
        placement.cycle.name,
        placement.cycle.start.isoformat(),
        placement.cycle.end.isoformat(),
        placement.how,
        placement.since.isoformat(),
        placement.plan,
        placement.news,
        None if placement.final is None else str(placement.final),
        None if placement.latest is None else str(placement.latest),
        None if placement.corrected is None else placement.corrected.isoformat(),
        int(placement.is_final),
        None if placement.begins is None else placement.begins.isoformat(),
    )
