"""What is wrong with a TOML file, all at once: file, line, key, what is wrong, and the nearest
valid name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import get_type_hints

from pydantic import BaseModel, ValidationError

from okrsync.config.toml_lines import KeyPath, TomlFile
from okrsync.model.errors import ConfigError
from okrsync.model.frozen import Frozen

__all__ = ["Problem", "Problems", "collect", "did_you_mean", "problem"]


class Problem(Frozen, frozen=True):
    """One problem: where it is (`okrsync.toml:12`), its key (`sources.growth.tabs`), and what is
    wrong.
    """

    location: str
    key: str
    what: str

    def __str__(self) -> str:
        return (
            f"{self.location}: {self.key}: {self.what}"
            if self.key
            else f"{self.location}: {self.what}"
        )


class Problems(ConfigError):
    """Everything that is wrong with one file."""

    def __init__(self, problems: Iterable[Problem], hint: str | None = None) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems), hint=hint)


def problem(file: TomlFile, path: KeyPath, what: str) -> Problem:
    """A problem at a key of a file."""
    line = file.line(path)
    location = str(file.path) if line is None else f"{file.path}:{line}"
    return Problem(location, ".".join(str(part) for part in path), what)


def collect(
    file: TomlFile, error: ValidationError, key_path: KeyPath, model: type[BaseModel]
) -> list[Problem]:
    """Every problem of a validation, in the file's words. `key_path` is the key of the
    section that the model describes.
    """
    problems = []
    for detail in error.errors(include_url=False):
        # Pydantic puts the tried type of a union into the location, as in ("cycle", "CycleDays",
        # "end"). https://docs.pydantic.dev/latest/errors/errors/
        path: KeyPath = tuple(part for part in detail["loc"] if not _is_internal(part))
        problems.append(
            problem(
                file,
                (*key_path, *path),
                _words(
                    detail["type"],
                    detail["msg"],
                    dict(detail.get("ctx", {})),
                    detail["input"],
                    path,
                    model,
                ),
            )
        )
    return _once(problems)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'tabs'?`, or, where nothing is near, what there is."""
    names = sorted(known)
    # 0.6 finds a swapped or missing letter, and proposes nothing for a word that only shares an
    # ending.
    near = get_close_matches(name, names, n=1, cutoff=0.6)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; there are: {', '.join(names)}" if names else ""


def _is_internal(part: str | int) -> bool:
    """Whether a part of a location names one of several allowed types, and no key."""
    return isinstance(part, str) and (part in _TYPE_NAMES or "[" in part or "(" in part)


_TYPE_NAMES = {"str", "int", "float", "bool", "tuple", "date", "Decimal", "none"}


def _once(problems: list[Problem]) -> list[Problem]:
    """Problems with one entry a key: a value that fits none of several types is one problem."""
    by_key: dict[tuple[str, str], Problem] = {}
    for problem in problems:
        by_key.setdefault((problem.location, problem.key), problem)
    return list(by_key.values())


def _words(
    error_type: str,
    message: str,
    context: dict[str, object],
    value: object,
    path: KeyPath,
    model: type[BaseModel],
) -> str:
    if error_type == "extra_forbidden":
        known = _fields_at(model, path[:-1])
        return f"unknown key{did_you_mean(str(path[-1]), known)}"
    if error_type == "missing":
        return "is missing"
    if error_type == "literal_error":
        return f"{_shown(value)} is not allowed; expected {context.get('expected')}"
    if error_type == "value_error":
        return str(context.get("error", message))
    if error_type == "is_instance_of":
        # Whatever was written in a secret's location may be one, and is not repeated.
        return (
            'expected the name of a secret, such as {env = "MY_TOKEN"}, {file = "..."} or {command'
            " = [...]}"
        )
    return f"{message[:1].lower()}{message[1:]}, not {_shown(value)}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _fields_at(model: type[BaseModel], path: KeyPath) -> list[str]:
    """The keys a model knows at a location within it."""
    current: type[BaseModel] | None = model
    for part in path:
        field = current.model_fields.get(str(part)) if current is not None else None
        # Where every other key is a name (`[people]`), all of them have the same keys inside.
        any_key = get_type_hints(current).get("__pydantic_extra__") if current is not None else None
        current = _model_in(any_key if field is None else field.annotation)
    return list(current.model_fields) if current is not None else []


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    arguments: tuple[object, ...] = getattr(annotation, "__args__", ())
    finder: Callable[[object], type[BaseModel] | None] = _model_in
    return next((model for argument in arguments if (model := finder(argument)) is not None), None)
