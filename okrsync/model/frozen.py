"""The base of frozen values without a dictionary of their own: cheap to define, to make and to copy
with changes (`msgspec.structs.replace`).

Defining a frozen dataclass takes a millisecond, since its methods are compiled on every start, and
a plan loads two hundred of them.
"""

from __future__ import annotations

from dataclasses import fields as dataclass_fields
from dataclasses import make_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, get_type_hints

from msgspec import NODEFAULT, Struct
from msgspec.structs import fields

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

__all__ = ["Frozen"]


class _DataclassFields:
    """What `dataclasses.replace`, `fields` and `asdict` look at, so that they take such values as
    well. They are slower than what msgspec has for it.
    """

    def __get__(self, value: object, owner: type[Struct]) -> dict[str, Any]:
        return _dataclass_fields(owner)


@cache
def _dataclass_fields(owner: type[Struct]) -> dict[str, Any]:
    twin = make_dataclass(owner.__name__, [(name, Any) for name in owner.__struct_fields__])
    return {field.name: field for field in dataclass_fields(twin)}


class Frozen(Struct, frozen=True, omit_defaults=True):
    """A frozen value. Pydantic reads and writes it as an object with its fields."""

    __dataclass_fields__ = _DataclassFields()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        # Imported here: most runs keep no text of such values, and pydantic loads slowly.
        from pydantic_core import core_schema

        hints = get_type_hints(cls)
        held = core_schema.typed_dict_schema(
            {
                field.name: core_schema.typed_dict_field(
                    handler.generate_schema(hints[field.name]),
                    required=field.default is NODEFAULT and field.default_factory is NODEFAULT,
                )
                for field in fields(cls)
            }
        )
        return core_schema.no_info_after_validator_function(
            lambda values: cls(**values),
            held,
            serialization=core_schema.wrap_serializer_function_ser_schema(
                lambda value, serialize: serialize(
                    {name: getattr(value, name) for name in value.__struct_fields__}
                ),
                schema=held,
            ),
        )
