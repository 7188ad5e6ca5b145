"""A Hub to test against: a made-up world with known answers, to be served or imported."""
