"""The yardstick for webhooks: aiohttp, a signature check over the raw bytes, 200, and nothing kept."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import signal

from aiohttp import web

from scripts.benchmarks.processes import CHANNEL_ID, CHANNEL_SECRET


async def receive(request: web.Request) -> web.Response:
    """Check the signature and answer."""
    body = await request.read()
    expected = base64.b64encode(hmac.digest(CHANNEL_SECRET.encode(), body, hashlib.sha256)).decode()
    if not hmac.compare_digest(expected, request.headers.get("x-line-signature", "")):
        return web.Response(status=401)
    return web.json_response({})


async def main() -> None:
    """Serve until told to stop."""
    app = web.Application()
    app.router.add_post(f"/webhook/{CHANNEL_ID}", receive)
    await serve(app, "webhook")


async def serve(app: web.Application, name: str) -> None:
    """Listen on a free loopback port, announce it, and end on SIGTERM."""
    stop = asyncio.Event()
    if hasattr(signal, "SIGTERM"):
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    print(f"{name} http://{host}:{port}\nready", flush=True)
    await stop.wait()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main())
