"""What the site of the documentation has beside the pages of this folder: the README as its first
page, and the changelog.

Links that lead out of this folder lead to those two, or are shown as the path in the repository.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

ROOT = Path(__file__).parents[1]
_PAGES = {"README.md": "index.md", "CHANGELOG.md": "changelog.md"}
_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\s?\(([^)\s#]+)(#[^)\s]*)?\)")


def on_files(files: Any, config: Any) -> Any:
    """Add the pages that lie outside the folder."""
    for name, page in _PAGES.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        files.append(File.generated(config, page, content=_moved(text)))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Lead links out of the folder to where the site has their target."""
    return _LINK.sub(_within, markdown)


def _moved(text: str) -> str:
    """A page of the folder above, with its links as they are from this folder."""

    def moved(link: re.Match[str]) -> str:
        target = link[3]
        if "://" in target:
            return link[0]
        inner = target.removeprefix("docs/") if target.startswith("docs/") else f"../{target}"
        return f"{link[1]}[{link[2]}]({inner}{link[4] or ''})"

    return _LINK.sub(moved, text)


def _within(link: re.Match[str]) -> str:
    sign, text, target, anchor = link[1], link[2], link[3], link[4] or ""
    if not target.startswith("../"):
        return link[0]
    path = target.removeprefix("../")
    if path in _PAGES:
        return f"{sign}[{text}]({_PAGES[path]}{anchor})"
    return text if text == path else f"{text} (`{path}`)"
