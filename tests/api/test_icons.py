"""Uploaded icons: LINE fetches them from the webhook listener, as long as there is a lasting public address."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from helper.flows import tunnels
from helper.line.signature import sign
from tests.api.conftest import PRACTICE, Answer, Helper, running, settings_for
from tests.unit.test_pictures import picture

HERE = f"/accounts/{PRACTICE}"
ORIGIN = "https://salon.example.jp"
BYTES = {"Content-Type": "application/octet-stream"}


async def _upload(helper: Helper, body: bytes, role: str = "operator") -> Answer:
    return await helper.call("POST", "/icons", role=role, data=body, headers=BYTES)


async def _persona(helper: Helper, **body: object) -> dict[str, object]:
    made = await helper.call("POST", f"{HERE}/personas", {"name": "花子", **body})
    assert made.status == 201, made.text
    answer: dict[str, object] = made.body
    return answer


async def _sender(helper: Helper, persona_id: object) -> object:
    person = await helper.sandbox.follow("ゆい")
    body = {"user_id": person.user_id, "messages": [{"type": "text", "text": "x"}], "persona_id": persona_id}
    preview = await helper.call("POST", f"{HERE}/messages/preview", {**body, "max_cost": 1})
    assert preview.status == 200, preview.text
    return preview.body["sender"]


@pytest.fixture
async def public(tmp_path: Path) -> AsyncIterator[Helper]:
    async with running(settings_for(tmp_path, public_url=ORIGIN)) as helper:
        yield helper


async def test_an_upload_is_served_to_line_and_worn(public: Helper) -> None:
    made = await _upload(public, picture("JPEG"))
    icon_id = made.body["icon_id"]
    assert (made.status, made.body["url"]) == (201, f"{ORIGIN}/icon/{icon_id}.png")
    persona = await _persona(public, icon_id=icon_id)
    assert persona["icon_url"] == made.body["url"]
    assert await _sender(public, persona["id"]) == {"name": "花子", "iconUrl": made.body["url"]}
    async with public.session.get(f"{public.daemon.webhook.url}/icon/{icon_id}.png") as served:
        body = await served.read()
        assert (served.status, served.headers["Content-Type"]) == (200, "image/png")
        assert served.headers["X-Content-Type-Options"] == "nosniff"
        assert "immutable" in served.headers["Cache-Control"]
    assert body.startswith(b"\x89PNG")
    async with public.session.head(f"{public.daemon.webhook.url}/icon/{icon_id}.png") as asked:
        assert (asked.status, asked.headers["Content-Length"]) == (200, str(len(body)))
    assert (await _upload(public, picture("JPEG"))).body["icon_id"] == icon_id


async def test_without_a_lasting_address_a_persona_is_a_name(helper: Helper) -> None:
    made = await _upload(helper, picture("PNG"))
    assert made.body["url"] is None
    persona = await _persona(helper, icon_id=made.body["icon_id"])
    assert (persona["icon_url"], persona["icon_id"]) == (None, made.body["icon_id"])
    assert await _sender(helper, persona["id"]) == {"name": "花子"}


async def test_it_follows_a_tunnel_whose_name_lasts_and_no_other(helper: Helper) -> None:
    desk = helper.daemon.office.desk
    made = await _upload(helper, picture("PNG"))
    persona = await _persona(helper, icon_id=made.body["icon_id"])

    async def seen() -> object:
        items = (await helper.call("GET", f"{HERE}/personas")).body["items"]
        return next(item["icon_url"] for item in items if item["id"] == persona["id"])

    await tunnels.want(desk, "cloudflared", None)
    await tunnels.note(desk, "https://brave-fox.trycloudflare.com", None)
    assert await seen() is None
    await tunnels.want(desk, "cloudflared", "salon.example.jp")
    await tunnels.note(desk, ORIGIN, None)
    assert await seen() == f"{ORIGIN}/icon/{made.body['icon_id']}.png"
    address = (await helper.call("GET", "/icons/address")).body
    assert address == {"origin": ORIGIN, "listener": helper.daemon.webhook.url}
    await tunnels.note(desk, None, "tunnel_ended")
    assert await seen() is not None, "it is being started again under the same name"
    await tunnels.stop(desk)
    assert await seen() is None


async def test_only_pictures_of_ours_are_served(helper: Helper) -> None:
    base = helper.daemon.webhook.url
    icon_id = (await _upload(helper, picture("PNG"))).body["icon_id"]
    for path in (
        f"/icon/{'0' * 64}.png",
        f"/icon/{icon_id}",
        f"/icon/{icon_id}.jpg",
        f"/icon/{icon_id.upper()}.png" if icon_id.upper() != icon_id else "/icon/x.png",
        "/icon/..%2f..%2fsecrets.json",
        "/icon/",
    ):
        async with helper.session.get(base + path) as refused:
            assert refused.status == 404, path
    async with helper.session.post(f"{base}/icon/{icon_id}.png") as posted:
        assert posted.status == 405


async def test_the_listener_still_takes_webhooks(helper: Helper) -> None:
    account = helper.sandbox.platform.account(PRACTICE)
    body = b'{"destination":"x","events":[]}'
    headers = {"X-Line-Signature": sign(account.secret, body)}
    async with helper.session.post(
        f"{helper.daemon.webhook.url}/webhook/{PRACTICE}", data=body, headers=headers
    ) as taken:
        assert taken.status == 200


async def test_what_is_no_picture_or_unknown_is_refused(helper: Helper) -> None:
    bad = await _upload(helper, b"<svg/>")
    assert (bad.status, bad.body["code"]) == (422, "picture_unreadable")
    assert (await _upload(helper, picture("PNG"), role="viewer")).status == 403
    heavy = await _upload(helper, b"\0" * (8 * 1024**2 + 1))
    assert heavy.status == 413
    unknown = await helper.call("POST", f"{HERE}/personas", {"name": "花子", "icon_id": "0" * 64})
    assert (unknown.status, unknown.body["errors"][0]["field"]) == (422, "icon_id")


async def test_a_persona_keeps_no_address_that_line_would_not_show(helper: Helper) -> None:
    inside = {"name": "花子", "icon_url": "https://10.0.0.1/x.png"}
    refused = await helper.call("POST", f"{HERE}/personas", inside)
    assert (refused.status, refused.body["code"]) == (422, "icon_address")
    # Who cannot be reached from here may be reached by LINE.
    persona = await _persona(helper, icon_url="https://nobody.invalid/x.png")
    path = f"{HERE}/personas/{persona['id']}"
    changed = await helper.call("PUT", path, inside)
    assert (changed.status, changed.body["code"]) == (422, "icon_address")
    kept = (await helper.call("GET", f"{HERE}/personas")).body["items"]
    assert next(one for one in kept if one["id"] == persona["id"])["icon_url"] == persona["icon_url"]


async def test_an_address_is_checked_on_demand(helper: Helper) -> None:
    told = await helper.call("POST", "/icons/check", {"url": "https://127.0.0.1/x.png"})
    assert told.body["fault"]["code"] == "icon_address"
