"""Prints `docs/conventions.md`: which switches make okrsync measure as another tool does.

python docs/conventions.py > docs/conventions.md
"""

from __future__ import annotations

import sys

from okrsync.measures.conventions import CONVENTIONS, Convention

HEAD = """# Conventions: measuring as another tool does

Tools disagree about the same rows: one cuts progress at 100 %, another does not; one expects
nothing on the first day, another expects a day's share. `convention` under `[scoring]` sets all
switches at once, so that the numbers agree after a move:

```toml
[scoring]
convention = "viva-goals"
at_risk_gap = 0.3          # your own switch overrides the convention's
```

You can write a convention of your own in a file, and base it on one of these. Set
`convention = "ours.toml"`, and in that file `convention = "google"` and the switches that differ.

`okrsync compare EXPORT` puts an export of the tool you left beside okrsync's numbers, and names the
switch that explains a difference. [measures.md](measures.md) explains each switch.

*`docs/conventions.py` generates this page; a test keeps it up to date.*
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(_section(name, made) for name, made in CONVENTIONS.items())])


def _section(name: str, convention: Convention) -> str:
    switches = [f"- `{key} = {_as_toml(value)}`" for key, value in convention.switches.items()]
    lines = [f"## {name}", "", f"{convention.tool}.", ""]
    lines += switches or ["- all defaults"]
    if convention.remarks:
        lines += ["", convention.remarks]
    lines += ["", f"Source: {'; '.join(convention.sources)}.", ""]
    return "\n".join(lines)


def _as_toml(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_as_toml, value))}]"
    text = str(value)
    return text if text.replace(".", "", 1).isdigit() else f'"{text}"'


if __name__ == "__main__":
    sys.stdout.write(page())
