"""The API, the webhook listener and the socket, over real HTTP."""
