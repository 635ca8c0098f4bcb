"""What a process that serves asks of its system: enough files, and to be told when it should stop."""

import asyncio
import signal

FILES = 4_096
"""Files and connections that may be open at once. Some systems start a process with 256."""


def allow_files() -> None:
    """Take as many as the system lets us, up to `FILES`."""
    try:
        import resource
    except ImportError:
        return  # Windows has no such limit
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def stop_signal() -> asyncio.Event:
    """Set once somebody asks this process to stop (Ctrl-C, SIGTERM)."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:
            # Windows has no handlers in its loop.
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    return stop
