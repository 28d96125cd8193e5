"""The weekly message of a digest: one a week, whatever goes wrong, and none without a reason."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import time_machine

from ears import Answer, Hook, MailHost
from grids import in_part
from okrsync.testing import FakeClock, fake_time
from okrsync_workbook import WorkbookConnector
from postgres_server import running_server
from self_signed import certificate
from team import CONFIG, ROWS, Team, edit, write_workbook

MONDAY = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
SLACK = '\n[digest.team]\nto = {slack = {env = "SLACK_WEBHOOK"}}\n'
TEAMS = SLACK.replace("slack", "teams")
EMAIL = """
[digest.team]
to = {email = ["lead@acme.example", "ada@acme.example"]}

[digest.team.smtp]
host = "127.0.0.1"
port = PORT
tls = "none"
sender = "okrsync@acme.example"
"""


@pytest.fixture
def pauses() -> Iterator[FakeClock]:
    """The clock of the network floor, which moves only when somebody sleeps."""
    with fake_time() as made:
        yield made


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch, pauses: FakeClock) -> Iterator[Hook]:
    with Hook() as made:
        monkeypatch.setenv("SLACK_WEBHOOK", made.url)
        yield made


@pytest.fixture
def post(team: Team, pauses: FakeClock) -> Iterator[MailHost]:
    with MailHost() as made:
        team.config(CONFIG + EMAIL.replace("PORT", str(made.port)))
        yield made


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as moves:
        yield moves


def sync(team: Team, *arguments: str, code: int = 0) -> dict[str, Any]:
    return team.json("sync", *arguments, code=code)


def message(done: dict[str, Any]) -> dict[str, Any]:
    (digest,) = done["digests"]
    return dict(digest)


@pytest.mark.usefixtures("clock")
def test_a_message_is_sent_once_with_what_needs_doing(team: Team, hook: Hook) -> None:
    team.config(CONFIG + SLACK)
    planned = message(team.json("plan"))
    assert hook.requests == []
    (change,) = planned["changes"]
    assert (change["at"], change["field"], change["before"]) == ("Slack", "message", None)
    assert change["after"] == "OKRs: 1 silent"
    assert change["reason"] == "due since Mon 23 Nov 08:00"
    done = message(sync(team))
    assert [each["outcome"] for each in done["changes"]] == ["written"]
    assert done["calls"] == {"read": 0, "write": 1}
    (body,) = hook.messages
    assert b"Revenue" in body
    for _ in range(2):
        assert sync(team)["digests"] == []
    assert team.json("plan")["digests"] == []
    assert len(hook.messages) == 1


def test_there_is_one_message_a_week(team: Team, hook: Hook, clock: time_machine.Traveller) -> None:
    team.config(CONFIG + SLACK)
    # Sunday: what was due on Monday before is made up for.
    clock.move_to(MONDAY - timedelta(days=1))
    sync(team)
    assert len(hook.messages) == 1
    # In Berlin it is 07:59.
    clock.move_to(MONDAY.replace(hour=6, minute=59))
    sync(team)
    assert len(hook.messages) == 1
    clock.move_to(MONDAY.replace(hour=7, minute=0))
    sync(team)
    assert len(hook.messages) == 2
    # Two moments were missed, and one message makes up for them.
    clock.move_to(MONDAY + timedelta(days=16))
    sync(team)
    sync(team)
    assert len(hook.messages) == 3


def test_another_moment_in_the_same_week_brings_no_second_message(
    team: Team, hook: Hook, clock: time_machine.Traveller
) -> None:
    team.config(CONFIG + SLACK)
    sync(team)
    team.config(CONFIG + SLACK + 'every = "tuesday 09:00"\n')
    clock.move_to(MONDAY + timedelta(days=1, hours=1))
    sync(team)
    assert len(hook.messages) == 1


@pytest.mark.usefixtures("clock")
def test_nothing_is_sent_for_a_day_that_was_named(team: Team, hook: Hook) -> None:
    team.config(CONFIG + SLACK)
    assert team.sync()["digests"] == []
    assert team.json("plan", "--as-of", "2026-11-23")["digests"] == []
    assert hook.requests == []
    sync(team)
    assert len(hook.messages) == 1


@pytest.mark.usefixtures("clock")
def test_a_run_for_one_source_sends_nothing(team: Team, hook: Hook) -> None:
    team.config(CONFIG + SLACK)
    assert sync(team, "--source", "growth")["digests"] == []
    assert message(sync(team, "--source", "digest.team"))["state"] == "ok"
    assert len(hook.messages) == 1


def well(path: Path) -> None:
    """Rows of which nothing needs doing, and nothing is to be said."""
    header, *_ = ROWS
    write_workbook(path, [header, ["Grow", "Sign-ups", "Mia", 40, 75, 100, datetime(2026, 11, 20)]])


def test_a_week_with_nothing_to_say_has_no_message(
    team: Team, hook: Hook, clock: time_machine.Traveller
) -> None:
    team.config(CONFIG + SLACK)
    well(team.folder / "growth.xlsx")
    assert team.json("plan")["digests"] == []
    assert sync(team)["digests"] == []
    # What comes up later in the week is for the next message.
    edit(team.folder / "growth.xlsx", lambda sheet: sheet.__setitem__("E2", 41))
    assert sync(team)["digests"] == []
    assert hook.requests == []
    clock.shift(timedelta(days=7))
    sync(team)
    assert len(hook.messages) == 1


def test_a_message_waits_until_a_source_can_be_read(
    team: Team, hook: Hook, clock: time_machine.Traveller
) -> None:
    team.config(CONFIG + SLACK)
    sheet = team.folder / "growth.xlsx"
    sheet.rename(team.folder / "away.xlsx")
    done = message(sync(team, code=1))
    (skip,) = done["skips"]
    assert skip["reason"] == "no message is sent: it waits until one of its sources can be read"
    (team.folder / "away.xlsx").rename(sheet)
    clock.shift(timedelta(minutes=30))
    sync(team)
    assert len(hook.messages) == 1


@pytest.mark.usefixtures("clock")
def test_a_digest_is_about_its_team_and_sources_only(team: Team, hook: Hook) -> None:
    header, *rows = ROWS
    teams = ["Sales", "Sales", "Care"]
    write_workbook(
        team.folder / "growth.xlsx",
        [[*header, "Team"], *([*row, name] for row, name in zip(rows, teams, strict=True))],
    )
    team.config(
        CONFIG
        + SLACK.replace("digest.team", "digest.sales")
        + 'team = "sales"\n'
        + SLACK.replace("digest.team", "digest.nobody")
        + 'team = "Salse"\n'
    )
    sales, nobody = sync(team)["digests"]
    assert sales["changes"][0]["after"] == "OKRs of sales: 1 silent"
    assert "there is no item of team 'Salse'" in nobody["skips"][0]["reason"]
    (body,) = hook.messages
    assert b"Revenue" in body
    assert b"Churn" not in body


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("section", [SLACK, TEAMS])
def test_private_titles_stay_out(team: Team, hook: Hook, section: str) -> None:
    team.config(
        CONFIG.replace('path = "growth.xlsx"', 'path = "growth.xlsx"\nprivate = true') + section
    )
    sync(team)
    (body,) = hook.messages
    assert b"private" in body
    for word in (b"Revenue", b"Sign-ups", b"Churn", b"Grow", b"Keep"):
        assert word not in body
    assert b"Revenue" not in json.dumps(team.json("state", "export")["messages"]).encode()


@pytest.mark.usefixtures("clock")
def test_a_private_row_is_withheld_alone(team: Team, hook: Hook) -> None:
    header, *rows = ROWS
    marked = [[*row, "yes" if row[1] == "Revenue" else None] for row in rows]
    write_workbook(team.folder / "growth.xlsx", [[*header, "Private"], *marked])
    team.config(CONFIG + SLACK)
    sync(team)
    (body,) = hook.messages
    assert b"private" in body
    assert b"Revenue" not in body


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("kind", ["slack", "teams", "email"])
def test_a_secret_that_somebody_typed_goes_no_further(
    team: Team, hook: Hook, post: MailHost, kind: str
) -> None:
    section = {
        "slack": SLACK,
        "teams": TEAMS,
        "email": EMAIL.replace("PORT", str(post.port)),
    }[kind]
    secret = hook.url.rpartition("/")[2]
    edit(team.folder / "growth.xlsx", lambda tab: tab.__setitem__("B3", f"Post to {secret}"))
    team.config(CONFIG + SLACK.replace("digest.team", "digest.other") + section)
    sync(team)
    bodies = [*hook.messages, *(content for _, _, content in post.messages)]
    assert len(bodies) == 2
    for body in bodies:
        assert secret.encode() not in body
        assert b"Post to " in body


def test_a_state_in_postgresql_sends_one_message_too(
    team: Team, hook: Hook, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_server() as server:
        monkeypatch.setenv("OKRSYNC_STATE", server.url)
        state = 'name = "acme"\nstate = {env = "OKRSYNC_STATE"}\n'
        team.config(state + CONFIG + TestEscalation.PEOPLE + SLACK)
        hook.answers = [Answer(drop=True, takes=True)]
        sync(team, code=3)
        for _ in range(2):
            sync(team)
            sync(team)
            clock.shift(timedelta(days=7))
    first, again, later = hook.messages
    assert first == again
    assert [b"missed twice" in each for each in (first, later)] == [True, False]


def test_a_run_reads_nothing_anew_until_a_message_is_due(
    team: Team,
    hook: Hook,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    team.config(CONFIG + SLACK + 'every = "tuesday 09:00"\n')
    for _ in range(3):
        sync(team)
    assert len(hook.messages) == 1

    def refuse(connector: WorkbookConnector) -> Any:
        raise AssertionError(connector.place)

    with monkeypatch.context() as patch:
        patch.setattr(WorkbookConnector, "read", refuse)
        sync(team)
    # The same day, one that has nothing else to do.
    clock.move_to(datetime(2026, 11, 24, 7, 30, tzinfo=UTC))
    for _ in range(2):
        sync(team)
    assert len(hook.messages) == 1
    clock.move_to(datetime(2026, 11, 24, 8, 30, tzinfo=UTC))
    sync(team)
    assert len(hook.messages) == 2


@pytest.mark.usefixtures("clock")
def test_watch_sends_it_too(team: Team, hook: Hook) -> None:
    team.config(CONFIG + SLACK)
    for _ in range(2):
        assert team.run("watch", "--once")[0] == 0
    assert len(hook.messages) == 1


@pytest.mark.usefixtures("clock")
def test_undo_says_that_a_message_stays(team: Team, hook: Hook) -> None:
    team.config(CONFIG + SLACK)
    run = sync(team)["run"]
    undone = team.json("undo", run)
    (skip,) = message(undone)["skips"]
    assert skip["reason"] == "its message was sent, and cannot be called back"
    assert undone["sources"][0]["changes"]
    # The week has had its message.
    assert sync(team)["digests"] == []
    assert len(hook.messages) == 1


@pytest.mark.usefixtures("clock")
def test_what_was_decided_about_private_rows_stays_out(team: Team, hook: Hook) -> None:
    review = CONFIG.replace("note = ", 'note = "okrsync note"}\nreview = "Weekly review"\n#')
    team.config(review.replace("[sources.growth.write]", "private = true\n[sources.growth.write]"))
    team.json("sync", "--as-of", "2026-11-16")
    edit(team.folder / "growth.xlsx", lambda tab: tab.append(["Buy Acme by May"]), "Weekly review")
    team.config((team.folder / "okrsync.toml").read_text(encoding="utf-8") + SLACK)
    sync(team)
    (body,) = hook.messages
    assert b"Buy Acme" not in body


def test_old_messages_are_forgotten_and_not_sent_again(
    team: Team, hook: Hook, clock: time_machine.Traveller
) -> None:
    team.config(CONFIG + SLACK + '[history]\nkeep = "1 day"\n')
    for _ in range(3):
        clock.shift(timedelta(days=7))
        sync(team)
        clock.shift(timedelta(days=2))
        for _ in range(2):
            sync(team)
        clock.shift(timedelta(days=-2))
    assert len(hook.messages) == 3
    kept = team.json("state", "export")["messages"]
    assert [each["week"] for each in kept] == ["2026-W51"]


class TestEscalation:
    """Check-ins that were missed twice, told to whoever is above their owner."""

    PEOPLE = """
