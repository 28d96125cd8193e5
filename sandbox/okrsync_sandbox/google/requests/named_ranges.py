"""Updates of named ranges, and of protections, which may name one."""

from __future__ import annotations

import re

from okrsync_sandbox.google.errors import invalid
from okrsync_sandbox.google.mask import updated
from okrsync_sandbox.google.model import Json
from okrsync_sandbox.google.requests.context import Update, Work, required
from okrsync_sandbox.google.requests.kept import find_object, own_id, range_sheet
from okrsync_sandbox.google.resource import bare_ranges

__all__ = ["UPDATES"]


def _add_named(work: Work, args: Json) -> Json:
    given = args.get("namedRange", {})
    name = given.get("name", "")
    range_sheet(work, given.get("range", {}))
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,249}", name):
        raise invalid(f"The name '{name}' is not a valid range name.")
    if any(one["name"].casefold() == name.casefold() for one in work.spreadsheet.named_ranges):
        raise invalid(f"A named range with the name '{name}' already exists.")
    made = {**given, "namedRangeId": given.get("namedRangeId") or str(work.new_id())}
    if any(one["namedRangeId"] == made["namedRangeId"] for one in work.spreadsheet.named_ranges):
        raise invalid(f"A named range with the id {made['namedRangeId']} already exists.")
    work.spreadsheet.named_ranges.append(made)
    return {"addNamedRange": {"namedRange": bare_ranges(made)}}


def _named(work: Work, named_id: str) -> Json:
    for one in work.spreadsheet.named_ranges:
        if one["namedRangeId"] == named_id:
            return one
    raise invalid(f"No named range with id: {named_id}")


def _update_named(work: Work, args: Json) -> Json:
    mask = required(args, message="NamedRange")
    given = args.get("namedRange", {})
    one = _named(work, given.get("namedRangeId", ""))
    one.update(updated(one, given, mask))
    return {}


def _delete_named(work: Work, args: Json) -> Json:
    work.spreadsheet.named_ranges.remove(_named(work, args.get("namedRangeId", "")))
    return {}


def _add_protection(work: Work, args: Json) -> Json:
    given = args.get("protectedRange", {})
    made = {
        name: value
        for name, value in given.items()
        if name not in ("requestingUserCanEdit",) and value not in ("", None)
    }
    if "namedRangeId" in given:
        sheet = work.sheet(_named(work, given["namedRangeId"])["range"].get("sheetId", 0))
    else:
        sheet = range_sheet(work, given.get("range", {}))
        if given.get("range", {}).keys() <= {"sheetId"} and any(
            one.get("range", {}).keys() <= {"sheetId"}
            for one in sheet.objects.get("protectedRanges", ())
        ):
            raise invalid(f"Sheet '{sheet.title}' already has sheet protection.")
    made["protectedRangeId"] = own_id(
        work, "protectedRanges", "protectedRangeId", given.get("protectedRangeId")
    )
    reply = bare_ranges({**made, "requestingUserCanEdit": True, "editors": made.get("editors", {})})
    users = list(made.get("editors", {}).get("users", ()))
    made["editors"] = {
        **made.get("editors", {}),
        "users": list(dict.fromkeys([*users, work.caller])),
    }
    sheet.list_of("protectedRanges").append(made)
    return {"addProtectedRange": {"protectedRange": reply}}


def _update_protection(work: Work, args: Json) -> Json:
    mask = required(args, message="ProtectedRange")
    given = args.get("protectedRange", {})
    sheet, one = find_object(
        work, "protectedRanges", "protectedRangeId", given.get("protectedRangeId")
    )
    work.refuse_protected(sheet, work.protected_block(one))
    made = updated(one, given, mask)
    one.clear()
    one.update({**made, "protectedRangeId": given["protectedRangeId"]})
    return {}


def _delete_protection(work: Work, args: Json) -> Json:
    sheet, one = find_object(
        work, "protectedRanges", "protectedRangeId", args.get("protectedRangeId")
    )
    work.refuse_protected(sheet, work.protected_block(one))
    sheet.objects["protectedRanges"].remove(one)
    return {}


UPDATES: dict[str, Update] = {
    "addNamedRange": _add_named,
    "updateNamedRange": _update_named,
    "deleteNamedRange": _delete_named,
    "addProtectedRange": _add_protection,
    "updateProtectedRange": _update_protection,
    "deleteProtectedRange": _delete_protection,
}
