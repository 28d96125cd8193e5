"""Teams at random over the turn of a cycle: sheets with columns, periods, days and kinds of key
results drawn by a seed, people who do this and that in them, and a run on most days.

Nobody here knows the right numbers. What is held is what is promised of any sheet: a row that
nobody touched is never better than it was, a second run has nothing to say, a run that is undone
leaves the sheet as it was, and so do a close and its carry-over.
"""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from okrsync.cli import okrsync
from okrsync.cli.errors import run as run_command
from places_at_random import Row, place_of

__all__ = ["close_at_random", "turn_at_random"]

RANK = ("No data", "Missed", "Off track", "Stale", "At risk", "On track", "Achieved")
GREEN = ("On track", "Achieved")
OWNED = ("okr progress", "okr status", "okr score", "okr note", "okr freshness")
CONFIG = """\
timezone = "UTC"
{top}
[sources.team]
{source}
[sources.team.write]
columns = {{progress = "okr progress", status = "okr status", score = "okr score", \
note = "okr note", freshness = "okr freshness"}}
[guards]
max_losses = 1.0
max_changes = 1.0
max_shrink = 1.0
"""
_DEEDS = (
    *("value", "value", "value", "confirm", "late", "target", "empty", "due", "cycle"),
    *("insert", "delete", "rename", "use again", "objective", "sort"),
)


@dataclass
class _Calendar:
    """A cycle that ends within the walk, the one after it, and how people write them."""

    top: str
    end: date
    start: date
    names: tuple[str, ...]
    following: tuple[str, ...]
    years: tuple[str, ...] = ()
    next_top: str = ""
    """What people make of `top` some day after the end, where it names the cycle."""


_CALENDARS = (
    _Calendar(
        "",
        date(2026, 12, 31),
        date(2026, 10, 1),
        ("Q4 2026", "2026-Q4", "Q4", "Q4/26", "Oct - Dec 2026", "4. Quartal 2026"),
        ("Q1 2027", "2027-Q1", "Q1 2027", "Q1/27", "Jan - Mar 2027", "1. Quartal 2027"),
        ("2026", "FY2026", "H2 2026"),
    ),
    _Calendar(
        "fiscal_year_start = 4",
        date(2027, 3, 31),
        date(2027, 1, 1),
        ("Q4 FY27", "FY27-Q4", "Jan - Mar 2027"),
        ("Q1 FY28", "FY28-Q1", "Apr - Jun 2027"),
        ("FY27",),
    ),
    _Calendar(
        "",
        date(2026, 9, 30),
        date(2026, 7, 1),
        ("Q3 2026", "Q3", "2026-Q3"),
        ("Q4 2026", "Q4", "2026-Q4"),
        ("2026", "H2 2026"),
    ),
    _Calendar(
        'cycle = "2026-Q4"',
        date(2026, 12, 31),
        date(2026, 10, 1),
        ("Q4 2026",),
        ("Q1 2027",),
        next_top='cycle = "2027-Q1"',
    ),
    _Calendar(
        "",
        date(2026, 12, 31),
        date(2026, 7, 1),
        ("H2 2026", "2026-H2", "2. Halbjahr 2026"),
        ("H1 2027", "2027-H1", "1. Halbjahr 2027"),
        ("2026",),
    ),
    _Calendar(
        "cycle = {start = 2026-09-14, end = 2026-10-25}",
        date(2026, 10, 25),
        date(2026, 9, 14),
        ("2026-09-14 to 2026-10-25",),
        ("2026-10-26 to 2026-12-06",),
        ("2026",),
        "cycle = {start = 2026-10-26, end = 2026-12-06}",
    ),
    _Calendar(
        "[cycles]\nsettle = '3 days'\n",
        date(2026, 12, 31),
        date(2026, 10, 1),
        ("Q4 2026", "Q4"),
        ("Q1 2027", "Q1 2027"),
        ("2026",),
    ),
)


