"""A coding project as other programs read it: REFI-QDA 1.0 projects (`.qdpx`) and codebooks (`.qdc`)."""
