"""What every public message has in common, whoever sends it."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A nested piece of a message."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Contract(BaseModel):
    """A public message. Readers ignore what they do not know, so adding an optional one is no new version."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    service: ClassVar[str]
    name: ClassVar[str]
    version: ClassVar[int] = 1
    topic: ClassVar[str]

    @classmethod
    def ce_type(cls) -> str:
        """The CloudEvents type, such as `planning.PlanSubmitted.v1`."""
        return f"{cls.service}.{cls.name}.v{cls.version}"

    def encoded(self) -> bytes:
        """The message as JSON: `model_dump_json` without its options, which cost as much as the JSON."""
        return self.__pydantic_serializer__.to_json(self)
