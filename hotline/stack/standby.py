"""A database for a verb that needs one while the house may be down: the running one, else one for just that long."""

from collections.abc import Iterator
from contextlib import contextmanager

from hotline.settings import Settings
from hotline.stack import address
from hotline.stack.account import CannotStart
from hotline.stack.child import Child, Program, stop_together
from hotline.stack.folder import DataFolder
from hotline.stack.house import PATIENCE
from hotline.stack.postgres import STOP, Postgres


@contextmanager
def database(settings: Settings, *, alone: bool = False) -> Iterator[str]:
    """The address of the deployment's database, which can be reached inside the block.

    ``alone``: nothing of ours may run on it meanwhile; ``CannotStart`` when something does.
    """
    if url := settings.storage.database_url:
        address.check_database(url)
        if alone and (others := address.others_on(url)):
            raise CannotStart(f"还有 {others} 个连接正在使用该数据库：请先停止所有 hotline 进程再试")
        yield url
        return
    server = Postgres.at(settings.data)
    folder = DataFolder(settings.data)
    if not alone and folder.busy() and server.running():
        yield server.url()
        return
    folder.prepare()
    folder.lock()
    try:
        server.stop_leftover()
        server.prepare()
        child = Child(
            Program("postgres", server.command(), account=server.account, stop_by=STOP), folder.log("postgres")
        )
        try:
            if not server.wait(PATIENCE, alive=child.alive):
                raise CannotStart(f"内置数据库没有启动成功，原因见 {folder.log('postgres')}")
            server.ensure_database()
            yield server.url()
        finally:
            stop_together([child])
    finally:
        folder.unlock()
