"""The plan: a tree → a model, its rules and seals, Swedish time, and what one audience sees on one day.

``load.load`` reads a plan, ``views.view`` gives an audience's part of it. Nothing here knows of HTML or of commands.
"""
