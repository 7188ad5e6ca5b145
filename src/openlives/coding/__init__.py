"""Threads into codes and themes: who coded what, how far coders agree, and the codebooks they use."""
