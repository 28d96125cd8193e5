"""What a plan would send, for people at a terminal."""

from __future__ import annotations

import json

from okrsync.connector import RequestPreview
from okrsync.model.plain import clean, plural
from okrsync.plan.plan import Plan
from okrsync.report.lines import Line, Printer

__all__ = ["print_requests"]


def print_requests(out: Printer, plan: Plan) -> None:
    """Every request in the order in which it would be sent: where to, with which headers, and its
    body as JSON.
    """
    out.print()
    count = sum(len(part.requests or ()) for part in plan.parts)
    out.print(Line(f"{plural(count, 'request').capitalize()} would be sent.", style="bold"))
    for part in plan.parts:
        for number, request in enumerate(part.requests or (), start=1):
            out.print()
            out.print(
                Line(f"{part.name}, request {number} of {len(part.requests or ())}", style="bold")
            )
            _print_request(out, request)


def _print_request(out: Printer, request: RequestPreview) -> None:
    out.print(Line(f"{request.method} {clean(request.url)}", style="cyan"))
    for name, value in request.headers.items():
        out.print(Line(f"{name}: {clean(value)}", style="bright_black"))
    if request.body is not None:
        for line in json.dumps(
            # A connector may put bytes or dates into a preview; a preview must not fail on them.
            request.body,
            ensure_ascii=False,
            indent=2,
            default=str,
        ).splitlines():
            # `clean` folds white space, and would flatten the JSON.
            indent = len(line) - len(line.lstrip())
            out.print(Line(f"{line[:indent]}{clean(line)}"))
