"""What every page on somebody's own machine shares: a link that works once, who may ask, headers, the look.

A desk is served on the loopback address only and is kept in no cache. What a desk is for lives with its subject, such
as `moderation/`; nothing of a subject stands here.
"""
