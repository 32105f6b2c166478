"""How a process tells what it does: JSON lines without variables' values, so without names."""

import logging
import sys

import structlog
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

log = structlog.get_logger()


def configure_logging(service: str) -> None:
    """Send this process's log to standard error as JSON lines. Tracebacks carry no local variables."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    set_on_retry_hooks([_tried_again])
    structlog.contextvars.bind_contextvars(service=service)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    logging.getLogger("aiokafka").setLevel(
        logging.CRITICAL
    )  # its own words repeat what we log, many times over


def _tried_again(details: RetryDetails) -> None:
    """The library's own line quotes the error, and an error may quote a message."""
    log.warning("tried again", cause=type(details.caused_by).__name__, after=round(details.wait_for, 2))
