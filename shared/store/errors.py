"""What the store and its callers raise that is no rule's refusal; `shared/web/problems.py` knows each."""


class NotFound(Exception):
    """What was asked for does not exist, or the asker may not know that it does."""


class StaleVersion(Exception):
    """The version the caller last saw (If-Match, the form's version) is not the stream's version any more."""


class VersionConflict(Exception):
    """Others kept writing to the stream first, through every retry; nothing was stored."""


class KeyReused(Exception):
    """The same idempotency key came with another request; nothing was stored."""


class KeyMissing(Exception):
    """A request that changes something came without an idempotency key."""


class Overloaded(Exception):
    """More is waiting than can be done in time; nothing was stored, the same request may come again."""


class SubjectErased(Exception):
    """A text or file about a person whose data were erased; nothing was stored."""
