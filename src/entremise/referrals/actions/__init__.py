"""Everything that may happen to a need, a referral and a request; the only place their rows change."""
