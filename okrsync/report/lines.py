"""Lines for people, in colours where a terminal shows them; elsewhere they are their letters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Protocol, TextIO

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

__all__ = ["Line", "PlainPrinter", "Printer", "print_lines"]

_CONTROLS = dict.fromkeys((7, 8, 11, 12, 13))
"""What rich takes out of every text: bell, backspace, tabs down, form feed, carriage return."""


class Line:
    """A line in parts, each with a style in rich's words. `style` is that of the whole line; the
    styles of its parts come on top.
    """

    __slots__ = ("_parts", "style")

    def __init__(self, text: str = "", style: str = "") -> None:
        self.style = style
        self._parts: list[tuple[str, str]] = [(text, "")] if text else []

    @classmethod
    def assemble(cls, *parts: str | tuple[str, str]) -> Line:
        """A line of parts, each a text or a text with its style."""
        line = cls()
        line._parts = [(part, "") if isinstance(part, str) else part for part in parts]
        return line

    def append(self, text: str, style: str = "") -> None:
        """Add a part at the end."""
        self._parts.append((text, style))

    @property
    def plain(self) -> str:
        """The letters alone."""
        text = "".join([text for text, _ in self._parts])
        return text if text.isprintable() else text.translate(_CONTROLS)

    def __rich__(self) -> Text:
        # Imported here: nobody needs rich who prints letters only.
        from rich.text import Text

        text = Text(style=self.style)
        for part, style in self._parts:
            text.append(part, style or None)
        return text


class Printer(Protocol):
    """What lines are printed with: a console of rich, or a `PlainPrinter`."""

    def print(self, *objects: Any) -> None:
        """Print what is given, in one line."""


class PlainPrinter:
    """Prints lines as their letters, and anything else with the console that `make_console`
    makes.
    """

    def __init__(self, stream: TextIO, make_console: Callable[[], Console]) -> None:
        self._stream = stream
        self._make_console = make_console

    def print(self, *objects: Any, **options: Any) -> None:
        """Print what is given, in one line; `options` are those of rich."""
        if not objects and not options:
            self.print_lines([Line()])
        elif len(objects) == 1 and isinstance(objects[0], Line) and not options:
            self.print_lines(objects)
        else:
            self._make_console().print(*objects, **options)

    def print_lines(self, lines: Iterable[Line]) -> None:
        """Print many lines at once."""
        lines = list(lines)
        text = "".join([f"{line.plain}\n" for line in lines])
        if "\t" in text:
            # rich fills tabs up, as wide as letters are on a terminal.
            console = self._make_console()
            for line in lines:
                console.print(line)
        else:
            self._stream.write(text)
            self._stream.flush()


def print_lines(out: Printer, lines: Iterable[Line]) -> None:
    """Print many lines, at once where they are nothing but letters."""
    if isinstance(out, PlainPrinter):
        out.print_lines(lines)
    else:
        for line in lines:
            out.print(line)
