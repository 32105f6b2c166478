"""Signing in and out, and finding out who a browser's request comes from."""

import asyncio
import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.door.provider import Granted, Provider, SignInFailed, Start, new_start
from services.door.sealed import Seal
from services.door.sessions import Session, Sessions
from services.door.settings import DoorSettings
from shared.clock import Clock
from shared.identity.tokens import IssuerAway
from shared.web.own_address import is_own
from shared.web.problem import Malformed

STARTED = TypeAdapter(Start)
START_SECONDS = 600
MOST_STARTS = 5
RENEWED_BEFORE = timedelta(seconds=30)
START_PURPOSE, SIGN_IN_FAILED = "sign-in", "sign-in-failed"
NEVER_KEPT = {"Cache-Control": "no-store"}


@dataclass
class SignIn:
    """The door's memory of who is who; every cookie is HttpOnly, Lax, and Secure over https."""

    settings: DoorSettings
    provider: Provider
    sessions: Sessions
    seal: Seal
    clock: Clock
    _renewing: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    @property
    def session_cookie(self) -> str:
        """`__Host-` makes the browser itself refuse it from anywhere but here, over https."""
        return "__Host-sid" if self.settings.is_https else "sid"

    async def session(self, request: Request) -> Session | None:
        """Whose request this is, with an access token that lasts; None for nobody.

        Raises IssuerAway when the token must be renewed first and can't be now.
        """
        sid = request.cookies.get(self.session_cookie)
        found = self.sessions.get(sid) if sid else None
        if sid is None or found is None or self._lasts(found):
            return found
        lock = self._renewing.setdefault(sid, asyncio.Lock())
        async with lock:
            found = self.sessions.get(sid)
            if found is None or self._lasts(found):
                return found
            return await self._renewed(sid, found)

    def _lasts(self, session: Session) -> bool:
        return self.clock.now() + RENEWED_BEFORE < session.access_until

    async def _renewed(self, sid: str, session: Session) -> Session | None:
        try:
            granted = await self.provider.renewed(session.refresh_token or "", session.id_token)
        except SignInFailed:
            self.sessions.close(sid)
            return None
        except IssuerAway:
            if self.clock.now() < session.access_until:
                return session
            raise
        if granted.actor.actor_id != session.actor_id:
            self.sessions.close(sid)
            return None
        renewed = session_of(granted)
        self.sessions.renew(sid, renewed)
        return renewed

    async def enter(self, request: Request) -> Response:
        """`/masuk`: send the browser to the provider, remembering in a sealed cookie what must come back."""
        start = new_start(safe_place(request.query_params.get("next", "/")), self.clock.now().timestamp())
        response = RedirectResponse(await self.provider.entrance(start), 303, NEVER_KEPT)
        started = [name for name in request.cookies if name.startswith(self._start_prefix)]
        for name in started[: 1 - MOST_STARTS]:
            self._forget(response, name)
        sealed = self.seal.close_for_cookie(STARTED.dump_json(start), START_PURPOSE)
        self._set(response, self._start_cookie(start.state), sealed, seconds=START_SECONDS)
        return response

    async def returned(self, request: Request) -> Response:
        """`/masuk/kembali`: a new session for whom the provider names, and back to where they wanted to go.

        An answer that does not belong to this browser's own request leads to the home page, where one
        may start again: starting by itself could go round for ever. Raises Malformed.
        """
        start = self._start_of(request)
        issuer = request.query_params.get("iss", self.settings.oidc_issuer)
        code = request.query_params.get("code", "")
        if start is None or issuer != self.settings.oidc_issuer or not code:
            return RedirectResponse("/", 303, NEVER_KEPT)
        try:
            granted = await self.provider.redeemed(code, start)
        except SignInFailed as error:
            raise Malformed(SIGN_IN_FAILED, status=401) from error
        if old := request.cookies.get(self.session_cookie):
            self.sessions.close(old)
        response = RedirectResponse(start.next, 303, NEVER_KEPT)
        self._forget(response, self._start_cookie(start.state))
        self._set(response, self.session_cookie, self.sessions.open(session_of(granted)))
        return response

    async def leave(self, request: Request) -> Response:
        """`/keluar`: end the session here, then at the provider."""
        sid = request.cookies.get(self.session_cookie)
        session = self.sessions.get(sid) if sid else None
        place = "/"
        if sid and session:
            self.sessions.close(sid)
            try:
                place = await self.provider.exit(session.id_token)
            except IssuerAway:
                place = "/"
        response = onward(place, self.settings.door_url)
        self._forget(response, self.session_cookie)
        return response

    def _start_of(self, request: Request) -> Start | None:
        state = request.query_params.get("state", "")
        opened = self.seal.open_from_cookie(request.cookies.get(self._start_cookie(state), ""), START_PURPOSE)
        if opened is None:
            return None
        try:
            start = STARTED.validate_json(opened)
        except ValidationError:
            return None
        is_fresh = self.clock.now().timestamp() - start.at < START_SECONDS
        return start if start.state == state and is_fresh else None

    @property
    def _start_prefix(self) -> str:
        return "__Host-masuk-" if self.settings.is_https else "masuk-"

    def _start_cookie(self, state: str) -> str:
        # One cookie per sign-in under way: a second tab must not break the first.
        return self._start_prefix + hashlib.sha256(state.encode("utf-8", "replace")).hexdigest()[:12]

    def _forget(self, response: Response, name: str) -> None:
        response.delete_cookie(name, path="/", secure=self.settings.is_https, httponly=True, samesite="lax")

    def _set(self, response: Response, name: str, value: str, *, seconds: int | None = None) -> None:
        response.set_cookie(
            name,
            value,
            max_age=seconds,
            path="/",
            secure=self.settings.is_https,
            httponly=True,
            samesite="lax",
        )


def session_of(granted: Granted) -> Session:
    """A session for whom the provider named."""
    return Session(
        actor_id=granted.actor.actor_id,
        name=granted.actor.name,
        roles=granted.actor.roles,
        access_token=granted.access_token,
        access_until=granted.access_until,
        refresh_token=granted.refresh_token,
        id_token=granted.id_token,
    )


def safe_place(wanted: str) -> str:
    """`wanted` if it is a path on this very origin, else the home page: no one is led elsewhere by a link."""
    is_page = is_own(wanted) and not urlsplit(wanted).path.startswith(("/masuk", "/keluar", "/issuer"))
    return wanted if is_page else "/"


def onward(place: str, door_url: str) -> Response:
    """To `place` after a form. Our pages forbid forms to lead to a foreign origin, also by redirect."""
    if place.startswith(("/", f"{door_url}/")):
        return RedirectResponse(place, 303, NEVER_KEPT)
    return HTMLResponse("", headers={**NEVER_KEPT, "Refresh": f"0; url={place}"})
