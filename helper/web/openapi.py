"""The OpenAPI 3.1 document, written from the declared routes."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from pydantic import TypeAdapter

from helper import __version__
from helper.web.phrases import PHRASES
from helper.web.problems import CONTENT_TYPE, VERSION_HEADER
from helper.web.routes import PREFIX, Route

REF = "#/components/schemas/{model}"

PATH_PARAMETERS: dict[str, dict[str, Any]] = {
    "account_id": {"description": "The account's channel id.", "schema": {"type": "string"}},
    "user_id": {"description": "LINE's user id of a friend.", "schema": {"type": "string"}},
    "dashboard": {"description": "A dashboard's slug.", "schema": {"type": "string"}},
    "member_id": {"description": "The dashboard's own id of a person.", "schema": {"type": "string"}},
    "page_account": {
        "description": "The account as the page shows it, URL-encoded.",
        "schema": {"type": "string"},
    },
}

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457 problem details. Further members depend on the code.",
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
                "required": ["field", "message"],
            },
        },
    },
    "required": ["type", "title", "status", "detail", "code"],
}


def document(routes: Sequence[Route]) -> dict[str, Any]:
    """The whole document."""
    references, schemas = _schemas(routes)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        operations = paths.setdefault(PREFIX + route.path, {})
        operations[route.method.lower()] = _operation(route, references)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Ittsu",
            "version": __version__,
            "description": "First messages to new friends of LINE Official Accounts. Times are RFC 3339 in UTC.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "http://127.0.0.1:8171"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": {**schemas, "Problem": PROBLEM_SCHEMA},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _models(route: Route) -> Iterator[tuple[Any, Literal["validation", "serialization"]]]:
    if route.takes_json:
        yield route.takes, "validation"
    for model in route.answers.values():
        if model is not None:
            yield model, "serialization"


def _schemas(routes: Sequence[Route]) -> tuple[dict[Any, dict[str, Any]], dict[str, Any]]:
    models = list(dict.fromkeys(pair for route in routes for pair in _models(route)))
    references, definitions = TypeAdapter.json_schemas(
        [(model, mode, TypeAdapter(model)) for model, mode in models], ref_template=REF
    )
    return dict(references), definitions.get("$defs", {})


def _operation(route: Route, references: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.handler.__name__,
        "tags": [route.tag],
        "summary": route.summary.partition("\n")[0],
        "description": route.summary,
        "parameters": [*_path_parameters(route.path), *_headers(route), *_query(route)],
        "responses": {},
    }
    if route.role is None:
        operation["security"] = []
    else:
        operation["x-role"] = route.role
    if route.takes_json:
        schema = references[(route.takes, "validation")]
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    if route.raw is not None:
        file = {"schema": {"type": "string", "format": "binary"}}
        operation["requestBody"] = {"required": True, "content": {route.raw.media_type: file}}
    responses = operation["responses"]
    for status, model in route.answers.items():
        answer: dict[str, Any] = {"description": _describe(status), "headers": _version_header()}
        if model is not None:
            answer["content"] = {"application/json": {"schema": references[(model, "serialization")]}}
        responses[str(status)] = answer
    for status, codes in sorted(_problem_codes(route).items()):
        responses[str(status)] = {
            "description": "code: " + ", ".join(codes),
            "headers": _version_header(),
            "content": {CONTENT_TYPE: {"schema": {"$ref": REF.format(model="Problem")}}},
        }
    return operation


def _version_header() -> dict[str, Any]:
    return {VERSION_HEADER: {"schema": {"type": "string"}}}


def _describe(status: int) -> str:
    return {101: "The WebSocket is open.", 201: "Made.", 204: "Done; nothing to say."}.get(
        status, "The answer."
    )


def _problem_codes(route: Route) -> dict[int, list[str]]:
    codes = ["host_refused", "site_refused", "origin_refused", *route.problems]
    if route.role is not None:
        codes += ["unauthenticated", "forbidden"]
    if route.takes_json:
        codes += ["not_json", "invalid", "too_large"]
    elif route.takes.model_fields:
        codes.append("invalid")
    if route.raw is not None:
        codes += ["too_large", "unsupported_media_type"]
    by_status: dict[int, list[str]] = {}
    for code in dict.fromkeys(codes):
        by_status.setdefault(PHRASES[code].status, []).append(code)
    return by_status


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            **PATH_PARAMETERS.get(name, {"schema": {"type": "string"}}),
        }
        for name in re.findall(r"\{(\w+)\}", path)
    ]


def _headers(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "header", "required": True, "description": use, "schema": {"type": "string"}}
        for name, use in route.headers.items()
    ]


def _query(route: Route) -> list[dict[str, Any]]:
    if route.takes_json or not route.takes.model_fields:
        return []
    schema = route.takes.model_json_schema(ref_template=REF)
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _without_null(field)}
        for name, field in schema["properties"].items()
    ]


def _without_null(field: dict[str, Any]) -> dict[str, Any]:
    """A query parameter is there or not there; it is never null."""
    choices = [choice for choice in field.get("anyOf", []) if choice != {"type": "null"}]
    rest = {name: value for name, value in field.items() if name not in ("anyOf", "title", "default")}
    if len(choices) == 1:
        return {**choices[0], **rest}
    return {**rest, **({"anyOf": choices} if choices else {})}
