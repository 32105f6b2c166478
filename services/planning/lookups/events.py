"""What a system asked for in vain, stored for ever; never the number itself."""

from typing import Literal

from shared.store.event import Catalogue, event

Sought = Literal["nip", "employee_id"]


@event("PersonNotFound")
class PersonNotFound:
    """A system asked for somebody who is not here; the envelope says which system and when."""

    sought_by: Sought


LookupEvent = PersonNotFound

CATALOGUE = Catalogue(PersonNotFound)
