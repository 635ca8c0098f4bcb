"""One shape for every error: RFC 9457 problem details with a stable code.

`title` is English, for programs' logs; `detail` is for the person, in Japanese unless English is preferred.
"""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from aiohttp import web

from helper import __version__
from helper.model.refusal import Refused
from helper.store.database import StoreTrouble, TooBusy
from helper.web.phrases import PHRASES, Phrase
from helper.words import Words

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
VERSION_HEADER = "Ittsu-Version"
OWN_HEADERS = {VERSION_HEADER: __version__, "X-Content-Type-Options": "nosniff"}
"""What every answer carries: which helper it came from, and that its type is meant."""

BY_STATUS = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    417: "bad_request",
}


class Problem(Exception):
    """An error answer. `extra` holds the members beside RFC 9457's own; times in it are RFC 3339 already."""

    def __init__(
        self, code: str, extra: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ):
        super().__init__(code)
        self.code = code
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})


def prefers_english(accept_language: str) -> bool:
    """Whether the first of the preferred languages is English. Anything else reads Japanese."""
    best, best_weight = "", -1.0
    for part in accept_language.split(","):
        language, _, parameters = part.strip().partition(";")
        weight = 1.0
        if parameters.strip().startswith("q="):
            try:
                weight = float(parameters.strip()[2:])
            except ValueError:
                weight = 0.0
        if language and weight > best_weight:
            best, best_weight = language, weight
    return best.lower().split("-")[0] == "en"


def in_language(words: Words, request: web.BaseRequest) -> str:
    """The sentence in the language the client asks for."""
    return words.en if prefers_english(request.headers.get("Accept-Language", "")) else words.ja


def phrase_of(code: str) -> Phrase:
    """Status, title and sentences of a code. A code nobody wrote words for is our own fault: 500."""
    phrase = PHRASES.get(code)
    if phrase is None:
        log.error("no phrase for the code %s", code)
        return PHRASES["internal"]
    return phrase


def problem_body(
    code: str, request: web.BaseRequest, extra: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The members of a problem as they go out."""
    phrase = phrase_of(code)
    return {
        **(extra or {}),
        "type": f"urn:ittsu:problem:{code}",
        "title": phrase.title,
        "status": phrase.status,
        "detail": in_language(phrase.words, request),
        "code": code,
    }


def problem_response(
    code: str,
    request: web.BaseRequest,
    extra: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    """The finished error answer."""
    return web.Response(
        status=phrase_of(code).status,
        body=orjson.dumps(problem_body(code, request, extra)),
        content_type=CONTENT_TYPE,
        charset="utf-8",
        headers={**OWN_HEADERS, "Cache-Control": "no-store", **(headers or {})},
    )


async def add_version(request: web.Request, response: web.StreamResponse) -> None:
    """`on_response_prepare`: give the answer what every one carries."""
    response.headers.update(OWN_HEADERS)


@web.middleware
async def problems(request: web.Request, handler: Any) -> web.StreamResponse:
    """Turn whatever goes wrong further in into a problem. Never a stack trace, never a secret."""
    try:
        response: web.StreamResponse = await handler(request)
        return response
    except Problem as problem:
        return problem_response(problem.code, request, problem.extra, problem.headers)
    except Refused as refused:
        headers = {}
        if isinstance(wait := refused.extra.get("retry_after"), int):
            headers["Retry-After"] = str(wait)
        return problem_response(refused.code, request, plain(refused.extra), headers)
    except TooBusy:
        return problem_response("too_busy", request, headers={"Retry-After": "1"})
    except StoreTrouble as trouble:
        # The store has logged it already. Nothing of this request was stored.
        return problem_response(trouble.code, request, headers={"Retry-After": "5"})
    except web.HTTPException as error:
        code = BY_STATUS.get(
            error.status, "internal" if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "bad_request"
        )
        headers = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
        return problem_response(code, request, headers=headers)
    except ConnectionError:
        raise
    except Exception:
        log.exception("unexpected error in %s %s", request.method, _route_of(request))
        return problem_response("internal", request)


def plain(extra: Mapping[str, object]) -> dict[str, Any]:
    """Extension members as JSON: dataclasses and models become objects."""
    if not extra:
        return {}
    from helper.web.shapes import as_json

    return {name: as_json(name, value) for name, value in extra.items()}


def _route_of(request: web.Request) -> str:
    """The route's pattern: the address itself may hold ids that don't belong in a log."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "?"
