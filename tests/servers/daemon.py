"""A server with a folder of its own in memory, unprivileged, gone with its folder at the end of its ``with`` block."""

from __future__ import annotations

import os
import shutil
import tempfile
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from tests.servers.process import Process, become, unprivileged


class Daemon(ABC):
    """Those below say what stands in the folder, what is started, and when it is ready."""

    name: ClassVar[str]
    home: Path
    _process: Process | None = None

    @abstractmethod
    def _lay_out(self) -> list[str]:
        """Fill ``home``. Returns the command line that runs in the foreground."""

    @abstractmethod
    def _answers(self) -> bool:
        """Whether it can be asked by now."""

    def __enter__(self) -> Self:
        account = unprivileged()
        self.home = Path(
            tempfile.mkdtemp(prefix=f"{self.name}-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
        )
        try:
            command = self._lay_out()
            if os.getuid() == 0:
                for path in (self.home, *self.home.iterdir()):
                    os.chown(path, account.pw_uid, account.pw_gid)
            self._process = Process([*become(account), *command], log=self.home / f"{self.name}.log")
            self._process.wait_until_ready(self._answers)
        except BaseException:
            self._forget()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._forget()

    def _forget(self) -> None:
        if self._process:
            self._process.kill_all()
        shutil.rmtree(self.home, ignore_errors=True)
