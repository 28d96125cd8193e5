"""The section `[people]` of the configuration: who is behind the names in owner cells."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from okrsync.model.people import address_in

__all__ = ["PeopleSettings", "PersonKeys"]

_Text = Annotated[str, Field(min_length=1)]


def _known_address(text: str) -> str:
    if address_in(text) != text.strip():
        raise ValueError(f'{text!r} is not an e-mail address; write "mia@acme.example"')
    return text.strip()


class PersonKeys(BaseModel):
    """One person: their address, and the name or the address of who is above them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    email: Annotated[str, AfterValidator(_known_address)] | None = None
    lead: _Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _is_a_person(cls, keys: Any) -> Any:
        if not isinstance(keys, dict | PersonKeys):
            raise ValueError(
                'expected a person, such as {email = "mia@acme.example", lead = "Ada Ferro"}; the'
                " only keys that are no names are tab and source"
            )
        return keys


class PeopleSettings(BaseModel):
    """Every person by the name that stands in owner cells; or, and beside them, those of a `tab` of
    a source. Without `source`, the tab is that of the first source that has one of this name.
    """

    # Every other key is a name.
    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, PersonKeys] = Field(init=False)

    tab: _Text | None = None
    source: _Text | None = None

    @property
    def people(self) -> dict[str, PersonKeys]:
        """The people that stand in the file, by name."""
        return dict(self.__pydantic_extra__)
