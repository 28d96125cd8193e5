"""What the text below a field of a model says, as the description of that field in a JSON Schema.

pydantic's `use_attribute_docstrings` does the same while a class is made: every start would read
and parse the source of every model, and only schemas ever show the texts.
"""

from __future__ import annotations

import ast
import inspect
from itertools import pairwise
from textwrap import dedent
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

__all__ = ["DescribedFields"]


class DescribedFields(GenerateJsonSchema):
    """Schemas in which each field is described by the text below it."""

    def model_schema(self, schema: Any) -> dict[str, Any]:
        answer = super().model_schema(schema)
        model: type[BaseModel] = schema["cls"]
        for each in reversed(model.__mro__):
            if not issubclass(each, BaseModel) or each is BaseModel:
                continue
            for name, text in _texts_below(each).items():
                field = model.model_fields[name]
                shown = field.validation_alias if self.mode == "validation" else None
                key = shown or field.serialization_alias or name
                answer["properties"][key]["description"] = text
        return answer

    def typed_dict_schema(self, schema: Any) -> dict[str, Any]:
        answer = super().typed_dict_schema(schema)
        for name, text in _texts_below(schema["cls"]).items():
            answer["properties"][name]["description"] = text
        return answer


def _texts_below(model: type) -> dict[str, str]:
    """By the name of a field that a class itself declares, the text that stands below it."""
    try:
        source = inspect.getsource(model)
    except OSError:  # made by `create_model`, which leaves no source
        return {}
    body = ast.parse(dedent(source)).body[0]
    assert isinstance(body, ast.ClassDef)
    return {
        field.target.id: inspect.cleandoc(text.value.value)
        for field, text in pairwise(body.body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
        and field.target.id in model.__annotations__
    }
