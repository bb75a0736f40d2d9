"""One plan, two sites, one honest follow-up: from ``plan.yaml`` to an intranet and a public site.

The rooms stand in the order that data flows, and each imports from those before it: ``text``, ``plan``, ``followup``,
``prose``, ``editing``, ``documents``, ``output``, ``project``, ``check``, ``deliver``, ``workplace``, then ``plugin``
(the MkDocs door) and ``cli`` (the command door).
"""
