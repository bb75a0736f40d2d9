"""Reading on after a mistake: what could not be read is set aside, so that one run finds every mistake.

Used by ``reader``, between one attempt and the next.
"""

from __future__ import annotations

from .syntax import head_of, indent_of


class Mender:
    """Sets aside what could not be read, so that reading can go on after it and one run finds every mistake."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.unread: set[tuple[int, int]] = set()
        """Places, from 1, of values that stand in for what could not be read."""
        self.gaps: set[int] = set()
        """Lines, from 0, that are left out."""

    @property
    def text(self) -> str:
        """The text as it can be read so far."""
        return "\n".join(self.lines)

    def mend(self, line: int, open_columns: set[tuple[int, bool]]) -> None:
        """Set aside the value of a line, or the line if that is not enough, and the lines below that hang on it.

        Args:
            line: the line at fault, from 0.
            open_columns: where a following line may begin: column from 0, and whether with a dash.

        """
        head = head_of(self.lines[line])
        place = (line + 1, head.start("value") + 1)
        if head["value"] and (head["key"] or head["dashes"]) and place not in self.unread:
            self.unread.add(place)
            self.lines[line] = head[0][: head.start("value")] + "'" + head["value"].replace("'", "''") + "'"
            deepest = head.start("key") if head["key"] else len(head["indent"])
        else:
            deepest = self._depth(line)
            self._leave_out(line)
        for index in range(line + 1, len(self.lines)):
            text = self.lines[index]
            start = text.lstrip(" ")
            if not start or start.startswith("#"):
                continue
            head, indent = head_of(text), len(text) - len(start)
            begins = (head["key"] or head["dashes"]) and indent <= deepest
            if begins and (indent, start.startswith("- ")) in open_columns:
                break
            self._leave_out(index)

    def _depth(self, line: int) -> int:
        """Return how far in a line may begin that does not hang on this one."""
        text = self.lines[line]
        head = head_of(text.lstrip())
        if not text.lstrip(" ").startswith("\t"):
            return indent_of(text)
        # A tab does not say how deep its line was meant to be. Where something hangs on it, the next line does.
        below = next((row for row in self.lines[line + 1 :] if row.strip()), "")
        return indent_of(below) - 1 if head["key"] and (head["dashes"] or not head["value"]) else len(text)

    def _leave_out(self, line: int) -> None:
        self.lines[line] = ""
        self.gaps.add(line)
