"""One plan, two sites, one honest follow-up: from ``plan.yaml`` to an intranet and a public site.

The rooms stand in the order that data flows: ``plan`` → ``pages``, ``downloads`` → ``safety`` →
``publishing`` → ``plugin`` (the MkDocs door) and ``cli`` (the command door).
"""
