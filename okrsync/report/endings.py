"""How runs ended, in words."""

from __future__ import annotations

from okrsync.state.journal import RunRecord

__all__ = ["ending", "reason_of"]

# 2, 11 and 130 end a command before a run begins, so that no run has them.
_ENDINGS = {
    0: "done",
    1: "no source went through",
    3: "some sources failed, or part of one; the rest is done",
    4: "no source went through, because permission was denied",
    5: "a guard stopped a source",
}


def ending(exit_code: int | None, *, is_at_work: bool = False) -> str:
    """What the exit code of a run means; None stands for a run that has not finished."""
    if exit_code is None:
        return "at work" if is_at_work else "did not finish"
    return _ENDINGS.get(exit_code, f"exit code {exit_code}")


def reason_of(record: RunRecord) -> str | None:
    """Why a run failed, by source; None when it succeeded everywhere or no reason is known."""
    reasons = [
        f"{part.source}: {part.reason or part.state}" for part in record.parts if part.state != "ok"
    ]
    return "; ".join(reasons) or None
