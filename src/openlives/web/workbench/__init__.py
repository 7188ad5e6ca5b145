"""The coding workbench in a browser: what `openlives.coding` does, for hands on a keyboard."""
