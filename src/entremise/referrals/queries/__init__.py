"""Reading needs, referrals and requests. What a page or mail may show is made by `protocol.wall`."""
