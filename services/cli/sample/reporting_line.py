"""Who appraises whom in the sample on a day: what the commands of an appraiser are asked by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.cli.sample.moments import ZONE
from services.cli.sample.story import Person


@dataclass(frozen=True)
class ReportingLine:
    """People as they start, and those who move later on."""

    people: Sequence[Person]
    moves: Sequence[Person] = ()

    def appraiser(self, person: Person, moment: datetime) -> UUID:
        """Who appraises the person then. Raises StopIteration for the head, whom nobody appraises."""
        day = moment.astimezone(ZONE).date()
        nip = person.appraiser_nip
        for move in self.moves:
            if move.nip == person.nip and date.fromisoformat(move.valid_from) <= day:
                nip = move.appraiser_nip
        return self._by_nip(nip).employee_id

    def superior(self, person: Person, moment: datetime) -> UUID:
        """Who appraises the appraiser then."""
        appraiser = self.appraiser(person, moment)
        return self.appraiser(next(one for one in self.people if one.employee_id == appraiser), moment)

    def _by_nip(self, nip: str) -> Person:
        return next(one for one in self.people if one.nip == nip)
