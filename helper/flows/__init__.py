"""The verbs: receive a webhook, plan, send, settle, undo, reconcile, pair, link.

They take store and LINE as arguments.
"""
