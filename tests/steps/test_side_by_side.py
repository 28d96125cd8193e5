"""Sources are read and written side by side, and nothing of what comes out depends on who is
faster.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from itertools import product
from pathlib import Path

import pytest

from grids import in_part
from okrsync.model.errors import SourceChanged
from okrsync.state.store import Store
from okrsync.steps.decide import decide
from okrsync.steps.measure import measure
from okrsync.steps.read import read
from okrsync.steps.side_by_side import AtOnce, Workers, in_fair_turns, side_by_side
from okrsync.steps.understand import Understood, understand
from okrsync.steps.write import write
from several import Company
from team import AS_OF, Team, write_csv

NAMES = ("a", "b", "c", "d", "e", "f")
PROMPTLY = 20.0
"""Seconds after which a test that waits for something gives up: it has failed then."""


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = Workers(4)
    yield made
    made.shutdown(wait=False)


class TestTasks:
    @pytest.mark.parametrize("make", [lambda: Workers(3), lambda: ThreadPoolExecutor(3), AtOnce])
    def test_every_answer_comes_with_its_key(self, make: Callable[[], Executor]) -> None:
        with make() as executor:
            tasks = [(number, partial(pow, number, 2)) for number in range(20)]
            assert dict(side_by_side(executor, tasks, 3)) == {
                number: number**2 for number in range(20)
            }

    def test_no_more_are_under_way_than_allowed_and_none_is_taken_early(
        self, workers: Workers
    ) -> None:
        taken: list[int] = []

        def tasks() -> Iterator[tuple[int, Callable[[], int]]]:
            for number in range(9):
                taken.append(number)
                yield number, partial(abs, number)

        answers = side_by_side(workers, tasks(), 2)
        for done, _ in enumerate(answers, start=1):
            assert len(taken) <= done + 2

    def test_a_queue_that_waits_holds_up_no_other(self, workers: Workers) -> None:
        """Four workers; the tasks of one credential wait until all of the other's are done."""
        may_end = threading.Event()
        stuck = [(f"stuck {number}", lambda: may_end.wait(PROMPTLY)) for number in range(20)]
        quick = [(f"quick {number}", lambda: True) for number in range(20)]
        done = []
        for name, ended in in_fair_turns(workers, [stuck, quick], 4):
            assert ended, "waited in vain"
            done.append(name)
            if len(done) == 20:
                may_end.set()
        assert all(name.startswith("quick") for name in done[:20])
        assert len(done) == 40

    def test_what_a_task_raises_is_raised_to_who_asked(self, workers: Workers) -> None:
        def fails() -> int:
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            list(side_by_side(workers, [(1, fails)], 2))

    def test_workers_that_were_sent_home_take_nothing_more(self) -> None:
        workers = Workers(2)
        assert workers.submit(abs, -1).result(PROMPTLY) == 1
        workers.shutdown()
        with pytest.raises(RuntimeError):
            workers.submit(abs, -1)


