"""Asks the Hub, politely, and loses nothing."""
