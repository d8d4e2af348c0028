"""The doctrine as code: what makes a referral good, with no clock, no randomness and no I/O."""
