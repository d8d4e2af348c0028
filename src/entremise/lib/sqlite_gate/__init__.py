"""A database backend: Django's SQLite with a gate before every transaction, so that writers take turns."""
