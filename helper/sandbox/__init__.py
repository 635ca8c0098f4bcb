"""Practice mode: a stand-in for LINE, a phone and demo dashboards. Nothing reaches a customer."""
