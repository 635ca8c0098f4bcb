"""LINE's wire: the only package that knows the Messaging API's requests, answers and webhooks."""