class _Walk:
    """A team, its sheet, and what happens to them."""

    def __init__(self, folder: Path, seed: int, form: str | None) -> None:
        self.chance = random.Random(seed)
        self.seed, self.folder = seed, folder
        self.story: list[str] = []
        self.calendar = self.chance.choice(_CALENDARS)
        self.count = 0
        self.day = self.calendar.end - timedelta(days=self.chance.randint(8, 40))
        self.touched = set[str]()
        self.moved_on = ""
        """The key result in whose row somebody went on today."""
        drawn = self.chance.choice(["csv", "csv", "workbook", "tab"])
        self.form = form or drawn
        name = self.calendar.names[0] if self.form == "tab" else "team"
        self.sheet = place_of(self.form, folder, name)
        names_it = self.form != "tab" and not self.calendar.top and self._is(0.1)
        source = self.sheet.source
        source += f'\ncycle = "{self.calendar.names[0]}"' if names_it else ""
        config = CONFIG.format(top=self.calendar.top, source=source)
        (folder / "okrsync.toml").write_text(config, encoding="utf-8")
        self._draw_header()
        for _ in range(self.chance.randint(1, 3)):
            self._add_objective()
        self.sheet.write()

    # what stands there

    def _is(self, likely: float) -> bool:
        return self.chance.random() < likely

    def _draw_header(self) -> None:
        # Notion orders its rows by itself: each has to name its objective.
        self.is_interleaved = self._is(0.5) and self.form != "notion"
        names = ["Objective", "Key result", "Start", "Current", "Target"]
        self.has = {
            name: self._is(likely)
            for name, likely in {
                "Last check-in": 0.75,
                "Begins": 0.3,
                "Due": 0.4,
                "Cycle": 0.5,
                "Confidence": 0.15,
                "Status": 0.2,
                "Owner": 0.4,
                "Weight": 0.2,
                "Direction": 0.2,
            }.items()
        }
        self.has["Cycle"] = self.has["Cycle"] and self.form != "tab"
        extra = [name for name, is_there in self.has.items() if is_there]
        self.chance.shuffle(extra)
        self.cycle_at = self.chance.randrange(len(self.calendar.names))
        self.names_all = self._is(0.5) or self.form == "notion"
        self.sheet.header = names + extra

    def _name(self, kind: str) -> str:
        self.count += 1
        return f"{kind} {self.count}"

    def _add_objective(self) -> None:
        title = self._name("Objective")
        first: Row = {"Objective": title}
        if self.is_interleaved:
            first |= self._days(0.3) | self._cycle(0.4, is_objective=True)
            if self.has["Owner"]:
                first["Owner"] = "Mia"
            self.sheet.rows.append(first)
        for number in range(self.chance.randint(1, 4)):
            row = self._key_result()
            if not self.is_interleaved and (number == 0 or self.names_all):
                row["Objective"] = title
            self.sheet.rows.append(row)

    def _days(self, likely: float) -> Row:
        found: Row = {}
        calendar = self.calendar
        if self.has["Begins"] and self._is(likely):
            days = self.chance.choice([-180, -100, 0, 10, 30, 92, 100])
            found["Begins"] = str(calendar.start + timedelta(days=days))
        if self.has["Due"] and self._is(likely):
            days = self.chance.choice([-30, -10, 0, 0, 1, 10, 45, 90, 181, 365])
            found["Due"] = str(calendar.end + timedelta(days=days))
        return found

    def _cycle(self, likely: float, *, is_objective: bool = False) -> Row:
        if not self.has["Cycle"] or not self._is(likely):
            return {}
        calendar = self.calendar
        names = [calendar.names[self.cycle_at]] * 6 + [calendar.following[self.cycle_at]]
        names += [*calendar.years] * (2 if is_objective else 1)
        return {"Cycle": self.chance.choice(names)}

    def _key_result(self) -> Row:
        chance = self.chance
        row: Row = {"Key result": self._name("Result")}
        kind = chance.choice(["rise", "rise", "rise", "fall", "guard", "done", "of", "percent"])
        part = chance.choice([0.0, 0.2, 0.4, 0.7, 0.95, 1.0, 1.2])
        if kind == "rise":
            row |= {"Start": "0", "Current": f"{100 * part:g}", "Target": "100"}
        elif kind == "fall":
            row |= {"Start": "50", "Current": f"{50 - 40 * part:g}", "Target": "10"}
        elif kind == "guard":
            row["Key result"] = f"Keep uptime {self.count} above 99"
            row |= {"Start": "", "Current": f"{98 + 1.5 * part:.1f}", "Target": "99"}
        elif kind == "done":
            row |= {"Current": chance.choice(["yes", "no"]), "Target": "yes"}
        elif kind == "of":
            row |= {"Current": f"{round(5 * min(part, 1))} of 5"}
        else:
            row |= {"Current": f"{round(100 * part)}%", "Target": "100%"}
        if self._is(0.15):
            row["Current"] = ""
        elif self.has["Last check-in"] and self._is(0.8):
            back = chance.choice([0, 1, 4, 9, 15, 30])
            row["Last check-in"] = str(self.day - timedelta(days=back))
        row |= self._days(0.4) | self._cycle(0.8 if self._is(0.9) else 0)
        for name, likely, values in (
            ("Confidence", 0.5, ["High", "Medium", "Low", "7/10"]),
            ("Status", 0.5, ["On track", "At risk", "Off track", "Done", "Not started"]),
            ("Owner", 0.7, ["Mia", "Jon"]),
            ("Weight", 0.5, ["1", "2", "3"]),
        ):
            if self.has[name] and self._is(likely):
                row[name] = chance.choice(values)
        if self.has["Direction"] and kind in ("rise", "fall") and self._is(0.7):
            row["Direction"] = "increase" if kind == "rise" else "decrease"
        return row

    # what people do

    def act(self, day: date) -> None:
        """Somebody does something, on some days."""
        chance, rows, self.day, self.moved_on = self.chance, self.sheet.rows, day, ""
        if day > self.calendar.end and self.calendar.next_top and self._is(0.3):
            self._name_next_cycle(day)
        results = [row for row in rows if row.get("Key result")]
        if not results or not self._is(0.35):
            return
        row = chance.choice(results)
        title = row["Key result"]
        what = chance.choice(_DEEDS)
        if what == "value" and row.get("Current", "")[:1].isdigit():
            unit = "%" if row["Current"].endswith("%") else ""
            if " of " not in row["Current"]:
                number = float(row["Current"].rstrip("%"))
                row["Current"] = f"{number * chance.choice([0.9, 1.05, 1.2]):.1f}{unit}"
            if self.has["Last check-in"]:
                row["Last check-in"] = str(day)
        elif what in ("confirm", "late") and self.has["Last check-in"]:
            back = 0 if what == "confirm" else chance.randint(1, 20)
            row["Last check-in"] = str(day - timedelta(days=back))
        elif what == "target" and row.get("Target", "").isdigit():
            row["Target"] = str(int(row["Target"]) * 2)
        elif what == "empty":
            row["Current"] = ""
        elif what == "due" and self.has["Due"]:
            row["Due"] = str(self.calendar.end + timedelta(days=chance.choice([-5, 20, 90])))
        elif what == "cycle" and self.has["Cycle"]:
            row["Cycle"] = self.calendar.following[self.cycle_at]
            # The rows below that name none of their own go with it.
            self.touched |= {each["Key result"] for each in results}
        elif what == "use again":
            if row.get("Cycle"):
                self.touched |= {each["Key result"] for each in results}
            row |= dict.fromkeys(set(self.sheet.header) - {"Objective", *OWNED}, "")
            row |= self._key_result()
            title = row["Key result"]
        elif what == "insert":
            made = self._key_result()
            if self.names_all and not self.is_interleaved:
                made["Objective"] = row["Objective"]
            rows.insert(rows.index(row) + 1, made)
            title = made["Key result"]
        elif what == "rename":
            row["Key result"] += ", really"
            self.touched.add(row["Key result"])
        elif what == "delete" and len(results) > 2 and not row.get("Objective"):
            rows.remove(row)
        elif what == "objective":
            before = len(rows)
            self._add_objective()
            self.touched |= {each.get("Key result", "") for each in rows[before:]}
            title = rows[before].get("Key result", "")
        elif what == "sort" and (self.names_all and not self.is_interleaved):
            rows.sort(key=lambda each: each["Key result"], reverse=self._is(0.5))
            title = ""
        else:
            return
        self.touched.add(title)
        # A target that is changed in a named cycle is told, and moves nothing on.
        is_named = self.form == "tab" or any(each.get("Cycle") for each in rows)
        moves_on = what == "cycle" or (what == "target" and not is_named)
        self.moved_on = title if moves_on else ""
        self.story.append(f"{day}: {what} {title}")
        self.sheet.write()

    def _name_next_cycle(self, day: date) -> None:
        """Somebody writes the next cycle into the configuration."""
        path = self.folder / "okrsync.toml"
        text = path.read_text(encoding="utf-8")
        if self.calendar.top in text:
            text = text.replace(self.calendar.top, self.calendar.next_top)
            path.write_text(text, encoding="utf-8")
            self.story.append(f"{day}: the config names the next cycle")

    # what okrsync does

    def command(self, *arguments: str, codes: tuple[int, ...] = (0,)) -> dict[str, Any]:
        """The document that a command prints."""
        out, err = io.StringIO(), io.StringIO()
        config = str(self.folder / "okrsync.toml")
        with redirect_stdout(out), redirect_stderr(err):
            code = run_command(okrsync, ["--config", config, *arguments, "--json"])
        self.hold(code in codes, f"{' '.join(arguments)}: {code}: {err.getvalue()[-300:]}")
        document: dict[str, Any] = json.loads(out.getvalue() or "{}")
        return document

    def hold(self, is_so: bool, words: str) -> None:
        """Fail where it is not, with all that happened."""
        if not is_so:
            told = "; ".join(self.story) or "nobody did anything"
            raise AssertionError(f"seed {self.seed}: {words} ({told})")

    def run(self, day: date) -> None:
        """A run, undone now and then and done again, and a second one with nothing to say."""
        was = self.sheet.content()
        done = self.command("sync", "--as-of", str(day))
        now = self.sheet.content()
        if was != now and self._is(0.15):
            self.command("undo", done["run"])
            self.hold(self.sheet.content() == was, f"undo on {day}")
            self.command("sync", "--as-of", str(day))
            self.hold(self.sheet.content() == now, f"sync after undo on {day}")
        self.command("sync", "--as-of", str(day))
        self.hold(self.sheet.content() == now, f"second sync on {day}")
        self.sheet.read()

    def close(self, day: date) -> int:
        """A close with its carry-over, which has nothing to do once more and is undone whole, and
        how many rows it carried.
        """
        was = self.sheet.content()
        close = ("close", "--carry-over", "--yes", "--as-of", str(day))
        done = self.command(*close, codes=(0, 2))
        now = self.sheet.content()
        if not done:
            self.hold(now == was, "a refused close")
            return 0
        self.command(*close, codes=(0, 2))
        self.hold(self.sheet.content() == now, "closed again")
        if now != was:
            self.command("undo", done["run"])
            self.hold(self.sheet.content() == was, "the close undone")
            self.command(*close)
            self.hold(self.sheet.content() == now, "closed after undo")
        return len(done.get("carried", []))

    def answers(self) -> dict[str, Row]:
        """The rows of key results, by title; and of objectives that have a row of their own."""
        return {
            row.get("Key result") or f"{row['Objective']}": row
            for row in self.sheet.rows
            if row.get("Key result") or self.is_interleaved
        }

    def ended(self, day: date) -> dict[str, tuple[str, float | None]]:
        """How the key results of cycles that ended are shown, by title, without those that have
        days of their own: these go on when they are put off.
        """
        shown = self.command("show", "--all-cycles", "--as-of", str(day))
        return {
            result["title"]: (result["status"], result["progress"])
            for objective in (*shown["objectives"], *shown["closed"])
            for result in objective["key_results"]
            if (result["cycle"] or {}).get("closed") and result["cycle_from"] != "dates"
        }

    def hold_past(self, before: Mapping[str, tuple[str, float | None]], day: date) -> None:
        """The cycle that ended keeps a key result whose row goes on as it was."""
        title = self.moved_on
        if title in before:
            after = self.ended(day).get(title)
            self.hold(after == before[title], f"{title}: {before[title]} to {after} on {day}")

    def _is_excused(self, title: str, row: Row, was: str, now: str, day: date) -> bool:
        """What chapter 12 allows: a prepared row that starts, a guard-rail confirmed at its end."""
        is_start = was == "Not started" and now in ("On track", "No data")
        is_guard = "uptime" in title and now == "Achieved" and was in ("On track", "At risk")
        return is_start or is_guard or not row.get("Key result")

    def compare(self, before: Mapping[str, Row], day: date) -> None:
        """Nobody who was left alone is better off."""
        for title, row in self.answers().items():
            if title in self.touched or title not in before:
                continue
            was, now = before[title].get("okr status", ""), row.get("okr status", "")
            if was == now or not was or self._is_excused(title, row, was, now, day):
                continue
            is_up = was in RANK[1:] and now in RANK[1:] and RANK.index(now) > RANK.index(was)
            is_green = now in GREEN and was not in GREEN
            self.hold(not (is_up or is_green), f"{title}: {was} to {now} on {day}: {row}")
        self.touched.clear()


