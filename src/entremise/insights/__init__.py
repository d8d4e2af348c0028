"""Figures: what queries read, measured by the protocol, and drawn as pure geometry. It owns no table."""
