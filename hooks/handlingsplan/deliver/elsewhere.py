"""A target on another machine, which rclone reaches. The last five versions stay here, so that one can go back.

They lie in the project's scratch folder, on the machine that published: another machine can publish, but not go back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..project.targets import Way
from ..text.faults import Fault, visible
from .disk import write
from .folder import SERVED, Target, Version
from .refused import Refused
from .send import remote_manifest, send, withdraw

if TYPE_CHECKING:
    from pathlib import Path

    from ..project.manifest import Manifest


class Elsewhere(Target):
    """A remote that one site is published to, and the versions that were sent to it from here."""

    def __init__(self, folder: Path, remote: str) -> None:
        super().__init__(folder, Way.COPY)
        self.remote = remote
        self.held: Manifest | None = None
        """What the remote holds, since ``faults`` last asked it."""

    def faults(self, site: str) -> list[Fault]:
        """Return why the site may not be published there. Asks the remote, which the others rely on.

        Raises:
            Refused: the remote cannot be reached, or holds what is not ours.

        """
        held = self.held = remote_manifest(self.remote)
        if held and held.site != site:
            what = f"där ligger webbplatsen {visible(held.site)}, inte {site}"
            return [Fault(self.remote, 0, 0, what, "rätta mål i publicering.yaml: varje webbplats har en egen mapp")]
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        return []

    def served(self) -> Version | None:
        """Return the version that the remote shows, if it was sent from here."""
        # Killed when all had been sent, the last is not the one that was written down here.
        ours = (version for version in (super().served(), *reversed(self.versions())) if version)
        return next((each for each in ours if self.held and each.manifest.version == self.held.version), None)

    def shown(self) -> Manifest | None:
        """Return what the remote holds, whoever sent it."""
        return self.held if self.held and self.held.files else None

    def state(self) -> str | None:
        """Return the version that the remote names."""
        return self.held.version if self.held and self.held.files else None

    def nothing(self) -> Fault:
        """Return the fault that there is nothing to go back from here."""
        if self.state() is None:
            return Fault(self.remote, 0, 0, "inget är publicerat där", "publicera först")
        what = "det som visas skickades från en annan dator"
        return Fault(self.remote, 0, 0, what, "gå tillbaka på den datorn, eller rätta och publicera härifrån")

    def withdraw(self) -> None:
        """Remove what was sent. The versions stay here."""
        try:
            if last := super().served():
                withdraw(self.remote, last.manifest)
        except Refused as refused:
            what = "webbplatsen ligger där och går att läsa utan inloggning"
            remedy = "stäng adressen eller ta bort filerna nu, och välj inloggning"
            raise Refused(Fault(self.remote, 0, 0, what, remedy), *refused.faults) from None
        (self.folder / SERVED).unlink(missing_ok=True)

    def _tidy(self) -> None:
        """Leave the remote alone: what was cut there is mended by the next sending."""
        self._sweep()

    def _switch(self, version: Version) -> None:
        send(version.folder, self.remote, self.held, self.say)
        write(self.folder / SERVED, version.folder.name.encode())