[people]
"Jon" = {email = "jon@acme.example", lead = "Ada Ferro"}
"Ada Ferro" = {email = "ada@acme.example"}
"""

    @pytest.fixture(autouse=True)
    def monday(self, team: Team, hook: Hook, clock: time_machine.Traveller) -> None:
        team.config(CONFIG + self.PEOPLE + SLACK)
        self.team, self.hook, self.clock = team, hook, clock

    @property
    def told(self) -> list[bool]:
        """Of each message, whether it tells of a check-in that was missed twice."""
        return [b"Check-in missed twice (1)" in body for body in self.hook.messages]

    def week(self, code: int = 0) -> None:
        sync(self.team, code=code)
        self.clock.shift(timedelta(days=7))

    def test_a_miss_is_told_once(self) -> None:
        self.week()
        (body,) = self.hook.messages
        assert b"Revenue (Jon), 60 %, stale: for Ada Ferro; last check-in 2 Oct" in body
        self.week()
        # Another check-in came, and then none again.
        checked = datetime(2026, 12, 7)
        edit(self.team.folder / "growth.xlsx", lambda tab: tab.__setitem__("G3", checked))
        for _ in range(4):
            self.week()
        assert self.told == [True, False, False, False, False, True]

    def test_what_did_not_arrive_has_told_nobody(self) -> None:
        self.hook.answers = [Answer(500, b"")]
        sync(self.team, code=3)
        self.week()
        self.week()
        assert self.told == [True, False]

    def test_what_may_have_arrived_is_told_with_the_same_words_only(self) -> None:
        self.hook.answers = [Answer(drop=True, takes=True)]
        sync(self.team, code=3)
        self.week()
        self.week()
        assert self.told == [True, True, False]
        assert self.hook.messages[0] == self.hook.messages[1]

    def test_it_can_be_switched_off(self) -> None:
        self.team.config(CONFIG + self.PEOPLE + SLACK + "escalate = false\n")
        self.week()
        self.team.config(CONFIG + self.PEOPLE + SLACK)
        self.week()
        assert self.told == [False, True]

    def test_on_a_holiday_nobody_is_told_and_nothing_is_forgotten(self) -> None:
        sections = self.PEOPLE + SLACK + 'every = "thursday 08:00"\n'
        self.team.config('holidays = "US"\n' + CONFIG + sections)
        # The fourth Thursday of November.
        self.clock.move_to(datetime(2026, 11, 26, 8, 30, tzinfo=UTC))
        for _ in range(3):
            self.week()
        assert self.told == [False, True, False]
        # Told already, and still missed, through a holiday.
        self.team.config('holidays = "US"\n' + CONFIG + sections.replace("thursday", "friday"))
        self.clock.move_to(datetime(2026, 12, 25, 8, 30, tzinfo=UTC))
        self.week()
        self.team.config('holidays = "US"\n' + CONFIG + sections.replace("thursday", "monday"))
        self.clock.move_to(datetime(2026, 12, 28, 8, 30, tzinfo=UTC))
        self.week()
        assert self.told == [False, True, False, False, False]


class TestTrouble:
    """What becomes of a message where something goes wrong."""

    @pytest.fixture(autouse=True)
    def monday(self, team: Team, hook: Hook, clock: time_machine.Traveller) -> None:
        team.config(CONFIG + SLACK)
        self.team, self.hook, self.clock = team, hook, clock

    def sync(self, code: int = 0) -> dict[str, Any]:
        return sync(self.team, code=code)

    @pytest.mark.parametrize(
        ("answer", "words"),
        in_part(
            [
                (Answer(400, b"invalid_payload"), "Slack answered 400 (invalid_payload)"),
                (Answer(403, b"action_prohibited"), "does not let this webhook post"),
                (Answer(404, b"no_service"), "(no_service): the webhook or its channel is gone"),
                (Answer(410, b"channel_is_archived"), "the webhook or its channel is gone"),
                (Answer(302, b"", {"Location": "https://evil.example/"}), "leads elsewhere"),
                (Answer(500, b"rollup_error"), "Slack answered 500 (rollup_error)"),
                (Answer(503, b""), "Slack answered 503"),
            ],
            every=2,
        ),
    )
    def test_a_refused_message_is_made_anew_by_the_next_run(
        self, answer: Answer, words: str
    ) -> None:
        self.hook.answers = [answer, answer]
        for runs in (1, 2):
            done = message(self.sync(code=3))
            assert (done["state"], done["changes"]) == ("failed", [])
            assert words in done["error"]
            assert done["failing"] == {"since": "2026-11-23T08:30:00+00:00", "runs": runs}
        assert self.hook.messages == []
        retried = self.team.json("retry")
        assert retried["digests"][0]["changes"][0]["outcome"] == "written"
        self.sync()
        assert len(self.hook.messages) == 1

    def test_a_pause_that_is_asked_for_is_kept(self) -> None:
        self.hook.answers = [Answer(429, b"rate_limited", {"Retry-After": "3"})] * 2
        done = message(self.sync())
        assert done["calls"]["write"] == 3
        assert len(self.hook.messages) == 1

    def test_a_long_pause_is_for_the_next_run(self, pauses: FakeClock) -> None:
        self.hook.answers = [Answer(429, b"", {"Retry-After": "3600"})]
        assert "asks to wait for 3600 s" in message(self.sync(code=3))["error"]
        # A job that goes on meanwhile does not knock before the time.
        self.sync(code=3)
        assert len(self.hook.requests) == 1
        pauses.go(3600)
        self.sync()
        assert len(self.hook.messages) == 1

    @pytest.mark.parametrize(
        "answer",
        [
            Answer(drop=True, takes=False),
            Answer(drop=True, takes=True),
            Answer(502, b"", takes=True),
            Answer(504, b"", takes=False),
            Answer(200, b"<!DOCTYPE html><title>Sign in</title>", takes=False),
        ],
    )
    def test_a_lost_answer_brings_the_same_message_once_more(self, answer: Answer) -> None:
        self.hook.answers = [answer]
        done = message(self.sync(code=3))
        assert done["state"] == "failed"
        assert done["hint"] == "The message may have arrived. The next run sends it once more."
        # Another title by now: what may have arrived already is sent as it was.
        edit(self.team.folder / "growth.xlsx", lambda sheet: sheet.__setitem__("B3", "Turnover"))
        again = message(self.sync())
        assert again["changes"][0]["reason"] == "no answer came to it before: it is sent once more"
        assert self.sync()["digests"] == []
        assert len(self.hook.messages) == 1 + answer.arrives
        assert len(set(self.hook.messages)) == 1
        assert b"Revenue" in self.hook.messages[0]

    def test_no_message_is_sent_a_third_time(self) -> None:
        self.hook.answers = [Answer(drop=True), Answer(drop=True)]
        self.sync(code=3)
        done = message(self.sync(code=3))
        assert done["hint"] == "It may have arrived, and is not sent a third time."
        assert self.sync()["digests"] == []
        assert len(self.hook.messages) == 2
        self.clock.shift(timedelta(days=7))
        self.sync()
        assert len(self.hook.messages) == 3

    def test_where_nobody_listens_nothing_is_lost(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SLACK_WEBHOOK", "http://127.0.0.1:1/services/T0/B0/x5NfYJmQx4gqzLrW")
        done = message(self.sync(code=3))
        assert "Slack cannot be reached; gave up after 30 s" in done["error"]
        monkeypatch.setenv("SLACK_WEBHOOK", self.hook.url)
        self.sync()
        assert len(self.hook.messages) == 1

    def test_two_jobs_at_a_time_send_one(self) -> None:
        codes: list[int] = []

        def another() -> None:
            self.hook.meanwhile = lambda: None
            codes.append(self.team.run("sync")[0])

        def meanwhile() -> None:
            other = threading.Thread(target=another)
            other.start()
            other.join()

        self.hook.meanwhile = meanwhile
        self.team.run("sync")
        assert codes == [11]
        assert len(self.hook.messages) == 1

    def test_a_missing_address_fails_its_digest_and_nothing_else(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("SLACK_WEBHOOK")
        done = self.sync(code=3)
        assert done["sources"][0]["state"] == "ok"
        assert "okrsync.toml:13: digest.team.to.slack: the env" in message(done)["error"]
        # Under --as-of nothing is sent, and yet it is better heard of.
        assert message(self.team.sync(code=3))["state"] == "failed"
        checked = {each["name"]: each for each in self.team.json("check", code=3)["sources"]}
        assert "SLACK_WEBHOOK is not set" in checked["digest.team"]["findings"][0]["message"]

    def test_the_address_is_nowhere_to_be_seen(self) -> None:
        secret = self.hook.url.rpartition("/")[2]
        told = [self.team.run("plan", "--show-requests")[1], self.team.run("check")[1]]
        self.hook.answers = [Answer(404, f"no_service {self.hook.url}".encode())]
        told += [self.team.run("sync")[1], self.team.err, self.team.run("history")[1]]
        told += [json.dumps(self.team.json("state", "export"))]
        told += [
            path.read_bytes().decode("latin-1") for path in self.team.folder.glob("okrsync.db*")
        ]
        assert "no_service ****" in told[2]
        assert not any(secret in text or "/services/" in text for text in told)

    def test_check_tries_the_way_without_sending(self) -> None:
        checked = {each["name"]: each for each in self.team.json("check")["sources"]}
        messages = [finding["message"] for finding in checked["digest.team"]["findings"]]
        assert messages == [
            "Slack can be reached; whether it takes a message shows with the first one",
            "due since Mon 23 Nov 08:00; the next sync sends it",
        ]
        assert [method for method, _, _ in self.hook.requests] == ["HEAD"]
        self.sync()
        checked = {each["name"]: each for each in self.team.json("check")["sources"]}
        assert checked["digest.team"]["findings"][1]["message"] == "next due on Mon 30 Nov 08:00"

    def test_the_requests_of_a_plan_are_those_of_the_run(self) -> None:
        (request,) = message(self.team.json("plan", "--show-requests"))["requests"]
        assert (request["method"], request["url"]) == ("POST", "****")
        self.sync()
        assert json.loads(self.hook.messages[0]) == request["body"]


@pytest.mark.usefixtures("clock")
class TestEmail:
    """Digests that go by mail."""

    @pytest.fixture(autouse=True)
    def server(self, team: Team, post: MailHost) -> None:
        self.team, self.post = team, post

    def sync(self, code: int = 0) -> dict[str, Any]:
        return sync(self.team, code=code)

    def test_a_mail_goes_to_every_recipient_at_once(self) -> None:
        done = message(self.sync())
        assert [(each["at"], each["outcome"]) for each in done["changes"]] == [
            ("lead@acme.example", "written"),
            ("ada@acme.example", "written"),
        ]
        ((sender, recipients, content),) = self.post.messages
        assert (sender, recipients) == (
            "okrsync@acme.example",
            ["lead@acme.example", "ada@acme.example"],
        )
        mail = message_from_bytes(content, policy=default)
        assert mail["To"] == "lead@acme.example, ada@acme.example"
        assert mail["Subject"] == "OKRs: 1 silent"
        assert self.sync()["digests"] == []
        assert len(self.post.messages) == 1

    @pytest.mark.parametrize(
        ("verb", "reply", "words"),
        in_part(
            [
                (
                    "MAIL",
                    "550 5.7.1 sender rejected",
                    "refused mail from okrsync@acme.example: 550",
                ),
                ("END", "554 5.7.1 spam", "refused the message: 554 5.7.1 spam"),
                ("END", "552 5.3.4 too big", "refused the message: 552 5.3.4 too big"),
                ("DATA", "554 5.5.1 no recipients", "refused the message: 554"),
                ("CONNECT", "554 5.3.2 not here", "refused the connection: 554"),
                ("MAIL", "530 5.7.0 login first", "wants a login: 530"),
            ],
            every=2,
        ),
    )
    def test_a_refused_mail_is_made_anew_by_the_next_run(
        self, verb: str, reply: str, words: str
    ) -> None:
        self.post.replies = {verb: [reply]}
        assert words in message(self.sync(code=3))["error"]
        assert self.post.messages == []
        self.sync()
        self.sync()
        assert len(self.post.messages) == 1

    @pytest.mark.parametrize(
        ("verb", "reply"),
        in_part(
            [
                ("CONNECT", "421 4.3.2 too busy"),
                ("EHLO", "421 4.3.2 going down"),
                ("MAIL", "451 4.3.0 later"),
                ("DATA", "421 4.3.2 going down"),
                ("END", "451 4.3.0 later"),
                ("END", "421 4.3.2 going down"),
                ("CONNECT", ""),
                ("MAIL", ""),
                ("RCPT", ""),
                ("DATA", ""),
            ],
            every=2,
        ),
    )
    def test_a_server_that_asks_to_come_back_is_asked_again(self, verb: str, reply: str) -> None:
        self.post.replies = {verb: [reply]}
        self.sync()
        assert len(self.post.messages) == 1

    @pytest.mark.parametrize("is_taken", [True, False])
    def test_a_lost_answer_brings_the_same_mail_once_more(self, is_taken: bool) -> None:
        self.post.replies = {"END": [""]}
        self.post.takes_unanswered = is_taken
        assert "gave no answer to the message" in message(self.sync(code=3))["error"]
        edit(self.team.folder / "growth.xlsx", lambda sheet: sheet.__setitem__("B3", "Turnover"))
        self.sync()
        assert self.sync()["digests"] == []
        contents = [content for _, _, content in self.post.messages]
        assert len(contents) == 1 + is_taken
        # By its Message-ID a mail program shows it once.
        assert len({message_from_bytes(each)["Message-ID"] for each in contents}) == 1

    def test_who_is_refused_costs_nobody_else_the_mail(self) -> None:
        self.post.replies = {"RCPT": ["550 5.1.1 no such user"]}
        done = message(self.sync(code=3))
        assert [(each["at"], each["outcome"], each["why"]) for each in done["changes"]] == [
            ("lead@acme.example", "failed", "550 5.1.1 no such user"),
            ("ada@acme.example", "written", None),
        ]
        assert self.sync()["digests"] == []
        ((_, recipients, _),) = self.post.messages
        assert recipients == ["ada@acme.example"]

    def test_a_password_that_is_not_accepted_is_said_and_not_repeated(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.post.password = "wet paint"
        monkeypatch.setenv("SMTP_PASSWORD", "dry paint")
        login = 'user = "okrsync"\npassword = {env = "SMTP_PASSWORD"}\n'
        self.team.config(CONFIG + EMAIL.replace("PORT", str(self.post.port)) + login)
        done = message(self.sync(code=3))
        assert done["error"] == (
            "digest.team: the mail server does not accept user and password (535)"
        )
        assert done["hint"] == "Look at `user`, and at the password in env SMTP_PASSWORD."
        monkeypatch.setenv("SMTP_PASSWORD", "wet paint")
        self.sync()
        assert self.post.logins[-1] == ("okrsync", "wet paint")
        assert len(self.post.messages) == 1

    @pytest.mark.parametrize("tls", ["starttls", "tls"])
    def test_a_server_that_does_not_encrypt_gets_nothing(self, tls: str) -> None:
        section = EMAIL.replace("PORT", str(self.post.port)).replace('"none"', f'"{tls}"')
        self.team.config(CONFIG + section)
        message(self.sync(code=3))
        assert self.post.messages == []
        assert not {"AUTH", "MAIL"} & set(self.post.verbs)

    def test_check_goes_as_far_as_the_recipients(self) -> None:
        checked = {each["name"]: each for each in self.team.json("check")["sources"]}
        finding = checked["digest.team"]["findings"][0]
        assert finding["message"] == (
            "127.0.0.1 takes mail from okrsync@acme.example for these 2 recipients"
        )
        assert "DATA" not in self.post.verbs
        self.post.replies = {"RCPT": ["250 ok", "550 5.1.1 no such user"]}
        checked = {each["name"]: each for each in self.team.json("check", code=3)["sources"]}
        finding = checked["digest.team"]["findings"][0]
        assert "does not take mail for ada@acme.example: 550" in finding["message"]


# By the real clock, as the library that looks at certificates.
@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize("is_tls", [True, False])
@pytest.mark.parametrize("is_known", [True, False])
def test_the_certificate_of_a_mail_server_is_checked(
    team: Team, monkeypatch: pytest.MonkeyPatch, is_tls: bool, is_known: bool
) -> None:
    cert, key = certificate(team.folder / "tls", "localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    if is_known:
        monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    monkeypatch.setenv("SMTP_PASSWORD", "wet paint")
    with MailHost(context, is_tls=is_tls) as post:
        post.password = "wet paint"
        section = EMAIL.replace("PORT", str(post.port)).replace("127.0.0.1", "localhost")
        section = section.replace('"none"', '"tls"' if is_tls else '"starttls"')
        section += 'user = "okrsync"\npassword = {env = "SMTP_PASSWORD"}\n'
        team.config(CONFIG + section)
        done = message(sync(team, code=0 if is_known else 3))
        if is_known:
            assert len(post.messages) == 1
        else:
            assert "the certificate of localhost was not accepted" in done["error"]
            assert post.messages == []
            assert post.logins == []
