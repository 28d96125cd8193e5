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
    if any(
        present["name"].casefold() == name.casefold() for present in work.spreadsheet.named_ranges
    ):
        raise invalid(f"A named range with the name '{name}' already exists.")
    named_range = {**given, "namedRangeId": given.get("namedRangeId") or str(work.new_id())}
    if any(
        present["namedRangeId"] == named_range["namedRangeId"]
        for present in work.spreadsheet.named_ranges
    ):
        raise invalid(f"A named range with the id {named_range['namedRangeId']} already exists.")
    work.spreadsheet.named_ranges.append(named_range)
    return {"addNamedRange": {"namedRange": bare_ranges(named_range)}}


def _named(work: Work, named_id: str) -> Json:
    for named_range in work.spreadsheet.named_ranges:
        if named_range["namedRangeId"] == named_id:
            return named_range
    raise invalid(f"No named range with id: {named_id}")


def _update_named(work: Work, args: Json) -> Json:
    mask = required(args, message="NamedRange")
    given = args.get("namedRange", {})
    named_range = _named(work, given.get("namedRangeId", ""))
    named_range.update(updated(named_range, given, mask))
    return {}


def _delete_named(work: Work, args: Json) -> Json:
    work.spreadsheet.named_ranges.remove(_named(work, args.get("namedRangeId", "")))
    return {}


def _add_protection(work: Work, args: Json) -> Json:
    given = args.get("protectedRange", {})
    protection = {
        name: value
        for name, value in given.items()
        if name not in ("requestingUserCanEdit",) and value not in ("", None)
    }
    if "namedRangeId" in given:
        sheet = work.sheet(_named(work, given["namedRangeId"])["range"].get("sheetId", 0))
    else:
        sheet = range_sheet(work, given.get("range", {}))
        if given.get("range", {}).keys() <= {"sheetId"} and any(
            present.get("range", {}).keys() <= {"sheetId"}
            for present in sheet.objects.get("protectedRanges", ())
        ):
            raise invalid(f"Sheet '{sheet.title}' already has sheet protection.")
    protection["protectedRangeId"] = own_id(
        work, "protectedRanges", "protectedRangeId", given.get("protectedRangeId")
    )
    reply = bare_ranges(
        {**protection, "requestingUserCanEdit": True, "editors": protection.get("editors", {})}
    )
    # Whoever adds a protection can always edit the range.
    users = list(protection.get("editors", {}).get("users", ()))
    protection["editors"] = {
        **protection.get("editors", {}),
        "users": list(dict.fromkeys([*users, work.caller])),
    }
    sheet.list_of("protectedRanges").append(protection)
    return {"addProtectedRange": {"protectedRange": reply}}


def _update_protection(work: Work, args: Json) -> Json:
    mask = required(args, message="ProtectedRange")
    given = args.get("protectedRange", {})
    sheet, protection = find_object(
        work, "protectedRanges", "protectedRangeId", given.get("protectedRangeId")
    )
    work.refuse_protected(sheet, work.protected_block(protection))
    changed = updated(protection, given, mask)
    protection.clear()
    protection.update({**changed, "protectedRangeId": given["protectedRangeId"]})
    return {}


def _delete_protection(work: Work, args: Json) -> Json:
    sheet, protection = find_object(
        work, "protectedRanges", "protectedRangeId", args.get("protectedRangeId")
    )
    work.refuse_protected(sheet, work.protected_block(protection))
    sheet.objects["protectedRanges"].remove(protection)
    return {}


UPDATES: dict[str, Update] = {
    "addNamedRange": _add_named,
    "updateNamedRange": _update_named,
    "deleteNamedRange": _delete_named,
    "addProtectedRange": _add_protection,
    "updateProtectedRange": _update_protection,
    "deleteProtectedRange": _delete_protection,
}
