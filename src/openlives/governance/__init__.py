"""From evidence to openness: what is open, in which sense, and how we know (§3.2, §4.3)."""