def turn_at_random(folder: Path, seed: int, form: str | None = None) -> None:
    """Walk one team over the end of its cycle; `form` is where it keeps its sheet (see `FORMS`),
    else a file drawn by the seed.

    Raises:
        AssertionError: something that never happens did; its words hold the seed and the story.
    """
    with _walk(folder, seed, form) as walk:
        day = walk.day
        walk.run(day)
        last = walk.calendar.end + timedelta(days=walk.chance.choice([6, 18, 40]))
        while day < last:
            near = abs((walk.calendar.end - day).days) <= 3
            day += timedelta(days=1 if near else walk.chance.randint(1, 9))
            before = walk.answers()
            ended = walk.ended(day) if day > walk.calendar.end else {}
            walk.act(day)
            walk.run(day)
            walk.compare(before, day)
            walk.hold_past(ended, day)


def close_at_random(folder: Path, seed: int, form: str | None = None) -> int:
    """Close the cycle of one team and carry it over; answers how many rows were carried.

    Raises:
        AssertionError: as for `turn_at_random`.
    """
    with _walk(folder, seed, form) as walk:
        for day in (walk.day, walk.calendar.end, walk.calendar.end + timedelta(days=1)):
            walk.run(day)
        day = walk.calendar.end + timedelta(days=walk.chance.randint(1, 20))
        if walk.chance.random() < 0.5:
            walk.act(day)
            walk.run(day)
        carried = walk.close(day)
        if carried:
            walk.sheet.read()
            walk.run(day)
            walk.run(day + timedelta(days=1))
        return carried


@contextmanager
def _walk(folder: Path, seed: int, form: str | None) -> Iterator[_Walk]:
    walk = _Walk(folder, seed, form)
    try:
        yield walk
    finally:
        walk.sheet.stop()
