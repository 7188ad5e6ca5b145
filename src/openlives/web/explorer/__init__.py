"""Looking at a collection: a page for each model, community and question. Every number comes from an answer."""
