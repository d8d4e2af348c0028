"""Backups of the whole database in one file: made while the program runs, verified, encrypted where asked, restored."""
