"""Threads into codes, codes into themes: the workbench for what people say (§4.3; docs/explanation/coding.md)."""
