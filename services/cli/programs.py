"""The programs that make up the system, and where each one's application is composed."""

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from services.cli.language import Told, words
from shared.settings import SettingMissing, Settings

SERVICES = tuple(name for name in ("planning", "assessment", "followup") if find_spec(f"services.{name}.app"))
APPS = {name: f"services.{name}.app" for name in (*SERVICES, "door") if find_spec(f"services.{name}.app")} | {
    "issuer": "shared.identity.issuer.app"
}
KEPT_FROM_US = ("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS")  # what the system's starter alone is told
SETTINGS = {
    "issuer": ("shared.identity.issuer.settings", "IssuerSettings"),
    "door": ("services.door.settings", "DoorSettings"),
}


def application(name: str) -> tuple[Any, str, int]:
    """The ASGI application of a program, and the host and port that it listens on."""
    module = composed(name)
    try:
        settings = settings_class(name).from_environment()
    except SettingMissing as missing:
        raise Told(words("setting-missing", reason=missing)) from None
    return module.build(settings, **known_to(name)), settings.host, settings.port


def known_to(name: str) -> dict[str, Any]:
    """What only the command knows: for the door all refusals, for planning the sample's NIPs."""
    if name == "door":
        return {"titles": problem_titles()}
    if name == "planning":
        return {"sample_nips": import_module("services.cli.sample.agency").sample_nips()}
    return {}


def problem_titles() -> dict[str, str]:
    """Every service's wording of its own refusals, for the door's pages that explain them."""
    found: dict[str, str] = {}
    for service in SERVICES:
        found |= import_module(f"services.{service}.wording").PROBLEMS
    return found


def composed(name: str) -> ModuleType:
    """The module that composes a program. Raises Told for a name that is none."""
    if name not in APPS:
        raise Told(words("unknown-service", name=name, known=", ".join(APPS)))
    return import_module(APPS[name])


def settings_class(name: str) -> Any:
    """The class that reads a program's settings from its environment."""
    if name not in SETTINGS:
        return Settings
    module, cls = SETTINGS[name]
    return getattr(import_module(module), cls)
