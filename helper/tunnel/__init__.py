"""Tunnels: programs of others that make the webhook listener reachable from LINE. Only that listener, never the API."""
