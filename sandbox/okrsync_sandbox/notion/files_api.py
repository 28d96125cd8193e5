"""File uploads: created, sent in one piece or in parts, completed, and attached within an hour.

After https://developers.notion.com/reference/file-upload and the pages beside it.
"""

from __future__ import annotations

from email import message_from_bytes
from email.policy import HTTP
from mimetypes import guess_type

from okrsync_sandbox.notion.asking import Ask
from okrsync_sandbox.notion.errors import failed, not_found, wrong
from okrsync_sandbox.notion.model import Json, Stamps, Upload

__all__ = ["LARGEST_PART", "complete", "create", "form_of", "list_all", "retrieve", "send"]

LARGEST_PART = 20 * 1024 * 1024
"""Bytes of a file sent at once, and of each part."""
_MOST_PARTS = 10_000
_LONGEST_NAME = 900
_MODES = ("single_part", "multi_part", "external_url")
_STATUSES = ("pending", "uploaded", "expired", "failed")
_AN_HOUR = 3600


def form_of(body: bytes, content_type: str) -> Json:
    """The fields of a multipart form; a file as its name, type and bytes. Raises `NotionError`
    where it is none.
    """
    message = message_from_bytes(
        b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body, policy=HTTP
    )
    if not message.is_multipart():
        raise wrong("body failed validation: body should be multipart/form-data.")
    fields: Json = {}
    for part in message.iter_parts():
        name, data = (
            part.get_param("name", header="content-disposition"),
            part.get_payload(decode=True),
        )
        assert isinstance(data, bytes)
        filename = part.get_filename()
        if filename is None:
            fields[str(name)] = data.decode("utf-8", "replace")
        else:
            fields[str(name)] = {
                "filename": filename,
                "type": part.get_content_type(),
                "length": len(data),
            }
    return fields


def create(ask: Ask) -> Json:
    """POST file_uploads"""
    ask.may("insert")
    body = ask.body
    mode, name, kind = (
        body.get("mode", "single_part"),
        body.get("filename"),
        body.get("content_type"),
    )
    if mode not in _MODES:
        raise failed("body.mode", '`"single_part"`, `"multi_part"` or `"external_url"`', mode)
    if mode != "single_part" and not isinstance(name, str):
        raise failed("body.filename", "defined", ... if name is None else name)
    if isinstance(name, str) and len(name.encode()) > _LONGEST_NAME:
        raise failed("body.filename.length", f"≤ `{_LONGEST_NAME}`", len(name.encode()))
    parts = body.get("number_of_parts")
    if mode == "multi_part" and (not isinstance(parts, int) or not 1 <= parts <= _MOST_PARTS):
        raise failed(
            "body.number_of_parts",
            f"a number from `1` to `{_MOST_PARTS}`",
            ... if parts is None else parts,
        )
    if mode == "external_url" and not str(body.get("external_url", "")).startswith("https://"):
        raise failed("body.external_url", "a valid HTTPS URL", body.get("external_url", ...))
    stamps: Stamps = ask.space.stamps(ask.caller.bot)
    upload = Upload(ask.space.new_id(), stamps, name, kind)
    upload.parts = parts if mode == "multi_part" else None
    ask.space.uploads[upload.id] = upload
    return ask.answers.upload(upload)


def list_all(ask: Ask) -> Json:
    """GET file_uploads: the newest first"""
    status = ask.first("status")
    if status is not None and status not in _STATUSES:
        raise wrong(
            "query failed validation: query.status should be a valid status, instead was"
            f' `"{status}"`.'
        )
    for upload in ask.space.uploads.values():
        _age(ask, upload)
    uploads = [
        upload for upload in reversed(ask.space.uploads.values()) if status in (None, upload.status)
    ]
    return ask.listed(uploads, "file_upload", ask.answers.upload)


def retrieve(ask: Ask) -> Json:
    """GET file_uploads/{id}"""
    return ask.answers.upload(_upload(ask))


def send(ask: Ask) -> Json:
    """POST file_uploads/{id}/send, as a form with the file in it"""
    ask.may("insert")
    upload, sent = _upload(ask), ask.body.get("file")
    if not isinstance(sent, dict) or "length" not in sent:
        raise failed("body.file", "defined")
    if upload.status != "pending":
        raise wrong(
            f"File upload {upload.id} has a status of `{upload.status}`, and cannot be sent to."
        )
    if sent["length"] > LARGEST_PART:
        raise wrong(
            f"File size is too large: {sent['length']} bytes, the maximum is {LARGEST_PART}."
        )
    if upload.parts is None:
        upload.filename, upload.content_type = (
            upload.filename or sent["filename"],
            upload.content_type or _kind(sent),
        )
        upload.length, upload.status = sent["length"], "uploaded"
    else:
        number = str(ask.body.get("part_number", ""))
        if not number.isdigit() or not 1 <= int(number) <= upload.parts:
            raise failed(
                "body.part_number",
                f"a number from `1` to `{upload.parts}`",
                ask.body.get("part_number", ...),
            )
        upload.sent[number] = sent["length"]
    ask.space.touch(upload, ask.caller.bot)
    return ask.answers.upload(upload)


def complete(ask: Ask) -> Json:
    """POST file_uploads/{id}/complete, once all parts are there"""
    ask.may("insert")
    upload = _upload(ask)
    if upload.parts is None:
        raise wrong(f"File upload {upload.id} is not a multi-part upload.")
    if upload.status != "pending" or len(upload.sent) != upload.parts:
        raise wrong(
            f"File upload {upload.id} is not complete: {len(upload.sent)} of {upload.parts} parts"
            " were sent."
        )
    upload.length, upload.status = sum(upload.sent.values()), "uploaded"
    upload.content_type = upload.content_type or guess_type(upload.filename or "")[0]
    ask.space.touch(upload, ask.caller.bot)
    return ask.answers.upload(upload)


def _upload(ask: Ask) -> Upload:
    upload = ask.space.uploads.get(ask.id(1, "file_upload_id"))
    if upload is None:
        raise not_found("file_upload", ask.id(1, "file_upload_id"), ask.caller.name)
    _age(ask, upload)
    return upload


def _age(ask: Ask, upload: Upload) -> None:
    """Mark an upload as expired that was not attached within an hour."""
    if (
        not upload.is_attached
        and upload.status in ("pending", "uploaded")
        and ask.space.clock() > upload.stamps.created + _AN_HOUR
    ):
        upload.status = "expired"


def _kind(sent: Json) -> str:
    return (
        str(sent["type"])
        if sent["type"] != "application/octet-stream"
        else guess_type(sent["filename"])[0] or sent["type"]
    )
