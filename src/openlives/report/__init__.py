"""Answers → pages: static, from answers only; nothing here asks the store anything."""
