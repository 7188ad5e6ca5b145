"""The same, alive: pages over a collection. They show what other rooms know, and have no logic of their own."""
