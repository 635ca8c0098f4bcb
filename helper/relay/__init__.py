"""The relay: a small program on an always-on host, between LINE and two listeners, the other tool and the helper.

It answers LINE, forwards the exact bytes to the tool and keeps the same for the helper, which fetches it. It holds
the channel secret and what waits, and knows neither friends nor LINE's API.
"""
