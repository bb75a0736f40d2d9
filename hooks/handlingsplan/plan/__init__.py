"""The plan: text → model, with places and faults; Swedish time; assessment; what each audience may see.

Nothing here knows of MkDocs, of commands or of templates. ``load.load`` reads a plan, ``views.view`` gives an
audience's part of it; ``faults`` and ``words`` are light, so that a command that only passes faults on starts at once.
"""
