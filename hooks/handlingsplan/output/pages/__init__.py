"""Plan → pages: one module per page kind, its Jinja template beside it.

``catalogue.pages`` is the pure function that serves the MkDocs plugin, the export to Markdown and the tests. ``paths``
can be used without loading a template engine.
"""