class TestRuns:
    def test_sources_are_read_and_written_at_the_same_time(
        self, tmp_path: Path, workers: Workers
    ) -> None:
        # Each waits for three others: alone, nobody would get through.
        reading, writing = (threading.Barrier(4, timeout=PROMPTLY) for _ in range(2))
        company = Company.of(tmp_path, *NAMES[:4])
        company.on_read = lambda _: reading.wait()
        company.on_write = lambda _: writing.wait()
        done = company.sync(workers, 4)
        assert [source.state for source in done.sources] == ["ok"] * 4

    def test_what_comes_out_is_in_the_order_of_the_config_whoever_is_faster(
        self, tmp_path: Path, workers: Workers
    ) -> None:
        turns = {name: threading.Event() for name in NAMES[:4]}
        turns["d"].set()

        def last_comes_first(name: str) -> None:
            assert turns[name].wait(PROMPTLY)
            if name != "a":
                turns[chr(ord(name) - 1)].set()

        company = Company.of(tmp_path, *NAMES[:4], on_read=last_comes_first)
        done = company.sync(workers, 4)
        assert [source.name for source in done.sources] == list(NAMES[:4])
        assert [
            entry.source for entry in company.entries(str(done.run)) if entry.kind == "cell"
        ] == list(NAMES[:4])
        assert [list(company.picture().tree.objectives)] == [[f"{name}/O1" for name in NAMES[:4]]]

    def test_one_after_the_other_or_side_by_side_the_end_is_the_same(
        self, tmp_path: Path, workers: Workers
    ) -> None:
        companies = []
        for folder, executor, count in (("one", None, 1), ("four", workers, 4)):
            (tmp_path / folder).mkdir()
            company = Company.of(tmp_path / folder, *NAMES)
            company.sync(executor, count)
            companies.append(company)
        assert companies[0].teams == companies[1].teams
        assert [company.beside("c") for company in companies] == [[0.3], [0.3]]

    def test_an_error_nobody_foresaw_spoils_its_own_source_only(
        self, tmp_path: Path, workers: Workers, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("OKRSYNC_DEBUG", raising=False)

        def breaks(name: str) -> None:
            if name == "b":
                raise KeyError("surprise")

        for when in ("on_read", "on_write"):
            (tmp_path / when).mkdir()
            company = Company.of(tmp_path / when, *NAMES[:3], **{when: breaks})
            done = company.sync(workers, 4)
            assert [source.state for source in done.sources] == ["ok", "failed", "ok"]
            assert done.exit_code == 3
            assert "KeyError" in str(done.sources[1].error)
            assert [company.beside(name) for name in "abc"] == [[0.1], [], [0.3]]
            company.on_read = company.on_write = lambda _: None
            company.sync(workers, 4)
            assert company.beside("b") == [0.2]
        monkeypatch.setenv("OKRSYNC_DEBUG", "1")
        with pytest.raises(KeyError):
            Company.of(tmp_path, *NAMES[:3], on_read=breaks).sync(workers, 4)

    def test_a_source_that_moved_is_planned_again_while_the_others_are_written(
        self, tmp_path: Path, workers: Workers
    ) -> None:
        company = Company.of(tmp_path, *NAMES[:4])
        moved: list[str] = []

        def moves_once(name: str) -> None:
            if name in "bd" and name not in moved:
                moved.append(name)
                company.teams[name].tabs["Q4"][1][3] = 90
                raise SourceChanged("somebody was faster")

        company.on_write = moves_once
        done = company.sync(workers, 4)
        assert sorted(moved) == ["b", "d"]
        assert [source.state for source in done.sources] == ["ok"] * 4
        assert [company.beside(name) for name in "abcd"] == [[0.1], [0.9], [0.3], [0.9]]
        assert [entry.state for entry in company.entries(str(done.run))] == ["written"] * 8

    def test_a_source_that_never_stands_still_is_given_up(
        self, tmp_path: Path, workers: Workers
    ) -> None:
        def moves(name: str) -> None:
            if name == "b":
                raise SourceChanged("b: somebody was faster")

        company = Company.of(tmp_path, *NAMES[:3], on_write=moves)
        done = company.sync(workers, 4)
        assert [(source.state, source.error) for source in done.sources][1] == (
            "failed",
            "b: somebody was faster",
        )
        assert {entry.source for entry in company.entries(str(done.run))} == {"a", "c"}


class TestInterrupted:
    def test_writes_under_way_are_heard_and_no_other_is_begun(
        self, tmp_path: Path, workers: Workers
    ) -> None:
        company = Company.of(tmp_path, *NAMES[:4])
        interrupted = threading.Event()

        def interrupt(line: str) -> None:
            if line == "writing c":
                interrupted.set()
                raise KeyboardInterrupt

        company.say = interrupt
        company.on_write = lambda _: interrupted.wait(PROMPTLY)
        with pytest.raises(KeyboardInterrupt):
            company.sync(workers, 4)
        assert [company.beside(name) for name in "abcd"] == [[0.1], [0.2], [], []]
        entries = [
            entry for run in ("1", "2") for entry in company.entries(f"{_day(company)}-{run}")
        ]
        assert {(entry.source, entry.state) for entry in entries} == {
            ("a", "written"),
            ("b", "written"),
        }
        company.say = lambda _: None
        done = company.sync(workers, 4)
        assert [len(source.changes) for source in done.sources] == [0, 0, 2, 2]

    def test_nobody_waits_for_a_source_that_does_not_answer(
        self, tmp_path: Path, workers: Workers
    ) -> None:
        company = Company.of(tmp_path, *NAMES[:3])
        answers = threading.Event()

        def interrupt(line: str) -> None:
            if line == "reading c":
                raise KeyboardInterrupt

        company.say = interrupt
        company.on_read = lambda _: answers.wait(60)
        with pytest.raises(KeyboardInterrupt):
            company.sync(workers, 4)
        assert not answers.is_set()
        answers.set()


def _day(company: Company) -> str:
    from okrsync.state.journal import Journal

    with Store.open(company.base / "okrsync.db", readonly=True) as state:
        return Journal(state).runs(1)[0].id.rsplit("-", 1)[0]


MANY = 5
POINTS = [(what, number) for what in ("intend", "write", "settle") for number in (1, 3, 5)]


@pytest.mark.parametrize(("point", "when"), in_part(product(POINTS, ["before", "after"]), every=5))
def test_killed_while_several_are_being_written_the_next_run_ends_in_the_same_state(
    team: Team, point: tuple[str, int], when: str
) -> None:
    config = 'cycle = "2026-Q4"\n'
    for at in range(MANY):
        rows: list[list[object]] = [
            ["Objective", "Key result", "Baseline", "Current", "Target"],
            ["Grow", "More", 0, 10 * at, 100],
        ]
        write_csv(team.folder / f"team{at}.csv", rows)
        config += (
            f'[sources.t{at}]\nconnector = "workbook"\npath ='
            f' "team{at}.csv"\n[sources.t{at}.write]\ncolumns = {{progress = "Done"}}\n'
        )
    team.config(config)
    child = os.fork()
    if child == 0:
        _die_at(*point, when)
        team.run("sync", "--as-of", AS_OF)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    team.sync()
    for at in range(MANY):
        assert (team.folder / f"team{at}.csv").read_text().splitlines() == [
            "Objective,Key result,Baseline,Current,Target,Done",
            f"Grow,More,0,{10 * at},100,{10 * at}%",
        ]
    assert team.sync()["counts"]["changes"] == 0
    code, _ = team.run("history")
    assert code == 0
    assert [path.name for path in team.folder.iterdir() if path.name.endswith(".okrsync")] == []


def _die_at(what: str, number: int, when: str) -> None:
    """In this process, the nth call of something is its last, whichever thread it comes from."""
    from okrsync.state.journal import Journal
    from okrsync_workbook import WorkbookConnector

    target = WorkbookConnector if what == "write" else Journal
    inner, calls, lock = getattr(target, what), [0], threading.Lock()

    def dying(*args: object, **more: object) -> object:
        with lock:
            calls[0] += 1
            is_last = calls[0] == number
        if is_last and when == "before":
            os._exit(9)
        answer = inner(*args, **more)
        if is_last:
            os._exit(9)
        return answer

    setattr(target, what, dying)


def test_only_what_is_still_to_be_written_is_held(tmp_path: Path) -> None:
    company = Company.of(tmp_path, *NAMES[:4])
    company.sync()
    company.teams["b"].tabs["Q4"][1][3] = 90
    with Store.open(tmp_path / "okrsync.db") as state:
        job = company.job(state, only=NAMES[:3])
        understood = understand(job, read(job))
        assert [bool(rows_held(understood[name])) for name in NAMES[:4]] == [
            True,
            True,
            True,
            False,
        ]
        measuring = measure(job, understood)
        plan = decide(job, understood, measuring)
        assert [source.name for source in plan.sources if source.batch is not None] == ["b"]
        run = job.journal.begin("sync", as_of=job.today, now=job.now)
        written = write(job, run, understood, measuring, plan)
        # Once it is written, nothing of a large sheet is needed any more.
        assert not any(rows_held(written.understood[name]) for name in NAMES[:4])


def rows_held(source: Understood) -> int:
    assert source.snapshot is not None
    return sum(len(table.rows) for table in source.snapshot.tables)
