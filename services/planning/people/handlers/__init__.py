"""What can be done with people: import a file of them, look one up."""

from services.planning.people.handlers.file import Fault, File, FileRefused, Row, read_file
from services.planning.people.handlers.importing import Preview, are_listed, import_people, preview
from services.planning.people.handlers.lookup import Question, look_up

__all__ = [
    "Fault",
    "File",
    "FileRefused",
    "Preview",
    "Question",
    "Row",
    "are_listed",
    "import_people",
    "look_up",
    "preview",
    "read_file",
]
