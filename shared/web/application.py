"""The outside of a service: its FastAPI application with errors, identity and documentation set up alike."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from pydantic import BaseModel, Field

from shared.metrics import Metrics
from shared.tracing import spans_of
from shared.web.api import Edge
from shared.web.direct import Direct
from shared.web.guard import Guard
from shared.web.measured import Measured
from shared.web.problems import MEDIA_TYPE, Problems
from shared.web.traced import Traced


class FieldProblem(BaseModel):
    """What is wrong with one value."""

    field: str = Field(examples=["results.0.title"])
    pointer: str = Field(examples=["#/results/0/title"])
    message: str = Field(examples=["Wajib diisi"])


class ProblemBody(BaseModel):
    """RFC 9457 problem details; `title` is constant per `type`, in Indonesian."""

    type: str = Field(examples=["/problems/plan-is-empty"])
    title: str = Field(examples=["SKP belum memiliki rencana hasil kerja"])
    status: int = Field(examples=[409])
    instance: str = Field(examples=["/api/planning/v1/plans/1/submission"])
    detail: str | None = None
    errors: list[FieldProblem] | None = None


BEARER: Mapping[str, str] = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "Access token of the OIDC issuer",
}
# Spans and metrics are our own: asking for each request whether somebody wants FastAPI's costs it 3 %.
NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
MEANINGS: Mapping[int, str] = {
    400: "Unreadable request, or no Idempotency-Key",
    401: "No token, an expired one or one that is not believed",
    403: "Not allowed to this actor",
    404: "Unknown",
    409: "A rule refuses it, or others kept changing it",
    412: "Changed since the version in If-Match",
    413: "Too large",
    422: "Wrong values, or a key used for another request",
    503: "Too busy or partly away; safe to repeat",
}


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI's `responses` for errors of these statuses (all where none is named)."""
    return {
        status: {
            "description": MEANINGS[status],
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemBody"}}},
        }
        for status in statuses or MEANINGS
    }


def application(
    service: str,
    *,
    title: str,
    edge: Edge,
    problems: Problems,
    limits: Mapping[str, int] | None = None,
    **options: Any,
) -> FastAPI:
    """A service's application. `limits` gives addresses (by their ending) more or fewer bytes than 1 MB.

    OpenAPI is at `/api/<service>/v1/openapi.json`; there are no bundled explorers, since they load foreign
    scripts. `options` go to FastAPI (`lifespan`).
    """
    app = FastAPI(
        title=title,
        version="1",
        openapi_url=f"/api/{service}/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses=problem_responses(),
        telemetry=NO_TELEMETRY,
        **options,
    )
    app.state.edge = edge
    problems.install(app)
    app.state.metrics = Metrics(service)
    app.add_middleware(Direct, problems=problems)
    app.add_middleware(Guard, problems=problems, limits=dict(limits or {}))
    if (spans := spans_of(service)).are_wanted:
        app.add_middleware(Traced, spans=spans)
    app.add_middleware(Measured, seconds=app.state.metrics.requests)
    document(app)
    return app


def document(app: FastAPI) -> None:
    """Make the OpenAPI document speak of our problems and not of FastAPI's own validation errors."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = made()
            schemas = schema.setdefault("components", {}).setdefault("schemas", {})
            for foreign in ("HTTPValidationError", "ValidationError"):
                schemas.pop(foreign, None)
            parts = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(parts.pop("$defs", {}))
            schemas["ProblemBody"] = parts
            schema["components"]["securitySchemes"] = {"HTTPBearer": BEARER}
            schema["security"] = [{"HTTPBearer": []}]
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
