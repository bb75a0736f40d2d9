"""``python -m handlingsplan``."""

from .cli import main

main(prog_name="handlingsplan")
