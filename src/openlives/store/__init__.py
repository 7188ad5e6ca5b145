"""Where originals live, and what they mean: the only place that defines tables."""
