"""The base of values that are made by the thousand: frozen, without a dictionary of their own, and
cheap to make and to copy with changes (`msgspec.structs.replace`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_type_hints

from msgspec import NODEFAULT, Struct
from msgspec.structs import fields

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

__all__ = ["Frozen"]


class Frozen(Struct, frozen=True, omit_defaults=True):
    """A frozen value. Pydantic reads and writes it as an object with its fields."""

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
