"""The demonstration: an invented network, played through the real actions, worker and mailbox."""
