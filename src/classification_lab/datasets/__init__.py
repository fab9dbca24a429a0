"""Kedro datasets of our own, named in the catalog by module."""
