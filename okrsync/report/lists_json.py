"""Findings, explanations and lists as JSON documents. Fields are added, never renamed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from okrsync.connector import Finding
from okrsync.measures.explain import Step

__all__ = ["check_document", "explain_document", "findings"]


def check_document(found: Mapping[str, Sequence[Finding]], exit_code: int) -> dict[str, Any]:
    """What `check` found, by source: `okrsync/check/1`."""
    return {
        "schema": "okrsync/check/1",
        "sources": [{"name": name, "findings": findings(some)} for name, some in found.items()],
        "problems": sum(one.ok is False for some in found.values() for one in some),
        "exit_code": exit_code,
    }


def findings(found: Sequence[Finding]) -> list[dict[str, Any]]:
    """Findings one by one: `ok`, `problem` or `remark`, what was found, and the repair."""
    kinds = {True: "ok", False: "problem", None: "remark"}
    return [{"kind": kinds[one.ok], "message": one.message, "repair": one.repair} for one in found]


def explain_document(id_: str, steps: Sequence[Step]) -> dict[str, Any]:
    """How an item's numbers came about: `okrsync/explain/1`."""
    return {
        "schema": "okrsync/explain/1",
        "id": id_,
        "steps": [
            {
                "level": step.level,
                "text": step.text,
                "rule": step.rule or None,
                "cells": [str(cell) for cell in step.cells],
                "result": step.result,
            }
            for step in steps
        ],
    }
