"""What every test gets: a clean environment and no way out of this machine."""

from __future__ import annotations

import ipaddress
import os
import socket
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# The same examples on every run: a red suite stays red until it is fixed, and a green one stays green.
settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
# For a person who looks for more: `pytest --hypothesis-profile=search`.
settings.register_profile(
    "search", parent=settings.get_profile("steady"), derandomize=False, max_examples=2000
)
settings.load_profile("steady")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Long versions of the property tests."""
    parser.addoption(
        "--histories", type=int, default=0, help="generate so many random histories instead of the usual few"
    )


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The developer's own settings and data stay out of the tests: no ITTSU_* but a throw-away ITTSU_HOME."""
    for name in [name for name in os.environ if name.startswith("ITTSU_") and name != "ITTSU_TEST_BROWSER"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ITTSU_HOME", str(tmp_path_factory.mktemp("ittsu-home")))
    monkeypatch.setenv("ITTSU_KEYRING", "file")


@pytest.fixture(autouse=True, scope="session")
def _loopback_only() -> Any:
    """A test that would reach another machine fails at once instead of depending on it."""
    patch = pytest.MonkeyPatch()
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _refuse_elsewhere(self, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _refuse_elsewhere(self, address)
        return connect_ex(self, address)

    patch.setattr(socket.socket, "connect", guarded_connect)
    patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    yield
    patch.undo()


def _refuse_elsewhere(using: socket.socket, address: Any) -> None:
    if using.family not in (socket.AF_INET, socket.AF_INET6):
        return
    host = address[0]
    if host == "localhost":
        return
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise ConnectionRefusedError(f"tests stay on this machine: {host} is elsewhere")
