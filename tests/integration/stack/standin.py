"""``hotline up`` with a web page and a worker that know nothing: ``standin.py DATA PORT``."""

import os
import sys
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from hotline.domain.errors import Refused
from hotline.settings import Settings
from hotline.stack import house
from hotline.stack.child import Program
from hotline.stack.folder import DataFolder

HERE = Path(__file__).parent

if "HOTLINE_STANDIN_BROKEN" in os.environ and __name__ != "__main__":
    raise RuntimeError("a page that can't be loaded")


def app(_environ: Mapping[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answers every call with the process id of its worker."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getpid()).encode()]


def staff(_settings: Settings, environ: Mapping[str, str], web_socket: int) -> house.Staff:
    """A worker that sleeps, and gunicorn as the real house runs it."""
    asleep = (sys.executable, "-c", "import time; time.sleep(3600)")
    gunicorn = (sys.executable, "-m", "gunicorn", "standin:app", "--chdir", str(HERE), "--bind", f"fd://{web_socket}")
    return house.Staff(
        before=(Program("migrate", (sys.executable, "-c", "print('ready')"), environ),),
        programs=(
            (house.WORK, Program("worker-1", asleep, environ, patience=timedelta(seconds=2))),
            (
                house.WEB,
                Program(
                    "web",
                    (*gunicorn, "-k", "gevent", "--graceful-timeout", "2", "--no-control-socket"),
                    environ,
                    handed=(web_socket,),
                ),
            ),
        ),
    )


def say(text: str) -> None:
    """Lets the test read along."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """As the command line does."""
    folder, port = sys.argv[1:]
    environ = dict(os.environ) | {"HOTLINE__SERVER__PORT": port}
    try:
        house.up(environ, data=DataFolder(Path(folder)), demo=False, staffed=staff, say=say)
    except Refused as refusal:
        sys.stderr.write(f"{refusal.message}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
