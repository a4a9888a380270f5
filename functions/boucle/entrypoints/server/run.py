"""The embedded server: the site and the API on one port, the job on its schedule, stopped without losing anything."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import socket
import threading
import time
from collections.abc import Callable, Set
from contextlib import closing
from functools import partial
from pathlib import Path

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from boucle.bootstrap.accepting import get_accepted, refuse_misplaced
from boucle.bootstrap.local import Installation, clock_of, open_installation, read_refused_studies
from boucle.config.settings import Settings, read_current_settings
from boucle.core.errors import BoucleError
from boucle.entrypoints.server.asyncio_frontend import AsyncioFrontend
from boucle.entrypoints.server.write_batcher import WriteBatcher
from boucle.jobs.scheduled import JobReport
from boucle.site_build.rebuild import rebuild, restore_pages
from boucle.site_build.reload import FileStates, FileWatcher, read_file_states
from boucle.site_build.served import remember_served

log = logging.getLogger(__name__)

BACKLOG = 2048
MAX_CONNECTIONS = 4096
"""Open at once; the front decides how many of their requests are under way."""
HEADERS_TIMEOUT_MS = 10_000
MAX_HEAD_BYTES = 64 * 1024
JOB_INTERVAL_SECONDS = 15 * 60
PARENT_CHECK_SECONDS = 0.5


class PortTaken(BoucleError):
    """Something listens there already, or the address is not this machine's."""


def serve(settings: Settings, host: str, port: int, ready: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM; `ready` is called when the port is open.

    Raises PortTaken, and whatever opening the installation raises.
    """
    _refuse_taken(host, port)
    # Whatever is wrong with the home is reported here, by one process, before others need it.
    # What the site was built of, not what its author is writing: a study that is refused changes nothing here.
    served = get_accepted(settings)
    with closing(open_installation(served)) as installation:
        installation.lock_answered_versions()
        remember_served(served, installation.studies.values())
    os.environ.update(served.to_environment())
    # The worker starts from nothing. A forked one would share the schedule's open SQLite files, and break them.
    multiprocessing.set_start_method("spawn", force=True)
    server = Server(
        "boucle.entrypoints.server.run:application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        workers=1,
        backlog=BACKLOG,
        backpressure=MAX_CONNECTIONS,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS_TIMEOUT_MS, max_buffer_size=MAX_HEAD_BYTES),
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.error,
        websockets=False,
    )
    schedule = Schedule(lambda: _run_job_safely(served))
    server.on_startup(schedule.start)
    server.on_startup(ready)
    server.on_shutdown(schedule.stop)
    watch = FileWatcher(partial(read_file_states, settings.surveys, settings.site), partial(_rebuild, settings))
    server.on_startup(watch.start)
    server.on_shutdown(watch.stop)
    server.serve()


def _refuse_taken(host: str, port: int) -> None:
    # The server shares its port willingly; two of them would take turns, each with another half of the answers.
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(f"cannot listen on {host}:{port} ({error.strerror}): choose another with --port") from error


def application() -> AsyncioFrontend:
    """The application of one worker process, which ends with the process that started it."""
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    installation = open_installation(read_current_settings())
    app = installation.make_application()
    front = AsyncioFrontend(app.wsgi_app, app.fast_path, WriteBatcher(installation.store))
    renewal = Renewal(front, installation)
    FileWatcher(partial(_read_site_state, installation), lambda _: renewal.run()).start()
    # What was loaded stays as long as the worker: looking for garbage among it again and again finds none.
    gc.collect()
    gc.freeze()
    return front


def _rebuild(settings: Settings, changed: Set[Path]) -> None:
    """Build what changed, and lay over it what the job publishes of these studies."""
    refused = read_refused_studies(settings)
    studies = rebuild(settings, clock_of(settings).now().date(), changed, refused, refuse_misplaced)
    remember_served(settings, studies.values())
    with closing(open_installation(get_accepted(settings))) as installation:
        for study in studies.values():
            installation.job.publish(study)


def _read_site_state(installation: Installation) -> FileStates:
    """Another one whenever the schedule's process has changed over to a site it built again."""
    link = installation.settings.built_folder
    about = link.lstat()
    return {link: (about.st_mtime_ns, about.st_ino)}


class Renewal:
    """Takes answers to the studies as the site shows them now; what was answered before it changed stays as it was."""

    def __init__(self, frontend: AsyncioFrontend, installation: Installation) -> None:
        self._frontend = frontend
        self._installation = installation

    def run(self) -> None:
        """Read the studies again, and answer with them from the next request on."""
        before = self._installation
        self._change_over(before.read_again())
        # An answer that was on its way has locked what this process took until now: it goes on with that.
        again = before.read_again()
        if again.refused.keys() != self._installation.refused.keys():
            self._change_over(again)
        self._take_back_pages()

    def _change_over(self, installation: Installation) -> None:
        app = installation.make_application()
        self._frontend.renew(app.wsgi_app, app.fast_path)
        self._installation = installation

    def _take_back_pages(self) -> None:
        """Somebody answered while the site changed over to another form: the form that they saw is shown again."""
        installation = self._installation
        kept = [installation.studies[id] for id in installation.refused if id in installation.studies]
        if kept and restore_pages(installation.settings, installation.clock.now().date(), kept):
            log.error("what is served stays as it was answered: %s", next(iter(installation.refused.values())))


def _end_with_parent(parent: int) -> None:
    # A worker that outlived a killed server would keep its port and go on answering.
    while os.getppid() == parent:
        time.sleep(PARENT_CHECK_SECONDS)
    os._exit(1)


def run_job(settings: Settings) -> JobReport:
    """One run of the scheduled job, with stores of its own."""
    with closing(open_installation(settings)) as installation:
        return installation.run_job()


def _run_job_safely(settings: Settings) -> None:
    """The schedule's run: what is wrong is logged and recorded, and the server goes on."""
    try:
        alarms = run_job(settings).alarms
    except Exception as error:
        # The message of an unforeseen error might hold data; its kind and place do not.
        log.error("the job failed: %s", type(error).__name__)
    else:
        for alarm in alarms:
            log.error("the job says: %s", alarm)


class Schedule:
    """Runs a job now and at intervals, in a thread of its own, until it is stopped."""

    def __init__(self, job: Callable[[], None], interval_seconds: float = JOB_INTERVAL_SECONDS) -> None:
        self._job = job
        self._interval_seconds = interval_seconds
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="schedule")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Let a run that is under way finish, and start no other."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._job()
            self._stopped.wait(self._interval_seconds)
