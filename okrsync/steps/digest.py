"""Sends the weekly message of each digest that is due, once.

A message is recorded before it is sent and settled after. What a killed run or a lost answer left
open is sent once more, with the same content; a message that certainly did not arrive is made anew
by the next run. The first run after a moment that was missed makes up for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING

from msgspec import structs

from okrsync.config import DigestConfig, digest_name
from okrsync.connector import Calls, Finding, RequestPreview, State
from okrsync.model.errors import AccessError, LostAnswer, OkrsyncError, SourceError
from okrsync.model.okrs import Skip
from okrsync.plan.digests.message import DigestMessage, digest_message
from okrsync.plan.digests.slack import slack_payload
from okrsync.plan.digests.teams import teams_payload
from okrsync.plan.ladder import Escalation, escalations
from okrsync.plan.plan import LEFT, Change, Plan, SourcePlan
from okrsync.plan.review import ReviewFacts, ReviewFilter, concerns_any, entries_of, make_review
from okrsync.plan.review_page import escalated_section
from okrsync.state.messages import Messages, MessageState
from okrsync.steps.decide import failed
from okrsync.steps.due_digests import DueDigest, due_digests, due_moment
from okrsync.steps.job import Job
from okrsync.steps.measure import Measuring
from okrsync.steps.people import directory
from okrsync.steps.review import all_decided, facts_of
from okrsync.steps.trouble import attempt

if TYPE_CHECKING:
    from okrsync.connector.messenger import Messenger, Refused

__all__ = ["check_digests", "plan_digests", "send_digests"]

_MOST_SENDINGS = 2
"""A message whose answer was lost is sent once more, and never a third time."""
_ONCE_THERE = "Once it is there, run okrsync again."


def plan_digests(
    job: Job, measuring: Measuring, plan: Plan, *, with_requests: bool = False
) -> Plan:
    """The plan with the message of each digest that is due."""
    maker = _MessageMaker(job, measuring)
    parts = list(_unable(job))
    for due in _due(job):
        message = attempt(due.name, partial(maker.make, due, "token"))
        part = _planned(due, message)
        if with_requests and isinstance(message, _ReadyMessage):
            part = replace(part, requests=(_preview(due.config, message),))
        parts.append(part)
    return _with_digests(plan, parts)


def send_digests(job: Job, run: str, measuring: Measuring, plan: Plan) -> Plan:
    """Send what is due; the plan with what became of each message."""
    maker = _MessageMaker(job, measuring)
    parts = list(_unable(job))
    for due in _due(job):
        if job.options.should_stop():
            parts.append(SourcePlan(due.name, "failed", error=LEFT))
            continue
        job.say(f"sending {due.name}")
        message = attempt(due.name, partial(maker.make, due, Messages.new_token()))
        parts.append(_carried_out(job, run, due, message))
    return _with_digests(plan, parts)


def check_digests(job: Job) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    """What can be proved about each digest without sending a message."""
    for config in job.config.digests.values():
        name, smtp = digest_name(config.name), config.keys.smtp
        job.say(f"checking {name}")
        if config.missing_secret is not None:
            yield name, (Finding(False, config.missing_secret, _ONCE_THERE),)
            continue
        findings = [_messenger(config).check()]
        if smtp is not None and smtp.password is not None and smtp.tls == "none":
            findings.append(
                Finding(
                    None,
                    f"the password goes to {smtp.host} without encryption",
                    'Set `tls` to "starttls" or "tls" where the server can.',
                )
            )
        findings.append(Finding(True, _when(job, config)))
        yield name, tuple(findings)


def _when(job: Job, config: DigestConfig) -> str:
    moment, week = due_moment(config, job.now, job.config.timezone)
    known = Messages(job.journal.state).find(config.name, week)
    if known is None or not known.is_over:
        return f"due since {_day_and_time(moment)}; the next sync sends it"
    return f"next due on {_day_and_time(moment + timedelta(days=7))}"


def _day_and_time(moment: datetime) -> str:
    return f"{moment:%a} {moment.day} {moment:%b %H:%M}"


@dataclass(frozen=True, slots=True)
class _ReadyMessage:
    """A message that can be sent."""

    token: str
    payload: str
    subject: str
    reason: str
    escalating: Mapping[str, str] | None = None
    """By item, the missed check-in that counts as reported once the message has arrived; None in a
    repeat, which reports what the message before did.
    """


@dataclass(frozen=True, slots=True)
class _NoMessage:
    """Why there is no message: the week brought nothing, or the message `waits` for this reason."""

    waits: str | None = None


def _wanted(job: Job) -> Iterator[DigestConfig]:
    for config in job.config.digests.values():
        if job.is_written(digest_name(config.name)):
            yield config


def _unable(job: Job) -> Iterator[SourcePlan]:
    """The digests that lack a secret, due or not: that is better heard of before Monday."""
    for config in _wanted(job):
        if config.missing_secret is not None:
            name = digest_name(config.name)
            error = AccessError(f"{name}: {config.missing_secret}", hint=_ONCE_THERE)
            yield failed(name, error, Calls())


def _due(job: Job) -> Iterator[DueDigest]:
    # A run about another day must not write to people about it.
    if job.options.as_of is not None:
        return iter(())
    messages = Messages(job.journal.state)
    return due_digests(_wanted(job), messages, job.now, job.config.timezone)


class _MessageMaker:
    """Makes the messages of a run. What they all rest on is looked up once, and only if needed."""

    def __init__(self, job: Job, measuring: Measuring) -> None:
        self._job, self._measuring = job, measuring

    @cached_property
    def _facts(self) -> ReviewFacts:
        return facts_of(self._job, self._measuring)

    def make(self, due: DueDigest, token: str) -> _ReadyMessage | _NoMessage:
        """The message of a digest. Raises `SourceError` where it was sent twice and no answer
        came.
        """
        known = due.known
        is_open = known is not None and known.state is None
        if is_open and due.lost >= _MOST_SENDINGS:
            raise SourceError(
                f"{due.name}: no answer came to the message of this week, twice",
                hint="It may have arrived, and is not sent a third time.",
            )
        if known is not None and is_open and known.kind == due.kind:
            reason = "no answer came to it before: it is sent once more"
            return _ReadyMessage(known.token, known.payload, "the message of before", reason)
        missed = self._missed(due)
        message = self._message(due, missed)
        if isinstance(message, _NoMessage):
            return message
        token = token if known is None else known.token
        reason = f"due since {_day_and_time(due.moment)}"
        payload = self._payload(due, message, token)
        # Of what was reported, only what is still missed need be known.
        reported = {_key(each): _miss(each) for each in missed or ()}
        if missed is None:
            reported = self._job.memory.escalated(due.name)
        return _ReadyMessage(token, payload, message.subject, reason, reported)

    def _missed(self, due: DueDigest) -> tuple[Escalation, ...] | None:
        """The items whose check-in was missed twice, reported already or not; None on a day when
        nobody is called.
        """
        job = self._job
        # A digest that is wanted on a weekend is sent on one; on a holiday nobody is called.
        is_free = job.today.weekday() < 5 and not job.config.working_days.holds(job.today)
        if not due.config.keys.escalate or is_free:
            return None
        people = directory(job, self._measuring.understood)
        return escalations(self._facts.picture, people, job.checkins)

    def _message(
        self, due: DueDigest, missed: Sequence[Escalation] | None
    ) -> DigestMessage | _NoMessage:
        keys = due.config.keys
        about = ReviewFilter(team=keys.team, sources=keys.sources)
        unread = [
            name
            for name, source in self._measuring.understood.items()
            if (not keys.sources or name in keys.sources) and source.state != "ok"
        ]
        if len(unread) == len(keys.sources or self._measuring.understood):
            return _NoMessage("it waits until one of its sources can be read")
        if not concerns_any(self._facts, about):
            whom = f" of team {keys.team!r}" if keys.team else ""
            reason = f"there is no item{whom} to write about; look at `team` and `sources`"
            return _NoMessage(reason)
        decided = all_decided(self._job, self._measuring, self._facts.began, keys.sources)
        review = make_review(self._facts, about, *decided)
        if review.is_empty:
            waits = f"it waits until {', '.join(unread)} can be read" if unread else None
            return _NoMessage(waits)
        reported = self._job.memory.escalated(due.name)
        leads = {
            each.item.id: ", ".join(person.name for person in each.leads)
            for each in missed or ()
            if reported.get(_key(each)) != _miss(each)
        }
        items = entries_of(self._facts, about, leads)
        return digest_message(review, escalated_section(items, leads))

    def _payload(self, due: DueDigest, message: DigestMessage, token: str) -> str:
        keys = due.config.keys
        if due.kind == "slack":
            return json.dumps(slack_payload(message))
        if due.kind == "teams":
            return json.dumps(teams_payload(message))
        from okrsync.plan.digests.email import email_text

        assert keys.smtp is not None
        assert keys.to.email is not None
        message_id = f"okrsync.{due.config.name}.{due.week}.{token}"
        moment = self._job.now.astimezone(self._job.config.timezone)
        return email_text(message, keys.smtp.sender, keys.to.email, message_id, moment)


def _key(escalation: Escalation) -> str:
    """What an item is remembered by."""
    return f"{escalation.item.origin.source} {escalation.item.key}"


def _miss(escalation: Escalation) -> str:
    """Which check-in was missed: the one after this day."""
    last = escalation.checked_in
    return "never" if last is None else last.isoformat()


def _messenger(config: DigestConfig) -> Messenger:
    """The way to where a digest goes."""
    # Its clients take a noticeable time to load, and most runs send nothing.
    from okrsync.connector.messenger import MailServer, Webhook

    name, to, smtp = digest_name(config.name), config.keys.to, config.keys.smtp
    if to.slack is not None:
        return Webhook("Slack", name, to.slack)
    if to.teams is not None:
        return Webhook("Teams", name, to.teams)
    assert smtp is not None
    assert to.email is not None
    return MailServer(
        name, smtp.host, smtp.used_port, smtp.tls, smtp.sender, to.email, smtp.user, smtp.password
    )


def _planned(due: DueDigest, message: _ReadyMessage | _NoMessage | OkrsyncError) -> SourcePlan:
    """The part of a plan for a message that was not sent yet."""
    if isinstance(message, OkrsyncError):
        return failed(due.name, message, Calls())
    if isinstance(message, _NoMessage):
        skip = Skip(due.name, None, f"no message is sent: {message.waits}", "no-message")
        return SourcePlan(due.name, "ok", skips=() if message.waits is None else (skip,))
    changes = tuple(
        Change(f"{due.week} {place}", place, "message", None, message.subject, message.reason)
        for place in due.places
    )
    return SourcePlan(due.name, "ok", changes=changes)


def _carried_out(
    job: Job, run: str, due: DueDigest, message: _ReadyMessage | _NoMessage | OkrsyncError
) -> SourcePlan:
    """Send a message, and say what became of it."""
    messages, name = Messages(job.journal.state), due.config.name
    part = _planned(due, message)
    if isinstance(message, _NoMessage):
        if message.waits is None:
            messages.note_empty(run, name, due.week, due.kind)
        return part
    if isinstance(message, OkrsyncError):
        if due.lost >= _MOST_SENDINGS:
            _settle_reported(job, due, "lost", message.message, due.lost)
        return part
    messenger = _messenger(due.config)
    # Before the message leaves: a run killed at any moment later finds it there.
    with job.memory.transaction():
        messages.intend(run, name, due.week, message.token, due.kind, message.payload, due.lost + 1)
        if message.escalating is not None:
            job.memory.remember_escalating(due.name, message.escalating)
    answer = attempt(due.name, partial(messenger.send, message.payload))
    if isinstance(answer, LostAnswer):
        if due.lost + 1 >= _MOST_SENDINGS:
            hint = "It may have arrived, and is not sent a third time."
            answer = SourceError(answer.message, hint=hint)
            _settle_reported(job, due, "lost", answer.message, due.lost + 1)
        return failed(due.name, answer, messenger.calls)
    if isinstance(answer, OkrsyncError):
        messages.settle(name, due.week, "failed", answer.message, due.lost)
        return failed(due.name, answer, messenger.calls)
    refusals = "; ".join(f"{place}: {why}" for place, why in answer.items())
    _settle_reported(job, due, "sent", refusals or None, due.lost + 1)
    return replace(_with_outcomes(part, answer), calls=messenger.calls)


def _settle_reported(
    job: Job, due: DueDigest, state: MessageState, why: str | None, attempts: int
) -> None:
    """Record that a message has arrived, or may have: what it reported is not reported again."""
    with job.memory.transaction():
        Messages(job.journal.state).settle(due.config.name, due.week, state, why, attempts)
        job.memory.confirm_escalated(due.name)


def _with_outcomes(part: SourcePlan, refused: Refused) -> SourcePlan:
    changes = tuple(
        structs.replace(
            change,
            outcome=State.FAILED if change.at in refused else State.WRITTEN,
            why=refused.get(str(change.at)),
        )
        for change in part.changes
    )
    return replace(part, changes=changes)


def _preview(config: DigestConfig, message: _ReadyMessage) -> RequestPreview:
    smtp = config.keys.smtp
    if config.keys.to.email is not None and smtp is not None:
        return RequestPreview("MAIL", f"{smtp.host}:{smtp.used_port}", message.payload)
    return RequestPreview("POST", "****", json.loads(message.payload))


def _with_digests(plan: Plan, parts: list[SourcePlan]) -> Plan:
    """The plan with the digests that have something to say. A digest that failed beside successful
    sources makes the exit code 3.
    """
    digests = tuple(
        part for part in parts if part.changes or part.skips or part.error or part.state != "ok"
    )
    is_broken = any(part.state != "ok" or part.failures for part in digests)
    code = 3 if is_broken and plan.exit_code == 0 else plan.exit_code
    return replace(plan, digests=digests, exit_code=code)
