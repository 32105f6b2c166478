"""The programs that make up the system, and where each one's application is composed."""

from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

from services.cli.language import Told, words
from shared.settings import SettingMissing, Settings

SERVICES = ("planning", "assessment", "followup")
APPS = {name: f"services.{name}.app" for name in (*SERVICES, "door")}


def application(name: str) -> tuple[Any, str, int]:
    """The ASGI application of a program, and the host and port that it listens on.

    A module may bring its own `settings() -> Settings`-like reader; the others take `Settings`.
    """
    module = composed(name)
    reader: Callable[[], Any] = getattr(module, "settings", Settings.from_environment)
    try:
        settings = reader()
    except SettingMissing as missing:
        raise Told(words("setting-missing", reason=missing)) from None
    return module.build(settings), settings.host, settings.port


def composed(name: str) -> ModuleType:
    """The module that composes a program. Raises Told for a name that is none."""
    if name not in APPS:
        raise Told(words("unknown-service", name=name, known=", ".join(APPS)))
    return import_module(APPS[name])
