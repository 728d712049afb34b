"""The embedded default: PostgreSQL and Redis in the data folder, our own processes, and the watcher over them all.

Nothing here knows a ticket. What the processes do is behind ``python -m hotline <verb>``; this package starts, watches
and stops them.
"""
