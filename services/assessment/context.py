"""What assessment's handlers and queries work with."""

from dataclasses import dataclass

from shared.context import Context
from shared.store.files import EncryptedFiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment(Context):
    """Assessment at work; `files` is the evidence."""

    files: EncryptedFiles
